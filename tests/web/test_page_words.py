"""What texts point at in the words of the pages, and the addresses that they lead to."""

from __future__ import annotations

from datetime import date

import pytest

from models.acts.decisions import Decide
from models.errors import RefusedError
from models.text import Aside, Cases, Text, ViewPointer, ask, empty, give, tick
from web.addresses import Addresses, own_path
from web.wording import PageWords, person, with_days

PLACES = Addresses("https://kommun.se/plan")


def words(text: Text, **more: object) -> str:
    said = {"budget_year": 2028, "step": "bokslut", **more}
    return str(PageWords(PLACES, **said).of(text))  # type: ignore[arg-type]


def test_a_field_is_called_what_it_is_called_on_the_page() -> None:
    text = Text.of("Varför? Skriv det ", give("changes"), ", eller ", empty("back_to"), ".")
    assert (
        words(text, act=Decide) == "Varför? Skriv det under ”Ändring”, eller töm ”Återremiss till”."
    )
    assert words(Text.of(tick("minority"), ".")).startswith("Kryssa för ”På begäran")


def test_another_act_is_a_link_to_its_form_filled_in() -> None:
    text = Text.of("Var det fel: ", ask("ratta", event_number=38), ".")
    assert words(text) == (
        'Var det fel: <a href="/plan/gor/ratta?handelse=38&amp;budgetar=2028">Rätta ett beslut</a>.'
    )


def test_a_part_is_one_field_of_the_link() -> None:
    pointer = ask("klar", step="bokslut", role="verksamhetsomradeschef", unit="omsorg")
    address = PLACES.pointed(pointer, 2028)
    assert "del=verksamhetsomradeschef%3Aomsorg" in address
    assert "roll=" not in address


def test_what_is_told_in_passing_is_a_link_too_and_what_has_no_form_is_left_out() -> None:
    asides = Text.of("Öppna det", Aside(ask("oppna", step="x")), ", annars", Aside(ask("kontroll")))
    assert words(asides).endswith("</a>), annars")
    assert words(Text.of("Se ", ViewPointer("arende"), ".")) == (
        'Se <a href="/plan/ar/2028/steg/bokslut">stegets sida</a>.'
    )
    cases = Cases((("Står det fast:", ask("star-fast", step="x")),), plainly="…")
    assert words(Text.of(cases)).startswith("Står det fast: <a href=")


def test_nothing_that_somebody_wrote_is_markup() -> None:
    error = RefusedError("<b>x</b> & ", give("<i>"))
    assert str(PageWords(PLACES).of(error)) == "&lt;b&gt;x&lt;/b&gt; &amp; under ”&lt;i&gt;”"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("till 2027-10-18.", "18 oktober\u00a02027</time>."),
        ("KS 2027-02-30", "KS 2027-02-30"),
        ("nr 12027-10-18-3", "nr 12027-10-18-3"),
        ("KS 2027/00123", "KS 2027/00123"),
    ],
)
def test_days_are_written_as_people_say_them(text: str, said: str) -> None:
    assert str(with_days(text)).endswith(said)


def test_a_person_is_named_without_how_they_were_known() -> None:
    assert person("Kim Berg, ersättare för Eva (inloggad: länk)") == "Kim Berg, ersättare för Eva"
    assert person("Eva Ek <eva@o.se>") == "Eva Ek"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ar/2028",
        "/ar/2028/steg/storre-avvikelse-2",
        "/sammantrade/KS/2027-03-15",
        "/ar/2028?vad=sent",
    ],
)
def test_a_form_may_lead_back_to_a_page_of_ours(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//elak.se",
        "https://elak.se",
        "/gor/beslut",
        "/svara/x",
        "/ar\\evil",
        "/ar/\n",
        "/logga-ut",
        "/%2f/elak",
    ],
)
def test_a_form_leads_nowhere_else(path: str) -> None:
    assert own_path(path) == ""


def test_addresses_have_what_a_proxy_puts_before_them() -> None:
    assert PLACES.today == "/plan/"
    assert PLACES.meeting("KS", date(2027, 3, 15)) == "/plan/sammantrade/KS/2027-03-15"
    assert PLACES.year(2028, "gantt", vad="sent") == "/plan/ar/2028/gantt?vad=sent"
