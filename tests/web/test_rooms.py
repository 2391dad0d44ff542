"""The signed-in pages: what each shows to whom, and the acts' forms, in a real town."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from models.act import Act, StepAct
from models.acts.all import ACTS
from models.outcomes import Outcome
from models.visitor import Visitor
from tests.factories import orsa_meetings
from tests.tasks.conftest import MakeTown
from tests.web.house import CHEF, CLERK, OTHER_CLERK, OWNER, READER, House, words
from tests.web.spring import KS, STEP, spring_town
from web.acting import NOT_HERE
from web.asking import asks_part

MakeHouse = Callable[..., House]


@pytest.fixture(scope="session")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spring_town(tmp_path_factory.mktemp("spring"))


@pytest.fixture
def make_house(make_town: MakeTown, spring: Path, tmp_path: Path) -> MakeHouse:
    def make(who: Visitor | None = OWNER, day: str = "2027-03-16") -> House:
        clock = tmp_path / "today"
        clock.write_text(day)
        return House(make_town(spring, clock_file=clock), who)

    return make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    return make_house()


PAGES = (
    "/",
    "/ar/2028",
    "/ar/2028/arshjul",
    "/ar/2028/gantt",
    f"/ar/2028/steg/{STEP}",
    "/sammantraden",
    f"/sammantrade/KS/{KS}",
)


@pytest.mark.parametrize("who", [OWNER, CLERK, CHEF, READER], ids=lambda who: who.name)
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_look_at_every_page(house: House, path: str, who: Visitor) -> None:
    house.sign_in(who)
    response = house.client.get(path)
    if (path, who) == ("/", READER):  # nothing waits for who only reads
        assert response.headers["location"] == "/ar/2028"
        return
    assert response.status_code == 200
    assert "<script" not in response.text
    assert " style=" not in response.text
    assert house.told == 0


@pytest.mark.parametrize("path", [*PAGES, "/gor/beslut"])
def test_who_is_not_signed_in_is_sent_to_sign_in(house: House, path: str) -> None:
    house.sign_in(None)
    response = house.client.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/logga-in")


def test_the_owner_sees_the_decision_that_is_to_be_registered(house: House) -> None:
    assert "Beslut att registrera" in house.see("/")
    assert "Kommunstyrelsen sammanträdde" in house.see("/")


def test_a_clerk_sees_the_meeting_and_its_items_with_a_form(house: House) -> None:
    house.sign_in(CLERK)
    assert f"/sammantrade/KS/{KS}" in house.client.get("/").text
    page = house.client.get(f"/sammantrade/KS/{KS}")
    assert 'action="/gor/beslut"' in page.text
    assert "Manusstopp" in words(page)
    house.sign_in(READER)
    assert 'action="/gor/beslut"' not in house.client.get(f"/sammantrade/KS/{KS}").text


def test_a_decision_is_registered_on_the_meetings_page_and_told_there(house: House) -> None:
    house.sign_in(CLERK)
    path = f"/sammantrade/KS/{KS}"
    page = house.client.get(path)
    sent = house.send("/gor/beslut", page, utfall="bifall", paragraf="31")
    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{path}?kvitto=")
    [fact] = house.facts("beslut")[-1:]
    assert (fact.body, str(fact.on), fact.paragraph) == ("KS", KS, "KS § 31/2027")
    assert fact.by == "Kim Berg (inloggad: länk till adressen)"
    for _ in range(2):  # also when it is loaded again
        told = house.see(sent.headers["location"])
        assert "Registrera beslut: klart" in told
        assert "Kommunstyrelsen: bifall" in told
    assert house.told == 1


def test_what_another_was_told_is_not_told_to_me(house: House) -> None:
    house.sign_in(CLERK)
    page = house.client.get(f"/sammantrade/KS/{KS}")
    sent = house.send("/gor/beslut", page, utfall="bifall")
    house.sign_in(OWNER)
    assert "Registrera beslut: klart" not in house.see(sent.headers["location"])


def test_the_same_form_sent_twice_is_done_once(house: House) -> None:
    page = house.client.get(f"/sammantrade/KS/{KS}")
    first, second = (house.send("/gor/beslut", page, utfall="bifall") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert sum(one.body == "KS" for one in house.facts("beslut")) == 1
    assert house.told == 1


def test_the_second_clerk_is_told_who_did_it(house: House) -> None:
    house.sign_in(CLERK)
    mine = house.client.get(f"/sammantrade/KS/{KS}")
    house.sign_in(OTHER_CLERK)
    others = house.client.get(f"/sammantrade/KS/{KS}")
    house.send("/gor/beslut", others, utfall="bifall", paragraf="31")
    house.sign_in(CLERK)
    sent = house.send("/gor/beslut", mine, utfall="bifall", paragraf="31")
    told = house.see(sent.headers["location"])
    assert "Registrera beslut: redan gjort" in told
    assert "Lo Dahl" in told
    assert sum(one.body == "KS" for one in house.facts("beslut")) == 1


def test_a_page_that_is_old_says_what_has_happened_before_it_overwrites(house: House) -> None:
    path = f"/gor/diariefor?steg={STEP}"
    old = house.client.get(path)
    house.send(path, diarienummer="KS 2027/00123")
    sent = house.send(path, old, diarienummer="KS 2027/00456")
    assert sent.status_code == 409
    assert "Något har hänt sedan du öppnade sidan" in words(sent)
    assert "KS 2027/00123" in words(sent)
    assert 'value="KS 2027/00456"' in sent.text
    again = house.send(path, sent, diarienummer="KS 2027/00456")
    assert again.status_code == 303
    assert [one.diarienummer for one in house.facts("diariefort")] == [
        "KS 2027/00123",
        "KS 2027/00456",
    ]


def test_a_fault_stands_in_the_summary_and_beside_its_field_and_nothing_is_lost(
    house: House,
) -> None:
    page = house.client.get(f"/sammantrade/KS/{KS}")
    sent = house.send("/gor/beslut", page, utfall="bifall-med-andring", paragraf="31 a b")
    assert sent.status_code == 422
    assert "<title>Fel: " in sent.text
    assert 'role="alert"' in sent.text
    assert 'value="31 a b"' in sent.text
    assert "under ”Ändring”" in words(sent)
    assert 'id="andring-fel"' in sent.text
    assert not [one for one in house.facts("beslut") if one.body == "KS"]


def test_what_is_required_is_asked_for_in_the_pages_own_words(house: House) -> None:
    page = house.client.get(f"/sammantrade/KS/{KS}")
    sent = house.send("/gor/beslut", page, utfall="")
    assert (sent.status_code, "Välj utfall." in words(sent)) == (422, True)


def test_a_meeting_is_moved_after_the_preview_has_been_shown(house: House) -> None:
    path = "/gor/flytta?instans=KF&fran=2027-11-29"
    sent = house.send(path, instans="KF", till="2027-12-06", skal="Julen")
    assert sent.status_code == 200
    assert "Ingenting är gjort än" in words(sent)
    assert "Bryter då mot lagen" in words(sent)
    meetings = house.town.tables()["meeting"]
    changed = house.send("/gor/flytta", sent, kontrollerad="ja")
    assert changed.status_code == 303
    assert house.town.tables()["meeting"] != meetings
    again = house.send("/gor/flytta", sent, kontrollerad="ja")
    assert again.headers["location"] == changed.headers["location"]


def test_the_check_page_lets_one_go_back_and_change(house: House) -> None:
    path = "/gor/flytta?instans=KF&fran=2027-11-29"
    sent = house.send(path, instans="KF", till="2027-12-06", skal="Julen")
    back = house.send("/gor/flytta", sent, andra="ja")
    assert 'value="2027-12-06"' in back.text
    assert "Julen" in back.text


def test_a_refusal_links_to_the_act_that_helps(house: House) -> None:
    sent = house.send("/gor/ga-vidare?steg=kommunplan-kf", skal="Bråttom", kontrollerad="ja")
    assert sent.status_code == 422
    assert "planerat" in words(sent)


def test_what_is_told_otherwise_than_it_was_leads_to_the_correction(house: House) -> None:
    page = house.client.get(f"/sammantrade/KS/{KS}")
    house.send("/gor/beslut", page, utfall="bifall", paragraf="31")
    sent = house.send("/gor/beslut", page, utfall="bifall", paragraf="32", nyckel="another-key")
    assert sent.status_code == 422
    assert "redan registrerat, med annat innehåll" in words(sent)
    assert '<a href="/gor/ratta?budgetar=2028">Rätta ett beslut</a>' in sent.text


def test_an_exercise_says_that_it_is_one(house: House) -> None:
    assert "Övning: dagen är tisdag 16 mars 2027" in house.see("/")


def test_only_who_may_can_act(house: House) -> None:
    house.sign_in(READER)
    assert house.client.get("/gor/beslut").status_code == 403
    sent = house.client.post("/gor/beslut", data={"utfall": "x"}, headers=house.own_headers)
    assert sent.status_code == 403
    house.sign_in(OTHER_CLERK)
    sent = house.send(
        f"/gor/beslut?steg={STEP}", instans="KF", utfall="bifall", steg=STEP, budgetar="2028"
    )
    assert sent.status_code == 403
    assert house.told == 0


def test_what_another_page_sends_does_nothing(house: House) -> None:
    headers = {"origin": "https://elak.example", "sec-fetch-site": "cross-site"}
    sent = house.client.post("/gor/diariefor", data={"steg": STEP}, headers=headers)
    assert sent.status_code == 403
    assert house.told == 0


@pytest.mark.parametrize(
    "path",
    [
        "/ar/2031",
        "/ar/2028/steg/finns-inte",
        "/sammantrade/XX/2027-03-15",
        "/sammantrade/KS/i-gar",
        "/gor/hittepa",
        "/gor/beslut?steg=finns-inte",
        "/gor/kalender-skapa",
    ],
)
def test_what_is_not_there_says_so(house: House, path: str) -> None:
    response = house.client.get(path)
    assert response.status_code == 404
    assert "Till I dag" in response.text


def test_a_form_never_leads_anywhere_else(house: House) -> None:
    page = house.client.get(f"/gor/diariefor?steg={STEP}&tillbaka=//elak.example/")
    assert "elak.example" not in page.text
    sent = house.send(
        "/gor/diariefor", page, diarienummer="KS 2027/00123", tillbaka="https://elak.example/"
    )
    assert sent.headers["location"].startswith(f"/ar/2028/steg/{STEP}?")


def test_the_year_is_filtered_by_its_address(house: House) -> None:
    everything, some = house.see("/ar/2028"), house.see("/ar/2028?instans=KS")
    assert "Visa alla" not in everything
    assert "Visa alla" in some
    assert "Kommunplan i KF" not in some
    assert "1 av " in some


def test_figures_have_a_field_each(house: House) -> None:
    path = "/gor/resultat?steg=bokslut"
    page = house.client.get(path)
    assert 'name="bokslutsresultat-resultat"' in page.text
    figures = {"bokslutsresultat-resultat": "x", "bokslutsresultat-balanskravsresultat": "7"}
    wrong = house.send(path, page, **figures)
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    sent = house.send(path, page, **{**figures, "bokslutsresultat-resultat": "12 000"})
    assert sent.status_code == 303
    assert house.facts("resultat")[-1].values == {
        "bokslutsresultat": {"resultat": 12000, "balanskravsresultat": 7}
    }


def test_a_part_is_asked_for_whole(house: House) -> None:
    page = house.client.get("/gor/klar?steg=arsredovisning")
    assert 'name="del"' in page.text
    assert 'name="roll"' not in page.text


def test_a_chef_reports_their_own_part_and_nobody_elses(house: House) -> None:
    house.sign_in(CHEF)
    assert "Mina uppgifter" in house.see("/")
    path = "/gor/klar?steg=arsredovisning&del=ekonomichef"
    sent = house.send(path, None, **{"del": "ekonomichef"})
    assert sent.status_code == 303
    other = house.send("/gor/klar?steg=bokslut", None, **{"del": "verksamhetsomradeschef:omsorg"})
    assert other.status_code == 403


def test_every_page_is_small(house: House) -> None:
    for path in (
        "/",
        "/ar/2028",
        f"/ar/2028/steg/{STEP}",
        "/sammantraden",
        f"/sammantrade/KS/{KS}",
    ):
        assert len(house.client.get(path).content) < 60_000


@pytest.mark.parametrize("act", [act for act in ACTS.values() if not issubclass(act, NOT_HERE)])
def test_every_act_has_a_form_with_each_of_its_fields(house: House, act: type[Act]) -> None:
    asked = f"?steg={STEP}" if issubclass(act, StepAct) else ""
    page = house.client.get(f"/gor/{act.name}{asked}")
    assert page.status_code == 200
    assert act.title in words(page)
    merged = {"roll": "del", "enhet": "del"} if asks_part(act) else {}
    for field in act.fields():
        if field.name in ("av", "katalog") or field.attribute == "results":
            continue
        assert f'name="{merged.get(field.name, field.name)}"' in page.text
    assert 'name="av"' not in page.text


def test_before_any_year_is_started_there_is_a_way_to_start_one(make_town: MakeTown) -> None:
    empty = House(make_town())
    assert "Starta budgetår" in empty.see("/")
    for path in ("/ar", "/sammantraden", "/gor/starta-ar"):
        assert empty.client.get(path).status_code == 200
    assert empty.client.get("/sammantrade/KS/2027-03-15").status_code == 404
    assert empty.client.get("/gor/beslut").status_code in (200, 409)


def test_who_holds_a_part_is_offered_that_part_alone(house: House) -> None:
    house.sign_in(CHEF)
    own = house.client.get("/ar/2028/steg/arsredovisning").text
    assert "/gor/klar?steg=arsredovisning" in own
    assert "del=ekonomichef" in own
    assert "/gor/ga-vidare" not in own
    house.sign_in(READER)
    assert "/gor/" not in house.client.get("/ar/2028/steg/arsredovisning").text


def test_the_day_of_a_step_is_moved_without_a_preview(house: House) -> None:
    step = "mal-och-budgetdag"
    day = next(m.day for m in orsa_meetings() if m.step == step and m.day.year == 2027)
    fields = {"instans": step, "fran": str(day), "till": "2027-05-12", "skal": "Lokalen"}
    sent = house.send("/gor/flytta", None, **fields)
    assert "går inte att visa i förväg" in words(sent)
    assert house.send("/gor/flytta", sent, kontrollerad="ja").status_code == 303


def test_what_was_registered_leads_to_where_it_is_put_right(house: House) -> None:
    page = house.client.get(f"/sammantrade/KS/{KS}")
    sent = house.send("/gor/beslut", page, utfall="bifall", paragraf="31")
    told = house.client.get(sent.headers["location"]).text
    assert "/gor/ratta?handelse=" in told
    number = next(n for n, e in enumerate(house.town.log(), 1) if getattr(e, "body", "") == "KS")
    path = f"/gor/ratta?handelse={number}"
    fields = {"handelse": str(number), "varfor": "Fel paragraf", "paragraf": "32"}
    assert house.send(path, None, **fields).status_code == 303
    assert house.facts("rattelse")[-1].decision.paragraph == "KS § 32/2027"


def test_fullmaktige_is_announced_from_its_own_page(house: House) -> None:
    path = "/sammantrade/KF/2027-05-24"
    assert "Anteckna kungjort" in house.see(path)
    form = "/gor/anteckna?vad=kungjort&instans=KF&sammantrade=2027-05-24"
    sent = house.send(form, None, vad="kungjort", instans="KF", dag="2027-03-16", tillbaka=path)
    assert sent.status_code == 303
    assert "Anteckna kungjort" not in house.see(path)


def test_a_file_of_meetings_is_read_in_after_its_preview(house: House) -> None:
    table = b"Instans;jan;dec\nKF;-;13, 20\n"
    path = "/gor/sammantraden-las-in"
    sent = house.upload(path, "C:\\mina filer\\möten 2027.csv", table, ar="2027")
    assert sent.status_code == 200
    assert "KF 2027: 2 (1 nya)" in words(sent)
    assert "möten 2027.csv" in words(sent)
    kept = [*(house.town.settings.data / "uppladdat").glob("*/*")]
    assert [one.name for one in kept] == ["möten 2027.csv"]
    done = house.send(path, sent, kontrollerad="ja")
    assert done.status_code == 303
    assert "2027-12-13" in str(house.town.tables()["meeting"])
    assert not [*(house.town.settings.data / "uppladdat").glob("*/*")]


def test_every_fault_of_a_file_has_a_line(house: House) -> None:
    table = "roll;namn;adress;fran\nekonomichef;Eva;eva;2027-01-01\nhittepa;X;x@o.se;i går\n"
    path = "/gor/rollinnehavare-las-in"
    sent = house.upload(path, "chefer.csv", table.encode())
    assert "Kontrollera" in words(sent)
    refused = house.send(path, sent, kontrollerad="ja")
    assert refused.status_code == 422
    assert refused.text.count("chefer.csv") >= 2
    assert refused.text.count("<li>") >= 5


def test_a_new_holder_of_a_role_is_registered_from_the_day_s_page(house: House) -> None:
    assert 'href="/gor/rollinnehavare-byt?' in house.client.get("/").text
    path = "/gor/rollinnehavare-byt"
    given = {"roll": "ekonomichef", "namn": "Nils Nord", "fran": "2027-05-17"}
    refused = house.send(path, None, **given, adress="nils")
    assert refused.status_code == 422
    assert "e-postadress" in words(refused)
    done = house.send(path, None, **given, adress="nils@orsa.example")
    assert done.status_code == 303
    assert "Nils Nord har rollen ekonomichef från måndag 17 maj 2027." in words(
        house.client.get(done.headers["location"])
    )


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "aaaaaaaaaa/..", "x"])
def test_a_form_points_at_no_other_file(house: House, place: str) -> None:
    path = "/gor/rollinnehavare-las-in"
    sent = house.send(path, None, fil=place)
    assert (sent.status_code, "Filen finns inte kvar" in words(sent)) == (422, True)


def test_who_may_not_do_it_leaves_no_file(house: House) -> None:
    house.sign_in(READER)
    sent = house.client.post(
        "/gor/rollinnehavare-las-in",
        data={"nyckel": "abcdefgh1234"},
        files={"fil": ("x.csv", b"x")},
        headers=house.own_headers,
    )
    assert sent.status_code == 403
    assert not (house.town.settings.data / "uppladdat").exists()


def test_a_reason_that_will_be_needed_is_asked_for_with_the_preview(house: House) -> None:
    sent = house.send("/gor/flytta", None, instans="KF", fran="2027-11-29", till="2027-12-06")
    assert sent.status_code == 422
    assert 'id="skal-fel"' in sent.text
    assert "under ”Skäl”" in words(sent)


def test_while_another_writes_nothing_that_was_typed_is_lost(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.database.LOCK_TIMEOUT", 0.1)
    house = make_house()
    page = house.client.get(f"/gor/diariefor?steg={STEP}")
    with closing(sqlite3.connect(house.town.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sent = house.send("/gor/diariefor", page, diarienummer="KS 2027/00123")
    assert sent.status_code == 503
    assert "Någon annan skriver just nu" in words(sent)
    assert 'value="KS 2027/00123"' in sent.text
    assert house.send("/gor/diariefor", sent, diarienummer="KS 2027/00123").status_code == 303


def test_an_old_form_says_what_has_been_done_to_the_meetings_meanwhile(house: House) -> None:
    fields = {"instans": "KF", "fran": "2027-11-29", "till": "2027-12-06", "skal": "Lokalen"}
    checked = house.send("/gor/flytta", None, **fields)
    added = {"instans": "KS", "dag": "2027-11-22"}
    assert house.send("/gor/sammantraden-lagg-till", None, **added).status_code == 303
    sent = house.send("/gor/flytta", checked, kontrollerad="ja")
    assert sent.status_code == 409
    assert "KS 22 november 2027 : tillagt" in words(sent)
    again = house.send("/gor/flytta", house.send("/gor/flytta", sent, **fields), kontrollerad="ja")
    assert again.status_code == 303


def test_a_minority_sends_an_item_back_from_fullmaktiges_page(house: House) -> None:
    town, step = house.town, "privata-utforare"
    on = town.on("2027-03-16")
    on.open_early(step, by="Petra", reason="KS tar upp det")
    for key in town.stored().missing(town.stored().definition.step(step)):
        on.report(step, key.role, key.unit, by="Eva")
    on = town.on("2027-06-07")
    on.check()
    on.decide(step, "KS", Outcome.FORESLAR, by="Petra", on=date(2027, 6, 7))
    town.on("2027-06-21").check()
    assert town.settings.clock_file is not None
    town.settings.clock_file.write_text("2027-06-21")
    house.sign_in(CLERK)
    page = house.client.get("/sammantrade/KF/2027-06-21")
    assert "På begäran av en minoritet" in words(page)
    fields = {"steg": step, "instans": "KF", "datum": "2027-06-21", "budgetar": "2028"}
    said = {"utfall": "aterremiss", "skal": "Underlaget", "minoritet": "ja", "sag": "999"}
    sent = house.send("/gor/beslut", page, **fields, **said)
    assert sent.status_code == 303
    assert house.facts("beslut")[-1].minority
    told = house.see(sent.headers["location"])
    assert "återremiss" in told
    assert "Återremiss" in house.see("/sammantrade/KF/2027-06-21")


# --- What a newcomer's attack found ---


@pytest.mark.parametrize(
    "path",
    [
        f"/ar/{'9' * 5000}",
        "/ar/99999",
        "/sammantrade/KF/9999-12-31",
        "/sammantrade/KF/0001-01-01",
        "/sammantrade/KF/20271129",
        "/sammantrade/KF/2027-W48-1",
    ],
)
def test_what_can_be_no_page_is_none(house: House, path: str) -> None:
    assert house.client.get(path).status_code == 404


def test_a_slash_too_many_leads_nowhere_else(house: House) -> None:
    assert house.client.get("/ar/2028/").status_code == 404


def test_a_number_that_a_form_carries_is_bounded(house: House) -> None:
    sent = house.send("/gor/diariefor", None, steg=STEP, diarienummer="KS 2027/1", sag="9" * 5000)
    assert sent.status_code in (303, 422)


def test_the_day_of_what_happened_is_not_passed_over(house: House) -> None:
    sent = house.send("/gor/anteckna", None, vad="kungjort", instans="KF")
    assert sent.status_code == 422
    assert 'id="dag-fel"' in sent.text


def test_after_a_move_one_stands_at_the_new_day(house: House) -> None:
    house.sign_in(OWNER)
    given = {"instans": "KF", "fran": "2027-11-29", "till": "2027-11-30", "skal": "lokalen"}
    back = "/sammantrade/KF/2027-11-29"
    checked = house.send("/gor/flytta", None, **given, tillbaka=back)
    done = house.send("/gor/flytta", checked, kontrollerad="ja")
    assert done.status_code == 303
    assert done.headers["location"].startswith("/sammantrade/KF/2027-11-30?")


def test_what_is_sent_lies_in_a_folder_for_nobody_else(house: House) -> None:
    house.upload("/gor/rollinnehavare-las-in", "chefer.csv", b"roll;namn\n")
    folder = house.town.settings.data / "uppladdat"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
