"""What reading a file of meetings in would do, as it is shown: `sammantraden las-in --prov`. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from views.law_changes import LawChange
from views.previews import MailToGo
from views.shown import Shown, key


class BodyInFile(Shown):
    """What a file does to the meetings of one body in one year."""

    body: Annotated[str, key("instans", "The body, or the step that is a day")]
    year: Annotated[int, key("ar", "The calendar year")]
    count: Annotated[int, key("antal", "How many the file has")]
    added: Annotated[tuple[date, ...], key("nya", "Days that are new")] = ()
    altered: Annotated[
        tuple[date, ...], key("andrade", "Days that become, or are no longer, only if needed")
    ] = ()
    removed: Annotated[
        tuple[date, ...], key("borttagna", "Days that the file has not, where it is whole")
    ] = ()
    kept: Annotated[
        tuple[date, ...], key("ligger_kvar", "Days that the file has not, where it is not whole")
    ] = ()

    def sentence(self) -> str:
        """`KS 2027: 9 (2 nya, 1 borttagna).`"""
        counts = [f"{len(days)} {word}" for word, days in self._words() if days]
        return f"{self.body} {self.year}: {self.count} ({', '.join(counts) or 'som förut'})."

    def lines(self) -> list[str]:
        """A line for each kind of change, with its days."""
        kept = [("ligger kvar", self.kept)]
        return [
            f"{self.body} {self.year}, {word}: {', '.join(map(str, days))}"
            for word, days in [*self._words(), *kept]
            if days
        ]

    def _words(self) -> list[tuple[str, tuple[date, ...]]]:
        return [("nya", self.added), ("ändrade", self.altered), ("borttagna", self.removed)]


class ImportPreview(Shown):
    """All that would follow if a file of meetings were read in."""

    file: Annotated[str, key("fil", "The file's name")]
    bodies: Annotated[tuple[BodyInFile, ...], key("instanser", "What it does, body by body")]
    resting: Annotated[
        tuple[str, ...],
        key("vilar", "What of the running years rests on days that go or become only if needed"),
    ]
    follows: Annotated[tuple[str, ...], key("foljer", "The dates that would be others")]
    law: Annotated[tuple[LawChange, ...], key("lagen", "What it would mean for the law")]
    mails: Annotated[tuple[MailToGo, ...], key("mejl", "What would be told, and to whom")]
    notes: Annotated[
        tuple[str, ...], key("anmarkningar", "What was passed over, and is worth a second look")
    ]
