"""What `make start` says when everything runs: among its addresses a link that signs the owner in at once."""

from __future__ import annotations

import io
import re

from cli.console import Console
from running.start import _what_now
from tasks.people.sign_in import look_at_link
from tests.tasks.conftest import MakeTown
from tests.tasks.conftest import empty_database as empty_database
from tests.tasks.conftest import january as january
from tests.tasks.conftest import make_town as make_town
from tests.tasks.conftest import year as year
from tests.tasks.town import Town


def told(town: Town) -> str:
    screen = io.StringIO()
    _what_now(Console(file=screen, width=200), town.settings, "2028")
    return screen.getvalue()


def test_each_start_prints_a_new_link_for_whoever_is_owner(year: Town) -> None:
    address = year.settings.page_address
    label = f"Logga in som processägaren: +{re.escape(address)}/in/([0-9a-f]{{48}}) \\(en gång"
    [first], [second] = (re.findall(label, told(year)) for _ in range(2))
    today = year.on("2027-01-04").today
    assert look_at_link(year.database, year.settings, today, first) is None  # the newest alone
    found = look_at_link(year.database, year.settings, today, second)
    assert found is not None
    assert found.visitor.is_owner
    assert found.visitor.how == "länk från serverns kommandorad"


def test_where_none_can_be_made_it_names_the_command_that_says_why(make_town: MakeTown) -> None:
    town = make_town()
    town.settings.database.unlink()
    assert re.search("Logga in som processägaren: +kommunplan logga-in$", told(town), re.MULTILINE)
