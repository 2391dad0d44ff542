"""The owner's pages and tags: what they say, and what they never let through."""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path

import pytest

from flows.steps.endings import step_run_name
from flows.ui.current_runs import living, passing_tags, standing_tags
from flows.ui.pages import Deployment, Page, Places, plain, step_page, year_pages
from flows.ui.showing import Scene, pages_of
from tasks.database import open_database
from tasks.history import step_histories
from tasks.reading import year_sheets
from tasks.settings import Settings
from tests.hands import Hands
from tests.tasks.played import play
from tests.tasks.town import Town
from views.history import HistoryLine
from views.sheet import Tone, YearSheet

DAY = date(2027, 10, 12)
FORMS = {
    "klar": Deployment("11", frozenset({"steg", "roll", "nummer", "budgetar"})),
    "beslut": Deployment("22", frozenset({"steg", "instans", "budgetar"})),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Orsa in the middle of October, where nobody has proposed a tax rate."""
    town = Town(tmp_path_factory.mktemp("year"))
    play(town, until=DAY, late=("skattesats-forslag",))
    town.close()
    return town.settings


def sheet_on(settings: Settings, day: date) -> YearSheet:
    return year_sheets(open_database(settings), day, 2028)[0]


@pytest.fixture(scope="module")
def sheet(settings: Settings) -> YearSheet:
    return sheet_on(settings, DAY)


def happened(what: str, who: str = "", said: str = "") -> HistoryLine:
    return HistoryLine(
        day=DAY, source="händelse", kind="rapporterat", what=what, who=who, said=said
    )


def pages(sheet: YearSheet) -> dict[str, Page]:
    return {page.key: page for page in year_pages(sheet, Places(FORMS))}


def test_a_year_has_four_pages_of_stable_keys_that_prefect_takes(sheet: YearSheet) -> None:
    keys = list(pages(sheet))
    assert keys == ["gantt-2028", "arshjulet-2028", "att-gora-2028", "aret-2028"]
    assert all(re.fullmatch("[a-z0-9-]+", key) for key in keys)


def test_the_table_has_every_step_with_its_dates_and_those_that_rest_below(
    sheet: YearSheet,
) -> None:
    text = pages(sheet)["aret-2028"].text
    for line in sheet.shown:
        [row] = [r for r in text.splitlines() if r.startswith(f"| [→ {line.id}](")]
        assert f"(/artifacts/key/steg-{line.slug}-2028)" in row
        assert f"{line.window_start} – {line.window_end}" in row
        if line.tone not in (Tone.DONE, Tone.LEFT_OUT):
            assert str(line.deadline) in row
        if line.limit:
            assert str(line.limit.last_day) in row
    resting = next(part for part in text.split("\n\n") if part.startswith("Vilar"))
    assert all(line.title in resting for line in sheet.resting)


def test_a_limit_says_whose_it_is_and_when_that_body_decided(sheet: YearSheet) -> None:
    """KF approved the annual report on 24 May; the limit of 15 April is for KS, which was in time."""
    rows = pages(sheet)["aret-2028"].text.splitlines()
    [row] = [one for one in rows if one.startswith("| [→ U4](")]
    assert "| 2027-05-24 | 2027-04-15<br>för KS:<br>beslut 2027-04-12 |" in row


def test_a_run_has_the_name_that_the_views_give_the_step(sheet: YearSheet) -> None:
    named = {
        slug: step_run_name(flow, sheet[slug], sheet.plan_name)
        for slug, flow in (("bokslut", "K01 Bokslut"), ("delarsrapport", "U3 Delårsrapport"))
    }
    assert named == {
        "bokslut": "K01 Bokslut 2026 (Kommunplan 2028)",
        "delarsrapport": "U3 Delårsrapport 2027 (Kommunplan 2028)",
    }


def test_what_is_late_is_on_the_list_with_what_to_do_in_the_form_filled_in(
    sheet: YearSheet,
) -> None:
    text = pages(sheet)["att-gora-2028"].text
    late = sheet["skattesats-forslag"]
    [item] = [part for part in text.split("\n\n") if "skattesats-forslag-2028" in part]
    assert late.label == "Sent: pågår"
    assert "Registrera delen ([→ klar](/deployments/deployment/11/run?parameters=" in text
    assert "%22steg%22%3A%20%22skattesats-forslag%22" in text
    assert "(ga-vidare)" in text  # this server has no such form: no link to nowhere
    assert item.startswith("- **[→ K10](")


def test_a_year_in_which_all_is_well_says_so(settings: Settings) -> None:
    early = sheet_on(settings, DAY)
    calm = early.model_copy(
        update={"lines": tuple(one for one in early.lines if not one.needs_care)}
    )
    text = pages(calm)["att-gora-2028"].text
    assert "Inget är sent, i strid med lagen, att ompröva eller att svara på." in text


@pytest.mark.parametrize("key", ["arshjulet-2028", "gantt-2028"])
def test_a_drawing_is_an_image_with_a_text_beside_it(sheet: YearSheet, key: str) -> None:
    text = pages(sheet)[key].text
    [(alt, data)] = re.findall(r"!\[([^\]]+)\]\(data:image/svg\+xml;base64,([^)]+)\)", text)
    assert base64.b64decode(data).startswith(b"<svg")
    assert sheet.plan_name in alt
    assert "[→ aret-2028](/artifacts/key/aret-2028)" in text


def test_another_day_is_the_same_version_and_another_state_a_new_one(
    settings: Settings, sheet: YearSheet
) -> None:
    later = pages(sheet_on(settings, date(2027, 10, 13)))["aret-2028"]
    today = pages(sheet)["aret-2028"]
    assert later.meaning == today.meaning
    assert later.text != today.text
    assert "onsdag 13 oktober 2027" in later.text
    line = sheet["kommunplan-ks"].model_copy(update={"label": "Klart", "tone": Tone.DONE})
    lines = tuple(line if one.slug == line.slug else one for one in sheet.lines)
    assert pages(sheet.model_copy(update={"lines": lines}))["aret-2028"].meaning != today.meaning


def test_what_people_wrote_is_never_markup(sheet: YearSheet, settings: Settings) -> None:
    """An image in a title would make the owner's browser ask an outside host."""
    evil = "![x](https://utanfor.example/x.png) <img src=x> [a](javascript:x) | `b`\n# c"
    assert "![" not in plain(evil)
    assert "<img" not in plain(evil)
    assert "\n" not in plain(evil)
    line = sheet["bokslut"].model_copy(update={"title": evil, "label": evil})
    [history] = [
        one for one in step_histories(open_database(settings), DAY, 2028) if one.slug == "bokslut"
    ]
    said = happened(evil, evil, evil)
    written = sheet.model_copy(update={"lines": (line,)})
    page = step_page(
        written, history.model_copy(update={"title": evil, "lines": (said,)}), Places(FORMS)
    )
    whole = pages(written)
    for text in (page.text, page.description, whole["aret-2028"].text):
        assert "![x]" not in text
        assert "<img" not in text
        assert "[a](" not in text


def test_a_steps_page_has_where_it_stands_and_what_has_happened(
    sheet: YearSheet, settings: Settings
) -> None:
    history = next(
        one
        for one in step_histories(open_database(settings), DAY, 2028)
        if one.slug == "delarsrapport"
    )
    page = step_page(sheet, history, Places(FORMS))
    assert page.key == "steg-delarsrapport-2028"
    assert page.text.startswith("# U3 Delårsrapport 2027\n\n**Väntar på KS.**")
    assert "%22instans%22%3A%20%22KS%22" in page.text
    assert page.text.count("\n- **2027-") == len(history.lines)


def test_a_steps_page_says_who_has_given_what_of_its_figures(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.on("2027-03-01").start_year(2028)
    town.on("2027-03-02").record(
        "bokslut",
        {"maluppfyllelse": {"uppfyllda": 3}},
        by="Olga <script>",
        role="verksamhetsomradeschef",
        unit="omsorg",
    )
    town.close()
    database = open_database(town.settings)
    day = date(2027, 3, 2)
    [history] = [one for one in step_histories(database, day, 2028) if one.slug == "bokslut"]
    page = step_page(sheet_on(town.settings, day), history, Places(FORMS))
    figures = page.text.partition("## Siffror")[2].partition("## ")[0]
    assert figures.strip().splitlines()[:3] == [
        "- **Bokslutsresultat:** inget än",
        "  - ekonomichef: inte lämnat",
        "- **Måluppfyllelse:** 3 uppfyllda",
    ]
    assert "  - verksamhetsområdeschef, Omsorg: 3 uppfyllda (Olga, 2027-03-02)" in figures
    assert "  - förvaltningschef, Miljöförvaltningen: inte lämnat" in figures
    assert "<script>" not in page.text


def test_every_step_that_the_table_links_to_has_a_page(
    sheet: YearSheet, settings: Settings
) -> None:
    shown = Scene(Hands(open_database(settings), settings, DAY), [sheet], FORMS)
    made = {page.key: page for page in pages_of(shown)}
    linked = set(
        re.findall(r"\(/artifacts/key/([a-z0-9-]+)\)", "".join(p.text for p in made.values()))
    )
    assert len(linked) > 30
    assert linked <= made.keys()


def test_the_page_of_a_planned_step_says_when_by_whom_and_what_it_rests_on(
    sheet: YearSheet, settings: Settings
) -> None:
    shown = Scene(Hands(open_database(settings), settings, DAY), [sheet], FORMS)
    text = {page.key: page.text for page in pages_of(shown)}["steg-skattesats-kf-2028"]
    plan = text.partition("## Vad som är planerat\n\n")[2].partition("\n\n## Vad som har hänt")[0]
    assert plan.splitlines() == [
        "- **Fönster:** 2027-11-01 – 2027-11-30",
        "- **Öppnas:** 2027-11-01",
        "- **Sista dag:** 2027-11-08",
        "- **Görs av:** ekonomichef",
        "- **Beslut:** KF 2027-11-29",
        "- **Bygger på:** [→ K10](/artifacts/key/steg-skattesats-forslag-2028) Förslag till skattesats i KS",
        "- **Lagfrist:** 2027-11-30: KF fastställer skattesatsen före november månads utgång; "
        "inget undantag (KL 11 kap. 10–11 §§)",
    ]
    assert text.endswith("## Vad som har hänt\n\nInget än.")
    assert "[→ Klar]" not in text


def test_the_tags_say_where_a_step_stands(sheet: YearSheet) -> None:
    report, tax = sheet["delarsrapport"], sheet["skattesats-forslag"]
    assert standing_tags(2028, report) == {
        "2028",
        "steg",
        "steg:delarsrapport",
        "uppfoljning",
        "SU",
        "KS",
        "KF",
    }
    assert passing_tags(report) >= {"nu", "väntar:KS"}
    assert "sent" not in passing_tags(report)
    assert passing_tags(tax) >= {"nu", "sent"}
    assert not any(tag.startswith("väntar") for tag in passing_tags(tax))


def test_a_year_is_over_when_all_is_done_and_a_later_one_is_started(sheet: YearSheet) -> None:
    done = sheet.model_copy(
        update={
            "budget_year": 2027,
            "lines": tuple(one.model_copy(update={"tone": Tone.DONE}) for one in sheet.lines),
        }
    )
    assert living([done, sheet]) == [sheet]
    assert living([done]) == [done]
    assert living([sheet.model_copy(update={"budget_year": 2027}), sheet]) == [
        sheet.model_copy(update={"budget_year": 2027}),
        sheet,
    ]


def test_the_pages_ask_no_other_host(sheet: YearSheet) -> None:
    for page in pages(sheet).values():
        targets = re.findall(r"\]\(([^)]+)\)", page.text)
        assert targets
        assert all(one.startswith(("/", "data:image/svg+xml;base64,")) for one in targets)


def test_a_mail_that_went_makes_no_new_version_of_a_steps_page(
    sheet: YearSheet, settings: Settings
) -> None:
    history = step_histories(open_database(settings), DAY, 2028)[0]
    page = step_page(sheet, history, Places())
    mail = HistoryLine(
        day=DAY, source="mejl", kind="paminnelse", what="Mejl, påminnelse", who="ekonomichef"
    )
    told = history.model_copy(update={"lines": (*history.lines, mail)})
    done = told.model_copy(update={"lines": (*told.lines, happened("Klar"))})
    assert step_page(sheet, told, Places()).meaning == page.meaning
    assert step_page(sheet, told, Places()).text != page.text
    assert step_page(sheet, done, Places()).meaning != page.meaning
