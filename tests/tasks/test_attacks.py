"""What a new user did to a year, and what must come of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.errors import RefusedError
from models.events import Outcome
from models.state import Status
from tasks.review import review_of
from tests.factories import day, orsa
from tests.hands import change_definition, try_definition
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, own_definition, replaced
from views.rehearsal import usual_outcome


def finish(town: Town, slug: str, on: str) -> None:
    engine, step = town.on(on), orsa().step(slug)
    for key in town.stored().missing(step):
        engine.report(slug, key.role, key.unit, by="prov")
    for body in step.chain:
        engine.decide(slug, body, usual_outcome(step, body), by="prov", on=day(on))


@pytest.fixture
def november(make_town: MakeTown) -> Town:
    """K10 to K12 are decided, and KF has the plan and the rate before it."""
    town = make_town()
    town.on("2027-10-01").start_year(2028)
    finish(town, "mbl-forhandling", "2027-10-04")
    finish(town, "kommunplan-su", "2027-10-05")
    finish(town, "kommunplan-ks", "2027-10-18")
    finish(town, "skattesats-forslag", "2027-10-18")
    town.on("2027-11-01").check()
    for slug in ("skattesats-kf", "kommunplan-kf"):
        town.on("2027-11-02").report(slug, "ekonomichef", None, by="Eva")
    return town


def test_what_is_reported_while_kfs_decision_is_made_anew_is_asked_about_again(
    november: Town,
) -> None:
    november.on("2027-11-29").decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim")
    on = november.on("2027-11-30")
    on.rerun("skattesats-kf", by="Petra", reason="fel sats", token="a")
    told = {(n.step, n.kind) for n in november.notices()}
    assert ("skattesats-skatteverket", "omprovning") in told
    on.report("skattesats-skatteverket", "ekonomichef", None, by="Eva")
    assert [m.step for m in november.stored()["skattesats-skatteverket"].marks] == ["skattesats-kf"]
    on.report("skattesats-kf", "ekonomichef", None, by="Eva")
    november.on("2027-12-20").decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim")
    asked = [m for m in november.mails() if m.step == "skattesats-skatteverket"][-1]
    assert (asked.kind, asked.role) == ("omprovning", "processagare")
    november.on("2027-12-20").uphold("skattesats-skatteverket", by="Petra")


def test_a_wrongly_registered_return_in_kf_is_put_right(november: Town) -> None:
    on = november.on("2027-11-30")
    on.decide(
        "skattesats-kf", "KF", Outcome.ATERREMISS, by="Kim", on=day("2027-11-29"), reason="räkna om"
    )
    number = len(november.log())
    while november.log()[number - 1].kind != "beslut":
        number -= 1
    on.correct(number, by="Kim", why="det var bifall", outcome=Outcome.BIFALL)
    [decision] = november.stored()["skattesats-kf"].standing
    assert (decision.outcome, decision.reason) == (Outcome.BIFALL, "")
    assert november.stored()["skattesats-forslag"].status is Status.COMPLETED


@pytest.mark.parametrize("outcome", [Outcome.BORDLAGGNING, Outcome.ATERREMISS, Outcome.UTGAR])
def test_a_body_puts_off_what_is_not_ready_for_it(make_town: MakeTown, outcome: Outcome) -> None:
    town = make_town()
    town.on("2027-10-01").start_year(2028)
    finish(town, "kommunplan-su", "2027-10-05")
    on = town.on("2027-10-19")
    on.decide(
        "kommunplan-ks", "KS", outcome, by="Kim", on=day("2027-10-18"), reason="MBL är inte klar"
    )
    with on.trying(2028) as year:
        assert year.plan["kommunplan-ks"].links[0].meeting == day("2027-11-15")


def test_the_same_decision_with_other_words_is_a_correction(november: Town) -> None:
    on = november.on("2027-11-29")
    on.decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim", paragraph="111")
    on.decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim", paragraph="KF § 111/2027")
    tables = november.tables()
    with pytest.raises(
        RefusedError, match=r"redan registrerat, med annat innehåll.*kommunplan ratta"
    ):
        on.decide(
            "skattesats-kf",
            "KF",
            Outcome.BIFALL,
            by="Kim",
            paragraph="115",
            results={"skattesats": "23"},
        )
    assert november.tables() == tables


def test_a_figure_of_a_completed_step_is_changed_for_a_reason(november: Town) -> None:
    on = november.on("2027-11-29")
    on.decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim", results={"skattesats": "22,41"})
    with pytest.raises(RefusedError, match="skäl för att ändra skattesats i skattesats-kf"):
        on.record("skattesats-kf", {"skattesats": "22,51"}, by="Eva")
    on.record("skattesats-kf", {"skattesats": "22,51"}, by="Eva", reason="protokollet säger 22,51")
    figures = [e.values for e in november.log() if e.kind == "resultat"]
    assert figures == [{"skattesats": "22.41"}, {"skattesats": "22.51"}]


def test_kf_says_whether_it_grants_the_discharge(make_town: MakeTown) -> None:
    """KL 5 kap. 24 §: beviljas eller vägras."""
    town = make_town()
    town.on("2027-06-01").start_year(2028)
    on = town.on("2027-06-21")
    on.check()
    for slug in ("ansvarsfrihet", "forklaringar"):
        on.report(slug, "kf-presidium", None, by="Folke")
    for outcome in (Outcome.BIFALL, Outcome.AVSLAG):
        with pytest.raises(RefusedError, match="beviljar eller vägrar ansvarsfrihet"):
            on.decide("ansvarsfrihet", "KF", outcome, by="Kim", reason="x")
    on.decide("ansvarsfrihet", "KF", Outcome.BEVILJAR, by="Kim")


def test_a_rerun_after_an_avslag_tells_of_the_rerun(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-03-01").start_year(2028)
    on = town.on("2027-05-10")
    on.report("privata-utforare", "kommunchef", None, by="Klas")
    on.decide(
        "privata-utforare",
        "KS",
        Outcome.AVSLAG,
        by="Kim",
        reason="behövs inte",
        on=day("2027-05-10"),
    )
    on.rerun("privata-utforare", by="Petra", reason="ånger", token="a")
    newest = [m for m in town.mails() if m.step == "privata-utforare"][-1]
    assert newest.kind == "oppnat"
    assert "avslag" not in newest.subject


def test_a_diarienummer_that_was_put_right_does_not_bar_corrections(november: Town) -> None:
    on = november.on("2027-11-29")
    on.decide(
        "skattesats-kf", "KF", Outcome.BIFALL, by="Kim", paragraph="111", diarienummer="KS 2027/123"
    )
    number = next(n for n, e in enumerate(november.log(), 1) if "skattesats-kf/1/beslut" in e.key)
    on.number("skattesats-kf", "KS 2027/9", by="Kim")
    on.correct(number, by="Kim", why="fel paragraf", paragraph="113")
    [decision] = november.stored()["skattesats-kf"].standing
    assert (decision.paragraph, decision.diarienummer) == ("KF § 113/2027", "KS 2027/9")


def test_what_ks_proposed_in_october_it_has_proposed_though_kf_sent_it_back(november: Town) -> None:
    november.on("2027-11-29").decide(
        "skattesats-kf", "KF", Outcome.ATERREMISS, by="Kim", reason="räkna om"
    )
    found = review_of(november.settings, 2028, day("2027-11-30"))
    texts = [one.text for one in (*found.breaches, *found.risks, *found.practice)]
    assert not any("inget förslag är planerat" in text for text in texts)


def without(folder: Path, slug: str) -> Path:
    """Orsa's definition without a step that nothing rests on."""
    directory = own_definition(folder)
    file = directory / "definition.toml"
    text = file.read_text()
    start = text.rindex("[[steg]]", 0, text.index(f'slug = "{slug}"'))
    end = text.index("[[steg]]", start + 8)
    file.write_text(text[:start] + text[end:])
    return directory


def test_a_step_that_was_taken_away_comes_back_under_another_name_only(
    november: Town, tmp_path: Path
) -> None:
    (tmp_path / "utan").mkdir()
    smaller = without(tmp_path / "utan", "internkontroll")
    on = november.on("2027-11-02")
    change_definition(on, smaller, {"internkontroll": ""}, by="Petra", reason="prov")
    with pytest.raises(RefusedError, match="internkontroll har funnits i året förut"):
        try_definition(on, november.settings.definition, {})


def test_a_completed_step_with_decisions_is_not_lost_by_a_new_name(
    november: Town, tmp_path: Path
) -> None:
    directory = own_definition(tmp_path)
    file = directory / "definition.toml"
    file.write_text(file.read_text().replace('"kommunplan-ks"', '"kommunplan-styrelsen"'))
    on = november.on("2027-11-02")
    assert try_definition(on, directory, {}).unclear == ("kommunplan-ks",)
    change_definition(
        on, directory, {"kommunplan-ks": "kommunplan-styrelsen"}, by="Petra", reason="nytt namn"
    )
    [decision] = november.stored()["kommunplan-styrelsen"].standing
    assert (decision.body, decision.on) == ("KS", day("2027-10-18"))
    shutil.rmtree(directory)


def test_the_preview_says_which_new_steps_are_taken_as_done(november: Town, tmp_path: Path) -> None:
    directory = own_definition(tmp_path)
    replaced(
        directory / "definition.toml",
        '[[steg]]\nid = "X5"',
        '[[steg]]\nid = "X10"\nslug = "internbank"\nprocess = "skyldighet"\nslag = "arbete"\n'
        'titel = "Internbank"\nbeskrivning = "Prov."\nansvariga = ["ekonomichef"]\n'
        'fonster = { fran = "september", till = "oktober" }\n\n[[steg]]\nid = "X5"',
    )
    told = try_definition(november.on("2027-11-02"), directory, {})
    assert (told.added, told.taken_as_done) == (("internbank",), ("internbank",))
