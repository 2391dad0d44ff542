"""The page from a chef's side: what a link shows, what its forms do, and when they do nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.events import Outcome
from tests.tasks.town import own_definition, replaced, write_holders
from tests.web.conftest import MakeSite
from tests.web.site import EVA, Site, links_in

SVEN = "sven.samhalle@orsa.example"
OWNER = "processagare"


@pytest.fixture
def annual(site: Site) -> str:
    """The ekonomichef's link to årsredovisning, which SU takes up on 30 March; due on 9 March."""
    return site.link(step="arsredovisning", address=EVA)


def test_it_shows_the_task_its_days_its_law_and_what_it_rests_on(site: Site, annual: str) -> None:
    page = site.open(annual)
    assert page.status_code == 200
    for text in (
        '<html lang="sv">',
        "Orsa kommun · Kommunplan 2028",
        "<h1>Årsredovisning 2026</h1>",
        "ekonomichef (Eva Exempel)",
        "tisdag 9 mars 2027</strong> (6 arbetsdagar kvar)",
        "Strategiutskottet, tisdag 30 mars 2027",
        "torsdag 15 april 2027. Årsredovisningen lämnas till KF och revisorerna",
        "KL 11 kap. 20\N{NO-BREAK SPACE}§",
        "Bokslut 2026, Revisorernas bedömning av årsredovisningen 2026, som inte är klart än",
        "måndag 1 mars 2027: Steget öppnades",
    ):
        assert text in page.text, text


def test_questions_go_to_who_is_process_owner_today(make_site: MakeSite, tmp_path: Path) -> None:
    definition = own_definition(tmp_path)
    eva = ("ekonomichef", "", "Eva Exempel", EVA, "2025-01-01")
    petra = ("processagare", "", "Petra", "petra@orsa.example", "2025-01-01", "2027-03-01")
    per = ("processagare", "", "Per Ö", "per@orsa.example", "2027-03-02")
    pia = ("processagare", "", "Pia Ek", "pia@orsa.example", "2027-03-02")
    write_holders(definition, [eva, petra, per, pia])
    site = make_site(definition=definition)
    annual = site.link(step="arsredovisning", address=EVA)
    assert 'href="mailto:petra@orsa.example">petra@orsa.example</a>' in site.open(annual).text
    site.day = "2027-03-02"
    both = 'href="mailto:per@orsa.example,pia@orsa.example">per@orsa.example, pia@orsa.example</a>'
    assert both in site.open(annual).text


def test_a_steps_documents_are_links_that_tell_nobody_where_one_came_from(
    make_site: MakeSite, tmp_path: Path, site: Site, annual: str
) -> None:
    assert "Dokument" not in site.open(annual).text, "no row without anything in it"
    definition = own_definition(tmp_path)
    mall = 'dokument = [{ namn = "Mall & råd", lank = "https://orsa.example/mall?a=1&b=2" }]'
    title = 'titel = "Årsredovisning"'
    replaced(definition / "definition.toml", title, f"{title}\n{mall}")
    other = make_site(definition=definition, data=tmp_path / "b")
    page = other.open(other.link(step="arsredovisning", address=EVA)).text
    assert (
        '<a href="https://orsa.example/mall?a=1&amp;b=2" rel="noreferrer noopener">Mall &amp; råd</a>'
    ) in page


def test_the_minutes_and_the_figures_of_what_it_rests_on_are_among_its_documents(
    site: Site,
) -> None:
    on = site.town.on("2027-10-19")
    on.check()
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva", results={"skattesats": "22,31"})
    on.decide(
        "skattesats-forslag",
        "KS",
        Outcome.FORESLAR,
        by="Kim",
        paragraph="KS § 70/2027",
        minutes="https://orsa.example/protokoll/ks-1018",
    )
    site.town.on("2027-11-02").check()
    site.day = "2027-11-02"
    page = site.open(site.link(step="skattesats-kf", address=EVA)).text
    assert (
        '<a href="https://orsa.example/protokoll/ks-1018" rel="noreferrer noopener">'
        "Protokoll, KS § 70/2027 (Förslag till skattesats i KS)</a>"
    ) in page
    assert "22,31" in page[: page.index("Det här har hänt")]


def test_it_shows_what_was_decided_before_and_why_the_part_came_back(site: Site) -> None:
    on = site.town.on("2027-03-31")
    on.report("arsredovisning", "ekonomichef", None, by="Eva")
    on.decide("arsredovisning", "SU", Outcome.ATERREMISS, by="Kim", reason="Måltalen saknas")
    site.day = "2027-03-31"
    page = site.open(site.link(step="arsredovisning", address=EVA, kind="aterremiss")).text
    assert "tisdag 30 mars 2027: Strategiutskottet: återremiss" in page
    assert "”Måltalen saknas”" in page
    site.town.on("2027-04-05").override("arsredovisning", by="Petra", reason="x")
    on = site.town.on("2027-10-19")
    on.check()
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva")
    on.decide("skattesats-forslag", "KS", Outcome.FORESLAR, by="Kim", paragraph="KS § 70/2027")
    on = site.town.on("2027-11-02")
    on.check()
    site.day = "2027-11-02"
    page = site.open(site.link(step="skattesats-kf", address=EVA)).text
    assert "Kommunstyrelsen: föreslår nästa instans besluta, KS § 70/2027" in page


def test_what_may_be_done_with_the_address_is_said_to_who_tries_something_else(
    site: Site, annual: str
) -> None:
    refused = site.client.put(annual)
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_reporting_is_the_engines_own_and_the_log_names_the_person(site: Site, annual: str) -> None:
    answered = site.send(annual, "klart", kommentar="Bilaga 2 <b>följer</b>")
    assert answered.status_code == 303
    [fact] = site.facts("rapporterat")
    assert (fact.step, str(fact.task), fact.round) == ("arsredovisning", "ekonomichef", 1)
    assert fact.by == "Eva Exempel <eva.ekonomichef@orsa.example>"
    assert fact.comment == "Bilaga 2 <b>följer</b>"
    site.wait_until_told(1)  # Prefect is asked to show it
    receipt = site.open(annual).text
    assert "Tack, din del är registrerad som klar" in receipt
    assert "Bilaga 2 &lt;b&gt;följer&lt;/b&gt;" in receipt
    assert "går nu till Strategiutskottet, som sammanträder tisdag 30 mars 2027" in receipt
    assert re.findall(r'name="svar" value="([^"]*)"', receipt) == ["ratta"]


def test_opening_acts_never_however_often_and_by_whatever_method(site: Site, annual: str) -> None:
    before = site.town.tables()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "GET"):
        site.client.request(method, annual)
    site.client.get(f"{annual}?svar=klart&formular=x")
    assert site.town.tables() == before
    assert site.told == 0


def test_more_time_is_a_question_to_the_owner_and_moves_nothing(site: Site, annual: str) -> None:
    before = site.town.stored()
    answered = site.send(annual, "mer-tid", dag="2027-03-15", skal="Revisionen\ndröjer")
    assert answered.status_code == 303
    [fact] = site.facts("ber-om-tid")
    assert (str(fact.until), fact.reason) == ("2027-03-15", "Revisionen dröjer")
    assert site.town.stored() == before
    [mail] = site.mails(kind="mer-tid")
    assert mail.role == OWNER
    assert mail.subject.startswith("Vill ha tid till mån 15 mars: ")
    receipt = site.open(annual).text
    assert "om tid till <strong>måndag 15 mars 2027</strong>" in receipt
    assert "Sista dagen är fortfarande tisdag 9 mars 2027" in receipt


def test_the_next_mail_has_a_new_link_for_who_asked_for_time(site: Site, annual: str) -> None:
    site.send(annual, "mer-tid", dag="2027-03-15", skal="Revisionen dröjer")
    site.day = "2027-03-10"
    site.town.on("2027-03-10").check()
    later = site.link(step="arsredovisning", address=EVA, kind="forsenat")
    assert later != annual
    page = site.open(later).text
    assert "Mer tid önskades, till 2027-03-15 (Eva Exempel)" in page
    assert site.send(later, "klart").status_code == 303
    assert site.facts("rapporterat")


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"dag": "", "skal": "x"}, "mer-tid-dag", "Ange vilken dag"),
        ({"dag": "i morgon", "skal": "x"}, "mer-tid-dag", "Ange vilken dag"),
        ({"dag": "2027-02-26", "skal": "x"}, "mer-tid-dag", "2027-02-26 har redan varit"),
        ({"dag": "2027-03-09", "skal": "x"}, "mer-tid-dag", "ska vara klar först 2027-03-09"),
        ({"dag": "2037-03-15", "skal": "x"}, "mer-tid-dag", "mer än ett år bort"),
        ({"dag": "2027-03-15", "skal": " "}, "mer-tid-skal", "Skriv varför"),
        ({"dag": "2027-03-15", "skal": "å" * 1001}, "mer-tid-skal", "är 1001 tecken"),
        ({"dag": "2027-03-30", "skal": "x"}, "mer-tid-anda", "tar upp Årsredovisning 2027-03-30"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_link_is_not_used(
    site: Site, annual: str, fields: dict[str, str], where: str, message: str
) -> None:
    before = site.town.tables()
    page = site.send(annual, "mer-tid", **fields)
    assert page.status_code == 422
    assert "<title>Fel: Årsredovisning" in page.text
    assert f'<a href="#{where}">' in page.text
    assert message in page.text.split(f'id="{where}-fel">')[1].split("</p>")[0]
    assert f'id="{where}"' in page.text
    assert f'value="{fields["dag"]}"' in page.text, "what was filled in is kept"
    assert site.town.tables() == before


def test_a_day_that_misses_the_meeting_may_be_asked_for_knowingly(site: Site, annual: str) -> None:
    site.send(annual, "mer-tid", dag="2027-04-06", skal="Revisionen dröjer")
    assert site.facts("ber-om-tid") == []
    site.send(annual, "mer-tid", dag="2027-04-06", skal="Revisionen dröjer", anda="ja")
    assert [str(fact.until) for fact in site.facts("ber-om-tid")] == ["2027-04-06"]


def test_not_mine_needs_a_word_and_tells_the_owner(site: Site, annual: str) -> None:
    assert site.send(annual, "inte-min", skal="").status_code == 422
    assert site.send(annual, "inte-min", skal="Det är controllerns").status_code == 303
    [fact] = site.facts("inte-min")
    assert fact.reason == "Det är controllerns"
    [mail] = site.mails(kind="inte-min")
    assert mail.role == OWNER
    assert "Du skrev: ”Det är controllerns”" in site.open(annual).text


def test_a_link_is_used_once_also_by_eight_at_once(site: Site, annual: str) -> None:
    browsers = [site.browser() for _ in range(8)]
    pages = [browser.get(annual) for browser in browsers]

    def ask(number: int) -> int:
        day = f"2027-03-{11 + number}"
        return site.post(browsers[number], pages[number], "mer-tid", dag=day, skal="x").status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [303] * 8
    for browser in browsers:
        browser.close()
    assert len(site.facts("ber-om-tid")) == 1
    assert len(site.mails(kind="mer-tid")) == 1


def test_a_used_link_shows_its_receipt_and_acts_no_more(site: Site, annual: str) -> None:
    site.send(annual, "inte-min", skal="Fel person")
    before = site.town.tables()
    with site.browser() as another:
        page = another.get(annual)
        assert "Tack, ditt svar är skickat" in page.text
    assert site.send(annual, "klart").status_code == 303
    assert site.town.tables() == before


def test_another_link_to_a_part_that_is_done_says_so(site: Site, annual: str) -> None:
    site.day = "2027-03-04"
    site.town.on("2027-03-04").check()
    reminder = site.link(step="arsredovisning", address=EVA, kind="paminnelse")
    stale = site.open(reminder)
    site.send(annual, "klart")
    page = site.open(reminder)
    assert page.status_code == 200
    assert "Delen är redan rapporterad som klar, 2027-03-04." in page.text
    assert re.findall(r'name="svar" value="([^"]*)"', page.text) == ["ratta"]
    before = site.town.tables()
    late = site.post(site.client, stale, "klart")
    assert late.status_code == 409
    assert "redan rapporterad" in late.text
    assert site.town.tables() == before


def test_a_later_round_has_links_of_its_own(site: Site, annual: str) -> None:
    on = site.town.on("2027-03-31")
    on.report("arsredovisning", "ekonomichef", None, by="Petra")
    on.decide("arsredovisning", "SU", Outcome.ATERREMISS, by="Kim", reason="Måltalen saknas")
    site.day = "2027-03-31"
    page = site.open(annual)
    assert "har börjat om sedan länken skickades" in page.text
    assert "<form" not in page.text
    again = site.link(step="arsredovisning", address=EVA, kind="aterremiss")
    assert site.send(again, "klart").status_code == 303
    assert [fact.round for fact in site.facts("rapporterat")] == [1, 2]


def test_who_no_longer_has_the_role_is_told_so_and_nothing_more(
    make_site: MakeSite, tmp_path: Path
) -> None:
    definition = own_definition(tmp_path)
    holder = ("ekonomichef", "", "Eva Exempel", EVA, "2025-01-01")
    write_holders(definition, [holder])
    site = make_site(definition=definition)
    annual = site.link(step="arsredovisning", address=EVA)
    page = site.open(annual)
    new = ("ekonomichef", "", "Nils Ny", "nils@orsa.example", "2027-03-02")
    write_holders(definition, [(*holder, "2027-03-01"), new])
    site.day = "2027-03-02"
    on = site.town.on("2027-03-02")
    on.load()
    on.check()
    before = site.town.tables()
    for answer in (site.open(annual), site.post(site.client, page, "klart")):
        assert answer.status_code == 410
        assert "gått över till någon annan" in answer.text
        assert "Nils" not in answer.text
        assert "Årsredovisning" not in answer.text
    assert site.town.tables() == before
    taken_over = site.link(step="arsredovisning", address="nils@orsa.example")
    assert site.send(taken_over, "klart").status_code == 303


def test_every_mail_that_asks_for_a_part_has_a_link_of_its_own(site: Site) -> None:
    site.town.on("2027-03-10").check()
    kinds = ("oppnat", "paminnelse", "forsenat")
    asking = {
        (one.mail_id, one.step, one.role, one.round)
        for one in site.town.notices()
        if one.kind in kinds
    }
    links = [link for mail in site.mails() for link in links_in(mail)]
    assert len(set(links)) == len(asking) == len(links) == 31
    for mail in site.mails(kind="eskalering"):
        assert links_in(mail) == []
    numbers = site.town.tables()["answer_link"]
    assert len(numbers) == len(links)
    stored = repr(numbers)
    assert not any(link.rpartition("/")[2].partition(".")[0] in stored for link in links)


def test_a_check_again_makes_neither_mails_nor_links(site: Site) -> None:
    before = site.town.tables()
    site.town.on("2027-03-01").check()
    assert site.town.tables() == before


def test_a_vacant_roles_link_is_the_owners(make_site: MakeSite, tmp_path: Path) -> None:
    definition = own_definition(tmp_path)
    write_holders(definition, [("processagare", "", "Petra P", "petra@orsa.example", "2025-01-01")])
    site = make_site(definition=definition)
    link = site.link(step="arsredovisning", address="petra@orsa.example")
    site.send(link, "klart", kommentar="Inne på papper")
    [fact] = site.facts("rapporterat")
    assert fact.by == "Petra P <petra@orsa.example>"


def test_a_link_lives_sixty_days_past_the_last_day(site: Site, annual: str) -> None:
    site.day = "2027-05-08"
    assert site.open(annual).status_code == 200
    site.day = "2027-05-09"
    assert site.open(annual).status_code == 410
    # and a reminder that is sent later than that has a fresh one all the same
    site.town.on("2027-08-04").check()
    site.day = "2027-08-05"
    late = site.link(step="arsredovisning", address=EVA, kind="forsenat")
    assert site.send(late, "klart").status_code == 303
