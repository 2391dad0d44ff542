"""What every act promises the faces that are made from it: its fields, their words, and their values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from calendars.definition import ORSA, load_definition
from models.act import Act
from models.acts.all import ACTS
from models.acts.corrections import Correct
from models.acts.decisions import Decide
from models.acts.parts import ReportPart
from models.choices import Scope
from models.events import Decided, Outcome
from models.minutes import FIELDS, Minutes
from tests.factories import EKONOMICHEF, decided, make_year, opened, reported

PROJECT = Path(__file__).parents[2]
ORSAS = load_definition(ORSA)


@pytest.mark.parametrize("name", ACTS)
def test_every_field_has_its_own_name_and_words(name: str) -> None:
    act = ACTS[name]
    names = [field.name for field in act.fields()]
    assert len(names) == len(set(names))
    for field in act.fields():
        assert field.words.label[0].isupper(), field.name
        assert field.words.help[0].isupper() or field.name == "karta", field.name
        assert act.label_of(field.attribute)
    assert act.title
    assert act.__doc__


@pytest.mark.parametrize("name", ACTS)
def test_every_field_with_choices_has_some_in_the_definition(name: str) -> None:
    for field in ACTS[name].fields():
        if field.words.choices is not None and field.name not in ("budgetar", "handelse"):
            assert list(field.words.choices(Scope(ORSAS))), field.name


def test_who_asks_and_the_year_come_last() -> None:
    for act in ACTS.values():
        names = [field.name for field in act.fields()]
        known = [name for name in names if name in ("av", "budgetar")]
        assert names[len(names) - len(known) :] == known


def test_an_act_is_made_of_public_names() -> None:
    act = Decide.of(
        {"steg": "bokslut", "instans": "KS", "utfall": "bifall", "skal": "x", "av": "E"}
    )
    assert (act.step, act.outcome, act.by) == ("bokslut", Outcome.BIFALL, "E")
    assert act.minutes == Minutes(reason="x")
    with pytest.raises(TypeError, match="has no field reason"):
        Decide.of({"reason": "x"})
    with pytest.raises(ValidationError):
        Decide.of({"steg": "bokslut"})


def test_of_a_correction_only_what_is_given_is_said() -> None:
    act = Correct.of({"handelse": 3, "av": "E", "paragraf": "", "minoritet": None})
    assert act.minutes.model_fields_set == {"paragraph"}
    assert act.says_anything
    assert not Correct.of({"handelse": 3, "av": "E", "minoritet": None}).says_anything


def test_a_decision_and_its_correction_ask_for_all_that_the_minutes_say() -> None:
    for act in (Decide, Correct):
        assert {field.name for field in FIELDS} <= {field.name for field in act.fields()}
    assert Decided.model_fields.keys() >= Minutes.model_fields.keys()


# --- What is possible now ---


AWAITING = make_year(
    opened("forslag", "2027-10-01"), reported("forslag", EKONOMICHEF, "2027-10-04")
)


def values(act: type[Act], attribute: str, **given: object) -> list[str]:
    choices = act.field(attribute).words.choices
    assert choices is not None
    scope = Scope(AWAITING.definition, AWAITING, given=given)
    return [choice.value for choice in choices(scope)]


def test_of_a_named_step_only_the_roles_whose_part_is_missing_are_offered() -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    choices = ReportPart.field("role").words.choices
    assert choices is not None
    missing = {key.role for key in year.missing(year.definition.step("underlag"))}
    scope = Scope(year.definition, year, given={"step": "underlag"})
    assert {choice.value for choice in choices(scope)} == missing
    assert values(ReportPart, "role", step="forslag") == []


def test_of_a_step_that_waits_only_the_awaited_body_is_offered() -> None:
    assert values(Decide, "body", step="forslag") == ["KS"]
    assert len(values(Decide, "body")) == len(AWAITING.definition.bodies)


def test_the_outcomes_of_ansvarsfrihet_are_offered_in_its_own_step_only() -> None:
    found = values(Decide, "outcome", step="forslag", body="KS")
    assert Outcome.BEVILJAR not in found
    assert Outcome.BIFALL in found


def test_the_decisions_that_can_be_corrected_are_offered_newest_first() -> None:
    log = [
        decided("forslag", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="x"),
        decided("forslag", "KS", "2027-11-15"),
    ]
    choices = Correct.field("event_number").words.choices
    assert choices is not None
    found = choices(Scope(AWAITING.definition, AWAITING, log))
    assert [choice.value for choice in found] == ["2", "1"]


# --- One file for a new outcome, one for a new field of the minutes ---


NEW_OUTCOME = """
import models.outcomes
source = open(models.outcomes.__file__, encoding="utf-8").read()
row = '    TILLFALLIG = OutcomeRow("tillfallig", "tillfällig", "provade ett nytt utfall", Effect.DEFER)\\n'
place = source.index("    @property\\n    def label")
exec(compile(source[:place] + row + source[place:], "outcomes", "exec"), vars(models.outcomes))
"""
NEW_FIELD = """
import models.minutes
source = open(models.minutes.__file__, encoding="utf-8").read()
field = '''    mover: Annotated[
        Said, asked("forslagsstallare", "Förslagsställare", "Vem som föreslog det.")
    ] = ""
'''
place = source.index("\\n\\nFIELDS")
exec(compile(source[:place] + "\\n" + field + source[place:], "minutes", "exec"), vars(models.minutes))
"""
YEAR = """
import contextlib, io, json, sys
from datetime import date
from pathlib import Path
import cli.main
from tasks.database import open_database
from tasks.engine import Engine
from tasks.settings import Settings
from tasks.reading import arenden
from tasks.history import step_history
from sqlmodel import select
from models.tables import MailRow
from tests.hands import Hands
from tests.tasks.town import text
from models.outcomes import Outcome

chosen = Settings(_env_file=None, data=Path(sys.argv[1]))
database = open_database(chosen, create=True)
Hands(database, chosen, date(2027, 1, 4)).start_year(2028)
on = Hands(database, chosen, date(2027, 3, 10))
on.check()
on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
step, outcome, said = "uppfoljning-mars", Outcome(sys.argv[2]), json.loads(sys.argv[3])
on.decide(step, "SU", outcome, by="Kim", on=date(2027, 3, 2), **said)
Hands(database, chosen, date(2027, 3, 11)).check()
print(json.dumps(arenden(database, on.today, step).as_json(str), ensure_ascii=False))
print([line.what + line.said for line in step_history(database, on.today, step).lines])
with database.read() as session:
    print(*[text(mail).replace("\\n", " ") for mail in session.exec(select(MailRow))])
sys.argv = ["kommunplan", "beslut", "--help"]
with contextlib.suppress(SystemExit):
    cli.main.main()
"""


def with_a_row_more(row: str, folder: Path, outcome: str, said: str = "{}") -> str:
    """What a small year says in JSON, history and help, in a process of its own where a file is another."""
    ran = subprocess.run(
        [sys.executable, "-c", row + YEAR, str(folder), outcome, said],
        cwd=PROJECT,
        env={"PATH": "", "COLUMNS": "200", "KOMMUNPLAN_DATA": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_another_outcome_is_one_row_and_then_everywhere(tmp_path: Path) -> None:
    told = with_a_row_more(NEW_OUTCOME, tmp_path, "tillfallig")
    shown, history, mails, *help_ = told.splitlines()
    assert '"utfall": "tillfallig"' in shown
    assert "och provade ett nytt utfall" in mails
    assert "Strategiutskottet: tillfällig" in history
    assert any("tillfallig" in line for line in help_)


def test_another_field_of_the_minutes_is_one_row_and_then_everywhere(tmp_path: Path) -> None:
    told = with_a_row_more(NEW_FIELD, tmp_path, "bifall", '{"mover": "Sixten Exempel"}')
    shown, _, mails, *help_ = told.splitlines()
    assert '"forslagsstallare": "Sixten Exempel"' in shown
    assert "Förslagsställare: Sixten Exempel" in mails
    assert any("--forslagsstallare" in line and "Vem som föreslog det." in line for line in help_)
