"""Everything that can happen: intents end in Asked or Answered, reports are in the past tense.

A message that touches history carries the stored rows it needs in `known`, and a view the `ghosts`
that its rows may be; `app.core.history` says which those are, and the loop fills them in right
before the decision, so that nothing can come between reading and deciding.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from app.core.model import AbsenceAnswer, Account, AwayReason, Ghost, Side, Subject
from app.core.remote import Field, Receipt, RemoteView, Trouble, WorkItem
from app.core.state import CoreSettings


class Change(Struct, frozen=True):
    """The fields a user sets anew; what is unset stays as it is."""

    item: WorkItem | UnsetType | None = UNSET
    comment: str | UnsetType = UNSET
    activity: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    billable: bool | UnsetType | None = UNSET
    started_at: datetime | UnsetType = UNSET
    stopped_at: datetime | UnsetType = UNSET


# --- intents -------------------------------------------------------------------------------------


class StartAsked(Struct, frozen=True):
    """Start a track, stopping the running one at the same second. `at` is None for now."""

    account: str
    item: WorkItem | None = None
    comment: str = ""
    activity: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    at: datetime | None = None
    known: tuple[Subject, ...] = ()


class StopAsked(Struct, frozen=True):
    """Stop the running track, now or at an earlier moment."""

    at: datetime | None = None


class ToggleAsked(Struct, frozen=True):
    """Stop what runs; with nothing running, continue the last track."""


class AdjustAsked(Struct, frozen=True):
    """Change the running track; `change.started_at` moves its start."""

    change: Change
    known: tuple[Subject, ...] = ()


class EntryAddAsked(Struct, frozen=True):
    """Record a finished piece of time by hand; `change` needs both ends."""

    account: str
    change: Change


class EntryEditAsked(Struct, frozen=True):
    """Change a finished entry. `base` is the entry as the user saw it."""

    base: Subject
    change: Change
    known: tuple[Subject, ...] = ()


class EntryDeleteAsked(Struct, frozen=True):
    """Delete an entry; undoable."""

    subject_id: str
    known: tuple[Subject, ...] = ()


class UndoAsked(Struct, frozen=True):
    """Take back the last addition, edit or deletion of an entry."""

    known: tuple[Subject, ...] = ()


class RedoAsked(Struct, frozen=True):
    """Do again what was taken back last."""

    known: tuple[Subject, ...] = ()


class AbsenceAnswered(Struct, frozen=True):
    """What to do with the time of an absence."""

    absence_id: str
    answer: AbsenceAnswer
    known: tuple[Subject, ...] = ()


class CheckAnswered(Struct, frozen=True):
    """The user is still working: tell the server so."""

    check_id: str


class SyncAsked(Struct, frozen=True):
    """Try everything now and pull; shortens back-off, never a Retry-After nor the settling."""


class RetryAsked(Struct, frozen=True):
    """Let a held operation go again as it is: ours stays, none of the rows asked about is ours, the
    foreign track ends, what is gone there is made again.
    """

    subject_id: str


class MendAsked(Struct, frozen=True):
    """Change a held operation as the server asks, and let it go again."""

    subject_id: str
    change: Change
    known: tuple[Subject, ...] = ()


class ConflictAnswered(Struct, frozen=True):
    """Choose a side for each field that differs; undoable.

    Of the fields in `theirs` theirs is taken, of all others ours stays.
    """

    subject_id: str
    theirs: frozenset[Field]


class MatchAnswered(Struct, frozen=True):
    """Say which of the rows that were asked about is ours: its id, or None for none of them.

    None is also how the user says "not mine" of a start that was found by item and words alone.
    """

    subject_id: str
    remote_id: str | None
    known: tuple[Subject, ...] = ()


class ForeignAnswered(Struct, frozen=True):
    """Two tracks want the slot: say which one ends.

    OURS: ours ended when theirs began, which is shown as the default. THEIRS: theirs ends now and
    ours goes on.
    """

    subject_id: str
    ends: Side


class TwinAnswered(Struct, frozen=True):
    """A second copy of an entry came up late: take it back, or keep it as an entry of its own.

    `subject_id` is the row that came up.
    """

    subject_id: str
    take_back: bool


class DiscardAsked(Struct, frozen=True):
    """Give up what is untold of a subject: back to what the server holds, or gone; undoable.

    Refused where another operation waits for this one and would be told wrong without it.
    """

    subject_id: str


class AccountAdded(Struct, frozen=True):
    """An account was set up; its secret is already in the keyring."""

    account: Account


class AccountRemoveAsked(Struct, frozen=True):
    """Take an account away; refused while something of it is untold."""

    name: str


class SignedIn(Struct, frozen=True):
    """A new secret for this account was checked and kept."""

    account: str


class SettingsChanged(Struct, frozen=True):
    """The settings file says something new."""

    settings: CoreSettings


# --- reports -------------------------------------------------------------------------------------


class ProcessStarted(Struct, frozen=True):
    """This process took the store: whatever was in flight is doubtful from now on."""


class Pulled(Struct, frozen=True):
    """A pull came back whole."""

    account: str
    turn_id: str
    view: RemoteView
    known: tuple[Subject, ...] = ()
    ghosts: tuple[Ghost, ...] = ()


class Looked(Struct, frozen=True):
    """A look before a write, or for a doubtful one, came back whole."""

    account: str
    turn_id: str
    view: RemoteView
    known: tuple[Subject, ...] = ()
    ghosts: tuple[Ghost, ...] = ()


class OperationAccepted(Struct, frozen=True):
    """A write was answered with a clear yes."""

    account: str
    turn_id: str
    receipt: Receipt


class BatchAccepted(Struct, frozen=True):
    """A batch was answered with a clear yes: a receipt with its row for each that was made."""

    account: str
    turn_id: str
    receipts: tuple[Receipt, ...]


class CheckTold(Struct, frozen=True):
    """The server took the answer to its check, or no longer asks."""

    account: str
    turn_id: str


class TroubleMet(Struct, frozen=True):
    """A look, pull or write gave no clear yes."""

    account: str
    turn_id: str
    trouble: Trouble


class ItemsNamed(Struct, frozen=True):
    """The server's catalogue says what some work items are called."""

    account: str
    items: tuple[WorkItem, ...]
    known: tuple[Subject, ...] = ()


class Woke(Struct, frozen=True):
    """A moment that was asked for has come, or a suspend ended: look what is due."""


class PollFell(Struct, frozen=True):
    """It is time to pull again."""


class InputStopped(Struct, frozen=True):
    """No input since `since_at`, longer than the threshold."""

    since_at: datetime
    reason: AwayReason = AwayReason.IDLE


class InputReturned(Struct, frozen=True):
    """There is input again; `since_at` is the last input before it."""

    since_at: datetime
    reason: AwayReason = AwayReason.IDLE


Intent = (
    StartAsked
    | StopAsked
    | ToggleAsked
    | AdjustAsked
    | EntryAddAsked
    | EntryEditAsked
    | EntryDeleteAsked
    | UndoAsked
    | RedoAsked
    | AbsenceAnswered
    | CheckAnswered
    | RetryAsked
    | MendAsked
    | ConflictAnswered
    | MatchAnswered
    | ForeignAnswered
    | TwinAnswered
    | DiscardAsked
    | AccountAdded
    | AccountRemoveAsked
    | SignedIn
)
"""What a user asks for, and what may be refused."""

TurnReport = Pulled | Looked | OperationAccepted | BatchAccepted | CheckTold | TroubleMet
"""How a lane's turn ended."""

Report = (
    TurnReport
    | SyncAsked
    | SettingsChanged
    | ProcessStarted
    | ItemsNamed
    | Woke
    | PollFell
    | InputStopped
    | InputReturned
)
"""What happened; never refused."""

Message = Intent | Report
