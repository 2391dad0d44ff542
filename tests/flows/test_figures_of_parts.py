"""The form of a step's figures in the Prefect UI: whose they are, and what is unclear of that."""

from __future__ import annotations

from typing import Any

import pytest

from flows.forms.fields import NYTT_VARV, UPPDATERA
from flows.steps.stage import act_of
from models.acts.figures import Record
from models.acts.rounds import Rerun
from models.errors import RefusedError

GOALS = {"uppfyllda": 3}


def filled_in(**fields: Any) -> Rerun | Record:
    form: dict[str, Any] = {
        "slug": "bokslut",
        "budgetar": 2028,
        "gor": UPPDATERA,
        "skal": "",
        "av": "Petra",
        "siffror_fran": None,
        "given": {"maluppfyllelse": GOALS},
        "token": "t",
        **fields,
    }
    return act_of(**form)


def test_figures_are_the_whole_steps_unless_the_form_says_whose_they_are() -> None:
    whole = filled_in()
    assert isinstance(whole, Record)
    assert (whole.role, whole.unit) == (None, None)
    own = filled_in(siffror_fran="verksamhetsomradeschef:omsorg")
    assert isinstance(own, Record)
    assert (own.role, own.unit) == ("verksamhetsomradeschef", "omsorg")
    assert own.results == {"maluppfyllelse": GOALS}


def test_a_new_rounds_figures_are_the_whole_steps() -> None:
    asked = {"gor": NYTT_VARV, "skal": "nya siffror"}
    assert isinstance(filled_in(**asked), Rerun)
    with pytest.raises(RefusedError, match="Siffror till ett nytt varv är hela stegets"):
        filled_in(**asked, siffror_fran="ekonomichef")


def test_a_part_without_figures_is_refused() -> None:
    with pytest.raises(RefusedError, match="Vilka siffror har ekonomichef lämnat"):
        filled_in(siffror_fran="ekonomichef", given={})
