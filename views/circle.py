"""Where things lie on a wheel whose year runs clockwise from the top. Pure geometry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import cos, pi, radians, sin


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    year: int

    def angle(self, day: date) -> float:
        """Degrees from the top to the beginning of the day."""
        length = (date(self.year + 1, 1, 1) - date(self.year, 1, 1)).days
        return (day - date(self.year, 1, 1)).days * 360 / length

    def point(self, angle: float, radius: float) -> tuple[float, float]:
        turned = radians(angle - 90)
        return self.x + radius * cos(turned), self.y + radius * sin(turned)

    def at(self, angle: float, radius: float) -> str:
        x, y = self.point(angle, radius)
        return f"{x:.2f} {y:.2f}"

    def spoke(self, angle: float, inner: float, outer: float) -> str:
        return f"M{self.at(angle, inner)}L{self.at(angle, outer)}"

    def piece(
        self,
        first: float,
        last: float,
        inner: float,
        outer: float,
        *,
        open_start: bool = False,
        open_end: bool = False,
    ) -> str:
        """A piece of a ring; an open end is a point, as of an arrow that goes on."""
        middle = (inner + outer) / 2
        tip = min((outer - inner) / 2 / middle * 180 / pi, (last - first) / 3)
        start, end = first + tip * open_start, last - tip * open_end
        large = int(end - start > 180)
        return "".join(
            (
                f"M{self.at(start, outer)}",
                f"A{outer:.2f} {outer:.2f} 0 {large} 1 {self.at(end, outer)}",
                f"L{self.at(last, middle)}" if open_end else "",
                f"L{self.at(end, inner)}",
                f"A{inner:.2f} {inner:.2f} 0 {large} 0 {self.at(start, inner)}",
                f"L{self.at(first, middle)}" if open_start else "",
                "Z",
            )
        )

    def along(self, angle: float, radius: float) -> dict[str, object]:
        """Where text lies that follows the ring, never upside down."""
        x, y = self.point(angle, radius)
        turned = angle if angle <= 90 or angle >= 270 else angle - 180
        return {"transform": f"translate({x:.2f} {y:.2f}) rotate({turned:.2f})"}

    def outward(self, angle: float, radius: float) -> dict[str, object]:
        """Where text lies that begins at the radius and runs outward, or on the left half ends there."""
        x, y = self.point(angle, radius)
        turned = angle - 90 if angle <= 180 else angle + 90
        return {
            "transform": f"translate({x:.2f} {y:.2f}) rotate({turned:.2f})",
            "text_anchor": "start" if angle <= 180 else "end",
        }
