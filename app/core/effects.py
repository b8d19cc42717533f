"""What the core asks for; carried out only after the commit, and reported back as messages."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.core.model import Account
from app.core.remote import LookFor, Write


class Pull(Struct, frozen=True):
    """Fetch the remote view of everything that starts between the two instants, and the slot."""

    account: str
    turn_id: str
    from_at: datetime
    to_at: datetime


class Look(Struct, frozen=True):
    """Fetch the smallest view that shows a subject and, where it matters, the slot."""

    account: str
    turn_id: str
    ask: LookFor


class Push(Struct, frozen=True):
    """Make one write. Its attempt is on disk."""

    account: str
    turn_id: str
    write: Write


class PushMany(Struct, frozen=True):
    """Make several creates by one request. Their attempts are on disk."""

    account: str
    turn_id: str
    writes: tuple[Write, ...]


class AnswerCheck(Struct, frozen=True):
    """Tell the server that the user is still active, if it still asks."""

    account: str
    turn_id: str


class WakeAt(Struct, frozen=True):
    """Post `Woke` at this moment; one wake-up per account, a later request replaces it."""

    account: str
    at: datetime


class OpenLane(Struct, frozen=True):
    """Start the worker of an account, or start it anew with a fresh secret."""

    account: Account


class CloseLane(Struct, frozen=True):
    """End the worker of an account and forget its secret."""

    account: str


Effect = Pull | Look | Push | PushMany | AnswerCheck | WakeAt | OpenLane | CloseLane
