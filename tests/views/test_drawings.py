"""The wheel and the Gantt: where things lie, what they say, and that they can be told apart in grey."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import combinations, pairwise
from math import atan2, degrees, hypot
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.sheets import DEFINITIONS, planned, with_every_tone
from views.circle import Circle
from views.gantt import LEFT, RIGHT, gantt_svg
from views.packing import packed
from views.sheet import Tone, YearSheet
from views.tone_styles import LOOKS
from views.wheel import OUTER, TOP, WIDTH, spread, wheel_svg

SVG = "{http://www.w3.org/2000/svg}"
Drawing = Callable[[YearSheet], str]
DRAWINGS = pytest.mark.parametrize("draw", [wheel_svg, gantt_svg])


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 - our own


def groups(drawing: str, name: str) -> list[ElementTree.Element]:
    return [one for one in parsed(drawing).iter(f"{SVG}g") if one.get("class") == name]


def step(drawing: str, slug: str) -> ElementTree.Element:
    [found] = [one for one in groups(drawing, "steg") if one.get("data-steg") == slug]
    return found


def said(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


@DRAWINGS
@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_step_that_is_to_be_done_is_drawn_once_with_its_days(
    draw: Drawing, name: str
) -> None:
    sheet = planned(name)
    drawn = groups(draw(sheet), "steg")
    assert sorted(one.get("data-steg", "") for one in drawn) == sorted(
        line.slug for line in sheet.shown
    )


@DRAWINGS
def test_a_drawing_asks_for_nothing_outside_and_says_what_it_is(draw: Drawing) -> None:
    drawing = draw(planned(today="2027-10-01"))
    assert re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?(?!#)", drawing) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", drawing) == []
    assert not re.search("<(script|style|foreignObject|image)", drawing)
    root = parsed(drawing)
    assert (root.get("role"), root.get("lang")) == ("img", "sv")
    ids = {one.get("id"): one for one in root}
    title, description = (ids[name] for name in str(root.get("aria-labelledby")).split())
    assert "Kommunplan 2028, Orsa kommun" in said(title)
    assert "Tisdag 12 oktober 2027: 2 lagrisk" in said(description) or "planerat" in said(
        description
    )


@DRAWINGS
def test_two_drawings_fit_in_one_page(draw: Drawing) -> None:
    ids = [
        one.get("id")
        for drawing in (wheel_svg, gantt_svg)
        for one in parsed(drawing(planned())).iter()
        if one.get("id")
    ]
    assert len(ids) == len(set(ids))


@DRAWINGS
def test_what_somebody_wrote_is_text_wherever_it_stands(draw: Drawing) -> None:
    sheet = planned()
    evil = sheet.lines[0].model_copy(
        update={"title": "</title><script>x</script>\x00 & \"'", "label": "<b>"}
    )
    drawing = draw(
        sheet.model_copy(update={"lines": (evil, *sheet.lines[1:]), "municipality": "A & <B>"})
    )
    assert "<script" not in drawing
    assert "<b>" not in drawing
    assert "</title><script>x</script>" in said(step(drawing, evil.slug))


@DRAWINGS
def test_no_text_is_smaller_than_can_be_read_at_900_pixels_and_on_paper(draw: Drawing) -> None:
    root = parsed(draw(planned()))
    sizes = [float(one.get("font-size", "0")) for one in root.iter(f"{SVG}text")]
    assert root.get("viewBox", "").split()[2] == "900"
    assert min(sizes) >= 11  # 7 points on A4


# --- The wheel ---


def polar(x: str | None, y: str | None) -> tuple[float, float]:
    """Degrees from the top, and the distance from the middle."""
    right, down = float(x or 0) - WIDTH / 2, float(y or 0) - (TOP + OUTER)
    return degrees(atan2(right, -down)) % 360, hypot(right, down)


def test_a_decision_lies_on_its_day() -> None:
    circle = Circle(WIDTH / 2, TOP + OUTER, 2027)
    dots = {
        one.get("data-dag"): polar(one.get("cx"), one.get("cy"))[0]
        for one in step(wheel_svg(planned()), "delarsrapport").iter(f"{SVG}circle")
    }
    assert set(dots) == {"2027-10-05", "2027-10-18", "2027-11-29"}
    for day, angle in dots.items():
        assert angle == pytest.approx(circle.angle(date.fromisoformat(str(day))) + 0.5, abs=0.1)


def test_november_ends_at_eleven_twelfths_of_the_way_round() -> None:
    circle = Circle(0, 0, 2027)
    assert circle.angle(date(2027, 1, 1)) == 0
    assert circle.angle(date(2027, 12, 1)) == pytest.approx(329.4, abs=0.1)
    assert circle.angle(date(2028, 1, 1)) == 360


def test_what_begins_before_or_ends_after_the_year_ends_in_a_point_and_says_so() -> None:
    drawing = wheel_svg(planned("exempel-norrfors", "2026-10-01"))
    assert said(step(drawing, "budgetdirektiv")).startswith("B1 Budgetdirektiv: Planerat.")
    assert "Börjar 1 november 2026." in said(step(drawing, "budgetdirektiv"))
    assert "Slutar 31 januari 2028." in said(step(drawing, "internbudget-bun"))
    assert "Börjar" not in said(step(drawing, "budget-kf"))


def test_what_lies_wholly_outside_the_year_is_listed_under_the_wheel() -> None:
    outside = step(wheel_svg(planned("exempel-norrfors", "2026-10-01")), "budgetrevidering")
    assert said(outside) == "B13 Reviderad budget, 1 mars–30 juni 2028: Planerat"
    assert "Utanför 2027:" not in wheel_svg(planned())


def test_today_is_marked_on_its_day_and_only_in_its_year() -> None:
    [mark] = groups(wheel_svg(planned(today="2027-10-12")), "idag")
    assert said(mark) == "I dag 12 oktober"
    assert groups(wheel_svg(planned(today="2026-12-15")), "idag") == []


def test_every_meeting_of_the_year_is_a_tick_and_those_with_steps_name_them() -> None:
    sheet = planned()
    ticks = {
        (t.get("data-instans"), t.get("data-dag")): said(t)
        for t in groups(wheel_svg(sheet), "mote")
    }
    assert set(ticks) == {(t.body, str(t.day)) for t in sheet.meetings if t.day.year == 2027}
    assert ticks["KF", "2027-11-29"].startswith("KF 29 november: U3 Delårsrapport 2027; K13")
    assert ticks["KF", "2027-02-15"] == "KF 15 februari: inget av stegenKF 15"


def test_a_statutory_limit_stands_at_the_end_of_its_day() -> None:
    [wall] = [
        one
        for one in step(wheel_svg(planned()), "kommunplan-kf").iter(f"{SVG}g")
        if one.get("class") == "lagfrist"
    ]
    assert wall.get("data-dag") == "2027-11-30"
    x, y = re.findall(r"M([\d.]+) ([\d.]+)L", ElementTree.tostring(wall).decode())[0]
    assert polar(x, y)[0] == pytest.approx(334 * 360 / 365, abs=0.1)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_no_two_arcs_lie_on_each_other(name: str) -> None:
    arcs: list[tuple[str, float, float, float, float]] = []
    ring = re.compile(r"M([\d.]+) ([\d.]+)A([\d.]+) \S+ 0 \d 1 ([\d.]+) ([\d.]+).*A([\d.]+)")
    for one in groups(wheel_svg(planned(name)), "steg"):
        shape = one.find(f"{SVG}path")
        if shape is not None and (found := ring.match(shape.get("d", ""))):
            x, y, outer, x2, y2, inner = found.groups()
            end = polar(x2, y2)[0] or 360.0
            arcs.append(
                (str(one.get("data-steg")), polar(x, y)[0], end, float(inner), float(outer))
            )
    assert len(arcs) > 20
    for here, there in combinations(arcs, 2):
        if min(here[4], there[4]) - max(here[3], there[3]) > 0.5:  # in one lane
            assert min(here[2], there[2]) - max(here[1], there[1]) < 0.5, (here, there)


@given(st.lists(st.floats(0, 360), max_size=80), st.floats(0.1, 12))
def test_labels_are_spread_in_order_with_room_between_them(
    angles: list[float], room: float
) -> None:
    places = spread(sorted(angles), room)
    own = min(room, 360 / max(len(angles), 1))
    assert len(places) == len(angles)
    assert all(after - before >= own - 1e-6 for before, after in pairwise(places))


def test_a_label_with_room_stays_where_it_is() -> None:
    assert spread([10, 50, 51], 4) == [10, 48.5, 52.5]


Spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 80)).map(lambda s: (s[0], s[0] + s[1]))
)


@given(Spans)
def test_lanes_are_free_of_overlaps_and_no_more_than_needed(spans: list[tuple[int, int]]) -> None:
    lanes = packed(spans, lambda span: span)
    assert sorted(one for lane in lanes for one in lane) == sorted(spans)
    for lane in lanes:
        assert all(before[1] <= after[0] for before, after in pairwise(lane))
    at_once = max((sum(a <= day < b for a, b in spans) for day in range(400)), default=0)
    assert len(lanes) == at_once


# --- The Gantt ---


def test_a_mark_on_the_chart_stands_at_its_day() -> None:
    sheet = planned()
    first, end = date(2027, 1, 1), date(2028, 2, 1)
    checked = 0
    for row in groups(gantt_svg(sheet), "steg"):
        for mark in row.iter(f"{SVG}g"):
            circle = mark.find(f"{SVG}circle")
            if circle is None or mark.get("class") != "beslut":
                continue
            share = (float(circle.get("cx", "0")) - LEFT) / (RIGHT - LEFT)
            day = first.toordinal() + int(share * (end - first).days)
            assert date.fromordinal(day) == date.fromisoformat(str(mark.get("data-dag")))
            checked += 1
    assert checked > 30


def test_the_chart_spans_every_month_that_a_step_touches() -> None:
    texts = [said(one) for one in parsed(gantt_svg(planned("exempel-norrfors"))).iter(f"{SVG}text")]
    assert [text for text in texts if text in ("2026", "2027", "2028")] == ["2026", "2027", "2028"]
    assert sum(text in ("jan", "jun", "dec") for text in texts) == 2 + 2 + 2


# --- What everybody can tell apart ---


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", Tone)
def test_a_state_stands_out_from_the_paper_and_its_name_from_it(tone: Tone) -> None:
    look = LOOKS[tone]
    assert contrast(look.outline, "#ffffff") >= 3
    assert contrast(look.ink, look.fill) >= 4.5


def test_states_are_told_apart_without_colour() -> None:
    for one, two in combinations(LOOKS.values(), 2):
        grey = contrast(one.fill, two.fill) >= 1.5
        assert grey or (one.pattern, one.sign, one.dashes) != (two.pattern, two.sign, two.dashes)


def test_the_legend_has_every_state_that_is_drawn() -> None:
    sheet = with_every_tone()
    for draw in (wheel_svg, gantt_svg):
        texts = [said(one) for one in parsed(draw(sheet)).iter(f"{SVG}text")]
        for tone in Tone:
            if tone is not Tone.DORMANT:
                assert f"{LOOKS[tone].sign} {tone.value}".strip() in texts
