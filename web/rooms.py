"""The addresses of the signed-in pages."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Route

from web import looking, sitting
from web.acting import Acting
from web.desk import Desk


class BudgetYear(Convertor[int]):
    """Four digits: what cannot be a budget year is no page."""

    regex = "[0-9]{4}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("budgetar", BudgetYear())


def rooms(desk: Desk) -> list[Route]:
    """Each page of the desk: what shows is GET, and what acts is the one form of each act."""
    shown = {
        "/": looking.show_today,
        "/ar": looking.show_years,
        "/ar/{ar:budgetar}": looking.show_year,
        "/ar/{ar:budgetar}/arshjul": looking.show_wheel,
        "/ar/{ar:budgetar}/gantt": looking.show_gantt,
        "/ar/{ar:budgetar}/steg/{steg}": looking.show_step,
        "/sammantraden": sitting.show_meetings,
        "/sammantrade/{instans}/{dag}": sitting.show_meeting,
    }
    return [
        *(Route(path, desk.signed_in(show), methods=["GET"]) for path, show in shown.items()),
        Route("/gor/{akt}", Acting(desk).handle, methods=["GET", "POST"]),
    ]
