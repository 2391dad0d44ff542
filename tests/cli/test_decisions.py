"""An autumn of decisions on the command line: what the minutes say, figures, corrections, ärenden."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.shell import Shell, Told, unfolded

OCTOBER, SU, KS, KF = "2027-10-01", "2027-10-05", "2027-10-18", "2027-11-29"
IN_OCTOBER: dict[str, tuple[str, list[str]]] = {
    "start": (OCTOBER, ["starta-ar", "2028"]),
    "su part": (OCTOBER, ["klar", "kommunplan-su", "--roll", "ekonomichef"]),
    "ks part": (OCTOBER, ["klar", "kommunplan-ks", "--roll", "ekonomichef"]),
    "mbl": (OCTOBER, ["klar", "mbl-forhandling", "--roll", "kommunchef"]),
    "rate part": (
        OCTOBER,
        ["klar", "skattesats-forslag", "--roll", "ekonomichef", "--resultat", "skattesats=22,35"],
    ),
    "changed in SU": (
        SU,
        [
            "beslut",
            "kommunplan-su",
            "SU",
            "bifall-med-andring",
            "--paragraf",
            "41",
            "--andring",
            "Ramen för omsorg höjs [bold]med 2 mkr",
            "--diarienummer",
            "KS 2027/00123",
            "--protokoll",
            "https://orsa.example/su-41",
            "--anteckning",
            "Reservation (S)",
        ],
    ),
    "rate": (KS, ["resultat", "skattesats-forslag", "skattesats=22,32"]),
    "rate in KS": (KS, ["beslut", "skattesats-forslag", "KS", "foreslar-nasta-instans"]),
    "plan in KS": (
        KS,
        ["beslut", "kommunplan-ks", "KS", "foreslar-nasta-instans", "--paragraf", "47"],
    ),
    "number": (KS, ["diariefor", "skattesats-forslag", "KS 2027/00124"]),
    "same number": (KS, ["diariefor", "skattesats-kf", "KS 2027/00124"]),
    "plan in October": (KS, ["arende", "kommunplan", "--json"]),
}


def in_november(wrong: int) -> dict[str, tuple[str, list[str]]]:
    return {
        "corrected": (
            KS,
            [
                "ratta",
                str(wrong),
                "--varfor",
                "Siffrorna kastades om",
                "--paragraf",
                "74",
                "--av",
                "Eva",
            ],
        ),
        "november": (KF, ["kontroll"]),
        "kf rate part": (KF, ["klar", "skattesats-kf", "--roll", "ekonomichef"]),
        "kf plan part": (KF, ["klar", "kommunplan-kf", "--roll", "ekonomichef"]),
        "rate in KF": (
            KF,
            [
                "beslut",
                "skattesats-kf",
                "KF",
                "bifall",
                "--paragraf",
                "KF § 111/2027",
                "--omedelbart-justerad",
                "--resultat",
                "skattesats=22,31",
            ],
        ),
        "returned": (
            KF,
            [
                "beslut",
                "kommunplan-kf",
                "KF",
                "aterremiss",
                "--minoritet",
                "--till",
                "SU",
                "--skal",
                "Räkna om ramarna",
            ],
        ),
        "shown": (KF, ["resultat", "skattesats-kf"]),
        "shown with a flag": (KF, ["resultat", "skattesats-kf", "--visa"]),
        "ärenden": (KF, ["arende"]),
        "plan": (KF, ["arende", "ks 2027/00123"]),
        "rate as text": (KF, ["arende", "skattesats-kf"]),
        "plan as json": (KF, ["arende", "kommunplan", "--json"]),
        "rate as json": (KF, ["arende", "skattesats", "--json"]),
        "status": (KF, ["status", "--json"]),
    }


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("kommun"), KF)
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def told(shell: Shell) -> dict[str, Told]:
    """What the commands of the autumn said; the wrong paragraph is put right by its number."""
    october = shell.days(IN_OCTOBER)
    [wrong] = step(arende(october, "plan in October"), "kommunplan-ks")["beslut"]
    return october | shell.days(in_november(wrong["nummer"]), columns=60)


def arende(told: dict[str, Told], name: str) -> dict[str, Any]:
    [found] = json.loads(told[name].out)["arenden"]
    assert isinstance(found, dict)
    return found


def step(found: dict[str, Any], slug: str) -> dict[str, Any]:
    [one] = [step for step in found["steg"] if step["slug"] == slug]
    assert isinstance(one, dict)
    return one


def test_a_decision_keeps_all_that_the_minutes_say(told: dict[str, Told]) -> None:
    [made] = step(arende(told, "plan in October"), "kommunplan-su")["beslut"]
    assert made.pop("nummer") > 1
    assert made == {
        "instans": "SU",
        "datum": SU,
        "utfall": "bifall-med-andring",
        "paragraf": "SU § 41/2027",
        "ersatt": False,
        "skal": "",
        "andring": "Ramen för omsorg höjs [bold]med 2 mkr",
        "diarienummer": "KS 2027/00123",
        "anteckning": "Reservation (S)",
        "protokoll": "https://orsa.example/su-41",
        "minoritet": False,
        "omedelbart_justerad": False,
        "registrerat_av": "petra",
        "rattat_av": None,
        "hande": {
            **dict.fromkeys(("kungjort", "justerat", "anslaget", "nedtaget", "overklagat")),
            **dict.fromkeys(("overklagas_till", "laga_kraft")),
            "laga_kraft_raknad": False,
            "genomfort": None,
        },
        "version": 2,
    }


def test_one_diarienummer_holds_in_every_step_of_the_arende(told: dict[str, Told]) -> None:
    assert unfolded(told["number"].out) == (
        "Kommunplan 2028: Skattesats (skattesats-forslag, skattesats-kf) har nu diarienummer "
        "KS 2027/00124."
    )
    assert "har redan diarienummer KS 2027/00124" in unfolded(told["same number"].out)
    assert not told["same number"].changed
    [year] = json.loads(told["status"].out)
    numbers = {step["slug"]: (step["arende"], step["diarienummer"]) for step in year["steg"]}
    assert numbers["kommunplan-kf"] == numbers["kommunplan-su"] == ("kommunplan", "KS 2027/00123")
    assert numbers["skattesats-kf"] == ("skattesats", "KS 2027/00124")
    assert numbers["delarsrapport"] == ("delarsrapport", None)


def test_a_correction_stands_beside_the_wrong_decision_in_every_list(told: dict[str, Told]) -> None:
    assert "är rättat; det står kvar i loggen." in unfolded(told["corrected"].out)
    [year] = json.loads(told["status"].out)
    [listed] = [step for step in year["steg"] if step["slug"] == "kommunplan-ks"]
    for made in (listed["beslut"], step(arende(told, "plan as json"), "kommunplan-ks")["beslut"]):
        wrong, right = made
        assert (wrong["paragraf"], wrong["rattat_av"]) == ("KS § 47/2027", right["nummer"])
        assert (right["paragraf"], right["rattat_av"]) == ("KS § 74/2027", None)
        assert (wrong["ersatt"], wrong["registrerat_av"]) == (True, "petra")
        assert right["registrerat_av"] == "Eva"
    shown = unfolded(told["plan"].out)
    assert f"KS § 47/2027 [rättat av {right['nummer']}]" in shown
    assert "KS § 74/2027 [ersatt]" in shown


def test_a_return_to_another_body_takes_the_whole_way_there_up_again(told: dict[str, Told]) -> None:
    found = arende(told, "plan as json")
    assert [step["visning"] for step in found["steg"]] == ["Återöppnat", "Återöppnat", "Pågår"]
    assert [step["version"] for step in found["steg"]] == [3, 2, 2]
    [returned] = step(found, "kommunplan-kf")["beslut"]
    assert (returned["minoritet"], returned["skal"]) == (True, "Räkna om ramarna")
    shown = unfolded(told["plan"].out)
    assert "Skäl: Räkna om ramarna På begäran av en minoritet (KL 5 kap. 50 §)" in shown
    assert "SU 2028-01-18: planerat" in shown


def test_kf_s_rate_stands_beside_the_one_that_ks_proposed(told: dict[str, Told]) -> None:
    expected = {
        "slag": "skattesats",
        "varde": "22.31",
        "text": "22,31",
        "jamfort_med": {"steg": "skattesats-forslag", "text": "22,32", "skillnad": "−0,01"},
    }
    assert step(arende(told, "rate as json"), "skattesats-kf")["resultat"] == [expected]
    [year] = json.loads(told["status"].out)
    [listed] = [step for step in year["steg"] if step["slug"] == "skattesats-kf"]
    assert listed["resultat"] == [expected]
    line = "Skattesats: 22,31 mot 22,32 i skattesats-forslag: −0,01"
    for name in ("shown", "shown with a flag", "rate as text"):
        assert line in unfolded(told[name].out)
        assert not told[name].changed


def test_signed_at_once_it_is_posted_within_two_days_and_final_three_weeks_after(
    told: dict[str, Told],
) -> None:
    assert arende(told, "rate as json")["laga_kraft"] == {
        "steg": "skattesats-kf",
        "instans": "KF",
        "datum": "2027-11-29",
        "omedelbart_justerad": True,
        "justering": "2027-11-29",
        "anslag": "2027-12-01",
        "overklagas_till": "2027-12-22",
        "hande": {
            "kungjort": None,
            "justerat": "2027-11-29",
            "anslaget": None,
            "nedtaget": None,
            "overklagat": None,
            "overklagas_till": None,
            "laga_kraft": None,
            "laga_kraft_raknad": False,
            "genomfort": None,
        },
    }
    assert arende(told, "plan as json")["laga_kraft"] is None
    shown = unfolded(told["rate as text"].out)
    assert "Justering omedelbart, 2027-11-29 (KL 5 kap. 69 §)" in shown
    assert "Kan överklagas till och med 2027-12-22" in shown


def test_a_figure_that_is_still_missing_is_asked_for(told: dict[str, Told]) -> None:
    assert step(arende(told, "plan as json"), "kommunplan-kf")["saknade_resultat"] == ["ramar"]
    assert "Ekonomiska ramar saknas: kommunplan resultat kommunplan-kf ramar=" in unfolded(
        told["plan"].out
    )


def test_every_arende_of_the_year_is_listed_with_its_bodies_and_days(told: dict[str, Told]) -> None:
    shown = unfolded(told["ärenden"].out)
    assert "Skattesats (skattesats), KS 2027/00124 K10 KS 2027-10-18: Klart" in shown
    assert "Delårsrapport (delarsrapport), utan diarienummer U3 SU 2028-01-18 → KS" in shown, "late"
    assert "Skatteprognos" not in shown, "nobody decides it"
    assert "Åtgärdsplan" not in shown, "it rests"


def test_nothing_is_wider_than_the_terminal_nor_read_as_markup(told: dict[str, Told]) -> None:
    for name in ("ärenden", "plan", "rate as text", "shown", "corrected", "returned"):
        assert max(map(len, told[name].out.splitlines())) <= 60, name
    assert "[bold]med 2 mkr" in unfolded(told["plan"].out)


def test_a_decision_that_was_never_made_is_struck_out(shell: Shell, told: dict[str, Told]) -> None:
    [returned] = step(arende(told, "plan as json"), "kommunplan-kf")["beslut"]
    number = str(returned["nummer"])
    after = shell.days(
        {
            "struck out": (KF, ["ratta", number, "--varfor", "Annat ärende", "--stryk"]),
            "plan as json": (KF, ["arende", "kommunplan", "--json"]),
        }
    )
    assert f"Beslut {number} är struket; det står kvar i loggen." in unfolded(
        after["struck out"].out
    )
    found = arende(after, "plan as json")
    [struck] = step(found, "kommunplan-kf")["beslut"]
    assert struck["rattat_av"] > struck["nummer"]
    assert [step["visning"] for step in found["steg"]] == ["Klart", "Klart", "Väntar på KF"]
