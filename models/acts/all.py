"""Every act there is, by its name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.links import MakeFeed, RevokeFeed, RevokeLinks
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import AddMeeting, CancelMeeting, ImportMeetings, MoveMeeting
from models.acts.notes import FindReasons, Note
from models.acts.occasions import Raise
from models.acts.parts import AskForTime, Disclaim, GoOn, Postpone, ReportPart
from models.acts.people import ImportHolders, ReplaceHolder
from models.acts.rounds import LeaveOut, OpenEarly, Rerun, Uphold
from models.acts.takeover import AlreadyDone, ReadAlreadyDone
from models.acts.years import ChangeDefinition, ReadDirectory, StartYear, UndoStart

ACTS: Mapping[str, type[Act]] = MappingProxyType(
    {
        act.name: act
        for act in (
            ReportPart,
            GoOn,
            AskForTime,
            Disclaim,
            Postpone,
            Decide,
            Correct,
            GiveNumber,
            Note,
            FindReasons,
            Record,
            OpenEarly,
            LeaveOut,
            Rerun,
            Uphold,
            Raise,
            MoveMeeting,
            AddMeeting,
            CancelMeeting,
            ImportMeetings,
            ImportHolders,
            ReplaceHolder,
            StartYear,
            UndoStart,
            AlreadyDone,
            ReadAlreadyDone,
            ChangeDefinition,
            ReadDirectory,
            Resend,
            ResendFailed,
            RevokeLinks,
            MakeFeed,
            RevokeFeed,
        )
    }
)
