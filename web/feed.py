"""A calendar feed over HTTP: only for who has its address, and only when it has changed."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tasks.calendars.feed import FeedOpened

CONTENT_TYPE = "text/calendar; charset=utf-8"
# may be kept by the subscriber's own program, which is to ask each time whether it still holds
KEEP = "private, no-cache"
GONE = "Kalenderadressen gäller inte. Be processägaren om en ny."


def feed_response(request: Request, opened: FeedOpened) -> Response:
    """The calendar; 304 where the subscriber has it already; 404 or 410 where there is none."""
    if opened.status != "öppen":
        return PlainTextResponse(GONE, 404 if opened.status == "finns inte" else 410)
    tag = f'"{sha256(opened.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": KEEP}
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="kommunplan.ics"'
    return Response(opened.content, headers=headers, media_type=CONTENT_TYPE)


def _has(request: Request, tag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison, of any in the list."""
    asked = request.headers.get("if-none-match", "")
    known = [one.strip().removeprefix("W/") for one in asked.split(",")]
    return tag in known or known == ["*"]
