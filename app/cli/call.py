"""What a command has at hand: the desk, its words, the moment, and how to wait for the servers."""

from __future__ import annotations

import argparse
from datetime import datetime
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from app.cli.answers import CommandRefused, Status, WordsRefused
from app.core.days import day_of, day_span
from app.core.decision import Decision, RefusalCode
from app.core.messages import Message
from app.core.model import Account, Subject
from app.core.state import AppState
from app.ports.settings import SYNC_COMMAND_WAIT_SECONDS, TIMESHEET_DAY_STARTS_AT
from app.runtime.desk import Desk
from app.words.refusals import refusal_sentence
from app.words.times import TimeUnreadable, read_time

_WRONG_WORDS = frozenset(
    {
        RefusalCode.IN_FUTURE,
        RefusalCode.BEFORE_PREVIOUS,
        RefusalCode.OVERLAPS,
        RefusalCode.STOP_BEFORE_START,
        RefusalCode.TOO_LONG,
        RefusalCode.NO_TIMES,
        RefusalCode.UNKNOWN_ACCOUNT,
        RefusalCode.UNKNOWN_ENTRY,
        RefusalCode.UNKNOWN_ABSENCE,
        RefusalCode.UNKNOWN_CHECK,
        RefusalCode.UNKNOWN_OPERATION,
        RefusalCode.OTHER_QUESTION,
    }
)
"""Refusals that other words would have avoided: exit status 2. For the others it is 1."""


class Call:
    """One command under way. `stdin` is what was given on standard input, None for nothing.

    `notes` are sentences for standard error; they do not make the command a failure.
    """

    def __init__(self, desk: Desk, words: argparse.Namespace, stdin: str | None) -> None:
        self.desk = desk
        self.words = words
        self.stdin = stdin
        self.notes: list[str] = []
        self.began_at = desk.clock.now()
        self.zone_name = desk.clock.zone()[0]
        self.zone = ZoneInfo(self.zone_name)

    @property
    def wants_json(self) -> bool:
        """Whether a program reads the answer."""
        return getattr(self.words, "json", False)

    @property
    def state(self) -> AppState:
        """What is on disk now."""
        return self.desk.state()

    @property
    def wait_seconds(self) -> float:
        """How long a command waits for servers."""
        return self.desk.settings.get(SYNC_COMMAND_WAIT_SECONDS)

    def post(self, message: Message) -> Decision:
        """Have it decided and committed. Raises CommandRefused, and JournalError."""
        decision = self.desk.post(message)
        refusal = decision.refusal
        if refusal is None:
            return decision
        status = Status.WRONG_WORDS if refusal.code in _WRONG_WORDS else Status.FAILED
        raise CommandRefused(refusal_sentence(refusal, self.zone), status)

    def subject(self, subject_id: str) -> Subject:
        """A subject that is known to be there, as it is now."""
        found = self.state.subjects.get(subject_id) or self.desk.journal.subject(subject_id)
        assert found is not None
        return found

    def account(self, name: str) -> Account:
        """The account of a subject; one that was taken away meanwhile can be told nothing."""
        return self.state.accounts.get(name) or Account(name, "local")

    def time(self, text: str) -> datetime:
        """Read a TIME. Raises WordsRefused."""
        try:
            return read_time(text, self.began_at, self.zone)
        except TimeUnreadable as unreadable:
            raise WordsRefused(str(unreadable)) from None

    @property
    def day_starts_at(self) -> time_of_day:
        """When the user's days begin."""
        return time_of_day.fromisoformat(self.desk.settings.get(TIMESHEET_DAY_STARTS_AT))

    def today_span(self) -> tuple[datetime, datetime]:
        """The instants that the user's today begins and ends at."""
        starts_at = self.day_starts_at
        today = day_of(self.began_at, self.zone_name, starts_at)
        return day_span(today, self.zone_name, starts_at)

    def wait_for_news(self) -> None:
        """Without the app: let the first pull come in, so that what runs elsewhere is known."""
        if not self.desk.app_runs and self.state.lanes:
            self.desk.wait(at_rest, self.wait_seconds)


def at_rest(state: AppState) -> bool:
    """Whether no account can do anything now: all is told, or something stands in the way."""
    return all(lane.turn is None for lane in state.lanes.values())
