"""`kommunplan kontroll` and `skicka`: what runs every day, by hand."""

from __future__ import annotations

from cli.terminal import Json, after, engine, print_json, say, tell_as_json
from models.counting import counted

STOPPED = 1


def kontroll(*, som_json: Json = False) -> None:
    """Den dagliga kontrollen: öppnar, påminner, eskalerar. Ofarlig att köra hur ofta som helst."""
    from tasks.context import Done

    tell_as_json(som_json)
    years = engine().check()
    for done in years:
        events = counted(len(done.events), "händelse", "händelser")
        say(f"{done.plan}: {events}, {counted(done.mails, 'nytt', 'nya')} mejl.")
    after(Done(years))


def skicka(*, som_json: Json = False) -> int:
    """Levererar det som väntar i utkorgen, äldst först.

    Slutar med 1 om servern inte tar emot något från oss förrän någon har rättat det, annars med 0.
    """
    import asyncio
    from zoneinfo import ZoneInfo

    from cli.utskick import queue_lines
    from tasks.clock import ZONE
    from tasks.mail.delivery import deliver as send

    on = engine()
    done = asyncio.run(send(on.database, on.settings, all_now=True))
    if som_json:
        print_json(done.shown())
        return STOPPED if done.stopped else 0
    say(
        f"{counted(done.sent, 'skickat', 'skickade')}, {done.deferred} försöks igen senare, "
        f"{done.failed} gick inte att skicka."
    )
    if done.error:
        say(f"Servern svarade: {done.error}")
    for line in queue_lines(done.waiting.to_others, done.waiting.held, done.waiting.held_until):
        say(line)
    if done.next_attempt_at and done.waiting.free:
        when = done.next_attempt_at.astimezone(ZoneInfo(ZONE))
        say(f"Nästa försök tidigast {when:%Y-%m-%d %H.%M}, eller när du kör kommunplan skicka.")
    return STOPPED if done.stopped else 0
