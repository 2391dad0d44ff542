"""The addresses of the signed-in pages."""

from __future__ import annotations

from starlette.routing import Route

from web import looking, sitting
from web.acting import Acting
from web.desk import Desk


def rooms(desk: Desk) -> list[Route]:
    """Each page of the desk: what shows is GET, and what acts is the one form of each act."""
    shown = {
        "/": looking.show_today,
        "/ar": looking.show_years,
        "/ar/{ar:int}": looking.show_year,
        "/ar/{ar:int}/arshjul": looking.show_wheel,
        "/ar/{ar:int}/gantt": looking.show_gantt,
        "/ar/{ar:int}/steg/{steg}": looking.show_step,
        "/sammantraden": sitting.show_meetings,
        "/sammantrade/{instans}/{dag}": sitting.show_meeting,
    }
    return [
        *(Route(path, desk.signed_in(show), methods=["GET"]) for path, show in shown.items()),
        Route("/gor/{akt}", Acting(desk).handle, methods=["GET", "POST"]),
    ]
