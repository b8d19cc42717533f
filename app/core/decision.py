"""What `update` answers: the new state, rows to commit, effects, and a word to the asker."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from app.core.effects import Effect
from app.core.model import Absence, Account, Check, Ghost, LedgerLine, Subject
from app.core.state import AppState


class SaveSubject(Struct, frozen=True):
    """Insert or replace a subject, with its attempt and hold; `live` ones are loaded at start."""

    subject: Subject
    live: bool


class SaveAccount(Struct, frozen=True):
    """Insert or replace an account."""

    account: Account


class DropAccount(Struct, frozen=True):
    """Forget an account; its entries stay as history."""

    name: str


class SaveAbsence(Struct, frozen=True):
    """Insert or replace an absence; unanswered ones are loaded at start."""

    absence: Absence


class SaveCheck(Struct, frozen=True):
    """Insert or replace a check; open and answered ones are loaded at start."""

    check: Check


class SaveGhost(Struct, frozen=True):
    """Keep what a lost attempt had carried."""

    ghost: Ghost


class AddLedgerLine(Struct, frozen=True):
    """Append to the ledger."""

    line: LedgerLine


Row = SaveSubject | SaveAccount | DropAccount | SaveAbsence | SaveCheck | SaveGhost | AddLedgerLine


class RefusalCode(StrEnum):
    """Why an intent was not carried out; worded in `app.words.refusals`."""

    NOTHING_RUNS = "nothing-runs"
    NOTHING_TO_CONTINUE = "nothing-to-continue"
    IN_FUTURE = "in-future"
    BEFORE_PREVIOUS = "before-previous"
    OVERLAPS = "overlaps"
    STOP_BEFORE_START = "stop-before-start"
    TOO_LONG = "too-long"
    NO_TIMES = "no-times"
    UNKNOWN_ACCOUNT = "unknown-account"
    ACCOUNT_EXISTS = "account-exists"
    ACCOUNT_HAS_UNSENT = "account-has-unsent"
    UNKNOWN_ENTRY = "unknown-entry"
    ENTRY_RUNS = "entry-runs"
    LOCKED = "locked"
    UNKNOWN_ABSENCE = "unknown-absence"
    UNKNOWN_CHECK = "unknown-check"
    UNKNOWN_OPERATION = "unknown-operation"
    IN_FLIGHT = "in-flight"
    NOT_HELD = "not-held"
    NOTHING_TO_UNDO = "nothing-to-undo"
    OTHERS_DEPEND = "others-depend"
    OTHER_QUESTION = "other-question"


class Refusal(Struct, frozen=True):
    """A no with its facts: the subject in the way, a moment, names. Words are made elsewhere."""

    code: RefusalCode
    subject: Subject | None = None
    at: datetime | None = None
    names: tuple[str, ...] = ()
    count: int = 0


class Decision(Struct, frozen=True):
    """The outcome of one message. `made` names the subjects that an intent made or changed."""

    state: AppState
    writes: tuple[Row, ...] = ()
    effects: tuple[Effect, ...] = ()
    made: tuple[str, ...] = ()
    refusal: Refusal | None = None
