"""Which of a step's runs in Prefect's UI hold now, and the tags by which they are found.

Level-triggered, as the check is: it asks Prefect what is shown and mends what is not as it should be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from prefect.client.orchestration import PrefectClient

from flows.forms.wording import in_forms
from flows.ui.pages import NOW, STEP, waits_for
from flows.ui.prefect_api import ask, every, own_client, post
from tasks import clock
from views.labels import is_state_of_step
from views.sheet import StepLine, Tone, YearSheet

UNDER_WAY = ("SCHEDULED", "PENDING", "RUNNING")
EARLIER = "Tidigare: "
"""What the name of a state begins with that held before."""
RENEWED = "förnyad"
"""The tag of a run that the check has made only for the dashboard to show the step today too."""
Run = dict[str, Any]
Place = tuple[int, str]
"""Budget year and step."""


def standing_tags(budget_year: int, line: StepLine) -> set[str]:
    """What every run of a step is found by: year, kind, step, process and bodies."""
    kind = "tillfalle" if line.step.occasion_of else "steg"
    own = {str(budget_year), kind, f"{STEP}{line.slug}", line.step.process}
    return own | set(line.step.chain)


def passing_tags(line: StepLine) -> set[str]:
    """What only the newest run is found by: where the step stands now."""
    tags = {NOW} | {waits_for(link.body) for link in line.links if link.awaited}
    if line.late:
        tags.add(Tone.LATE)
    if line.risk:
        tags.add(Tone.RISK)
    if line.tone in (Tone.RECONSIDERED, Tone.ASKED):
        tags.add(line.tone)
    return {str(tag) for tag in tags}


def current_tags(budget_year: int, line: StepLine) -> set[str]:
    """Of the run that holds now."""
    return standing_tags(budget_year, line) | passing_tags(line)


async def hold(
    client: PrefectClient,
    sheets: Sequence[YearSheet],
    new: Mapping[Place, str],
    renewed: Collection[Place] = (),
) -> None:
    """Lets exactly one run of each step claim to hold now, tagged with where the step stands: the run made
    just now, if there is one (`new`, ids), else the newest. The others say that they are of earlier, as
    do all of a year that is over; those that only renewed what another run said are deleted. What the
    run says of its step is brought up to date where that is in the same state and yet another story."""
    wanted = _wanted(sheets)
    claiming: dict[Place | None, list[Run]] = defaultdict(list)
    born: dict[str, list[str]] = {}
    """The tags with which a run was made just now."""
    for run in await _claiming(client):
        if run["id"] in new.values():
            born[run["id"]] = run["tags"]
        else:
            claiming[_place(run)].append(run)
    for place, runs in claiming.items():
        runs.sort(key=lambda run: str(run["start_time"]), reverse=True)
        able = [run for run in runs if _shows_its_step(run)]
        keep: list[Run] = []
        if place and place in wanted and place not in new:
            keep = able[:1]
            for run in keep:
                await _tell(client, run, wanted[place])
                tags = current_tags(place[0], wanted[place]) | ({RENEWED} & set(run["tags"]))
                await _tag(client, run["id"], tags, run["tags"])
        for run in runs:
            if run not in keep:
                await _let_go(client, run)
    for place, run_id in new.items():
        if place in wanted:
            tags = current_tags(place[0], wanted[place]) | (
                {RENEWED} if place in renewed else set()
            )
            await _tag(client, run_id, tags, born.get(run_id, ()))


@dataclass(frozen=True, slots=True)
class Unseen:
    """What Prefect does not show: the steps of which no run claims to hold now, as on a server that is new
    to the years; and those that ask something of somebody by a run of an earlier day, which the
    dashboard, that shows one day, has left behind or will before the next check."""

    lost: frozenset[Place]
    faded: frozenset[Place]


async def unseen(client: PrefectClient, sheets: Sequence[YearSheet]) -> Unseen:
    begun = {
        _place(run): _day(run)
        for run in await _claiming(client, newest_last=True)
        if _shows_its_step(run)
    }
    wanted, today = _wanted(sheets), clock.day_of(clock.now())
    asking = {place for place, line in wanted.items() if any(map(_is_asking, passing_tags(line)))}
    return Unseen(
        frozenset(wanted.keys() - begun.keys()),
        frozenset(place for place in asking & begun.keys() if begun[place] < today),
    )


def _wanted(sheets: Sequence[YearSheet]) -> dict[Place, StepLine]:
    """What the run that holds now is to show, for each step of the years that are not over."""
    return {
        (sheet.budget_year, line.slug): line for sheet in living(sheets) for line in sheet.lines
    }


async def _claiming(client: PrefectClient, *, newest_last: bool = False) -> list[Run]:
    order = "START_TIME_ASC" if newest_last else "START_TIME_DESC"
    return await every(
        client, "/flow_runs/filter", {"flow_runs": {"tags": {"all_": [NOW]}}, "sort": order}
    )


def _shows_its_step(run: Run) -> bool:
    """Whether the run tells where its step stands, or is about to: it is not broken or refused."""
    state = run["state"] or {"type": "PENDING", "name": ""}
    return state["type"] in UNDER_WAY or is_state_of_step(state["type"], state["name"])


def _day(run: Run) -> date:
    """The day in Stockholm by which the dashboard counts the run."""
    return clock.day_of(datetime.fromisoformat(run["expected_start_time"]))


def living(sheets: Sequence[YearSheet]) -> list[YearSheet]:
    """Without the years that are over: nothing is left to do in them, and a later one is started."""
    last = max((sheet.budget_year for sheet in sheets), default=0)
    return [sheet for sheet in sheets if sheet.budget_year == last or not sheet.is_done]


async def forget_empty(flow: str, state: str) -> int:
    """Deletes the earlier runs of a flow that had nothing to do; how many. They say only that it ran, which
    the newest run says too."""
    client = own_client()
    empty = await post(
        client,
        "/flow_runs/filter",
        {
            "flows": {"name": {"any_": [flow]}},
            "sort": "START_TIME_DESC",
            "flow_runs": {"state": {"name": {"any_": [state]}, "type": {"any_": ["COMPLETED"]}}},
        },
    )
    for run in empty:
        await ask(client, "DELETE", f"/flow_runs/{run['id']}")
    return len(empty)


def _place(run: Run) -> Place | None:
    year = next((tag for tag in run["tags"] if tag.isdecimal() and len(tag) == 4), None)
    slug = next((tag for tag in run["tags"] if tag.startswith(STEP)), None)
    return (int(year), slug.removeprefix(STEP)) if year and slug else None


async def _let_go(client: PrefectClient, run: Run) -> None:
    """Takes from a run what it says of now. A red one turns green: what it tells of is over. One that only
    renewed what another had said goes altogether."""
    if RENEWED in run["tags"]:
        await ask(client, "DELETE", f"/flow_runs/{run['id']}")
        return
    old = run["state"]
    if old and _shows_its_step(run) and not old["name"].startswith(EARLIER):
        name = old["name"]
        state = {
            "type": "COMPLETED",
            "name": f"{EARLIER}{name[0].lower()}{name[1:]}",
            "message": old["message"],
        }
        change = {"state": state, "force": True}
        await post(client, f"/flow_runs/{run['id']}/set_state", change)
    # last, so that a run that was not renamed is found again
    await _tag(client, run["id"], {tag for tag in run["tags"] if not _is_passing(tag)})


async def _tell(client: PrefectClient, run: Run, line: StepLine) -> None:
    """Lets a run that shows the step's state say what is true of it today: a part has come in, or a day
    has moved, and the state has the same name. One with another name is about to be followed by a new."""
    old = run["state"]
    if old is None or old["type"] in UNDER_WAY or old["name"] != line.state_name:
        return
    message = in_forms(line.state_message)
    if old["message"] != message:
        state = {"type": old["type"], "name": old["name"], "message": message}
        await post(client, f"/flow_runs/{run['id']}/set_state", {"state": state, "force": True})


def _is_passing(tag: str) -> bool:
    return tag == NOW or _is_asking(tag)


def _is_asking(tag: str) -> bool:
    """Whether it says that somebody is to act: late, at risk, to be reconsidered, before a body."""
    return tag in tuple(Tone) or tag.startswith(waits_for(""))


async def _tag(
    client: PrefectClient, run_id: str, tags: set[str], known: Iterable[str] = ()
) -> None:
    if tags != set(known):
        await ask(client, "PATCH", f"/flow_runs/{run_id}", {"tags": sorted(tags)})
