"""A message beside ten thousand operations that wait, beside the same message with none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from app.adapters.sqlite_journal import SqliteJournal, open_journal
from app.adapters.system_clock import SystemClock
from app.core.beginning import initial
from app.core.decision import Row, SaveAccount, SaveSubject
from app.core.effects import AnswerCheck, Effect, Look, Pull, Push, PushMany
from app.core.messages import (
    Change,
    EntryAddAsked,
    Looked,
    Message,
    OperationAccepted,
    PollFell,
    ProcessStarted,
    Pulled,
    StartAsked,
    StopAsked,
    TroubleMet,
    Woke,
)
from app.core.model import Account, Subject
from app.core.remote import (
    Facts,
    Receipt,
    RemoteRow,
    RemoteView,
    Trouble,
    TroubleKind,
    WorkItem,
)
from app.providers.kinds import KINDS
from app.runtime.loop import Loop
from tests.benchmarks.app_process import home
from tests.benchmarks.figures import Figure, compared

WAITING_BOUND = 2.0

ACCOUNT = "Work"
# As people work: what waits lies behind, and a pull of the last days sees a part of it.
EVERY = timedelta(minutes=40)
_ROWS_EACH = 5_000


def waiting_entries(count: int, last_at: datetime) -> list[Subject]:
    """Entries that nobody was told of yet, one after the other, the last of them begun then."""
    made = []
    for number in range(count):
        started_at = last_at - (count - 1 - number) * EVERY
        facts = Facts(
            started_at=started_at,
            stopped_at=started_at + timedelta(minutes=35),
            item=WorkItem("1349", "Fix login timer"),
            comment=f"what was done {number}",
        )
        made.append(Subject(id=f"w{number:031d}", account=ACCOUNT, meant=facts, order=number + 1))
    return made


def fill(journal: SqliteJournal, account: Account, count: int) -> None:
    """Write an account and so many entries that wait."""
    journal.commit([SaveAccount(account)])
    last_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    rows: list[Row] = [SaveSubject(it, True) for it in waiting_entries(count, last_at)]
    for at in range(0, count, _ROWS_EACH):
        journal.commit(rows[at : at + _ROWS_EACH])


class _ClockAhead(SystemClock):
    """The system's clock, set ahead: back-off passes without waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead_for = timedelta()

    def now(self) -> datetime:
        """The moment, so far ahead."""
        return super().now() + self.ahead_for

    def boot_seconds(self) -> float:
        """The same, on the boot clock."""
        return super().boot_seconds() + self.ahead_for.total_seconds()


class _Desk:
    """A loop over a store on disk, whose lane makes no calls: they are answered by hand."""

    def __init__(self, journal: SqliteJournal, clock: _ClockAhead) -> None:
        loaded = journal.load()
        state = initial(
            accounts=loaded.accounts, subjects=loaded.subjects, sequence=loaded.sequence
        )
        self.clock = clock
        self.call: Pull | Look | Push | PushMany | AnswerCheck | None = None
        self.loop = Loop(journal, clock, state, self._perform)
        self.told: list[RemoteRow] = []

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, Pull | Look | Push | PushMany | AnswerCheck):
            self.call = effect

    def handle(self, message: Message) -> float:
        """Handle a message; how long it took, in µs."""
        began = time.perf_counter()
        decision = self.loop.handle(message)
        took = 1e6 * (time.perf_counter() - began)
        assert decision.refusal is None, decision.refusal
        return took

    def end_call(self) -> None:
        """The network is away: the lane backs off, with whatever waits."""
        while self.call is not None:
            call, self.call = self.call, None
            trouble = Trouble(TroubleKind.NOT_SENT, "The network is away.")
            self.handle(TroubleMet(ACCOUNT, call.turn_id, trouble))

    def pulled(self) -> Message:
        """A pull that shows a day of another device, and what we told ourselves."""
        call = self.call
        assert isinstance(call, Pull), call
        self.call = None
        begun = call.to_at - timedelta(days=2)
        theirs = [
            RemoteRow(f"there-{n}", Facts(begun + n * EVERY, begun + (n + 1) * EVERY))
            for n in range(12)
        ]
        ours = [row for row in self.told if row.facts.started_at >= call.from_at]
        view = RemoteView(
            slot_known=True, rows=(*theirs, *ours), rows_from_at=call.from_at, rows_to_at=call.to_at
        )
        return Pulled(ACCOUNT, call.turn_id, view)

    def looked(self) -> Message:
        """A look that shows nothing."""
        call = self.call
        assert isinstance(call, Look), call
        self.call = None
        at = call.ask.around_at
        return Looked(ACCOUNT, call.turn_id, RemoteView(rows_from_at=at, rows_to_at=at))

    def accepted(self) -> Message:
        """A clear yes to the create that is out."""
        call = self.call
        assert isinstance(call, Push), call
        self.call = None
        row = RemoteRow(f"told-{len(self.told)}", call.write.facts)
        self.told.append(row)
        return OperationAccepted(ACCOUNT, call.turn_id, Receipt(row.remote_id, row))


def measure(rounds: int, waiting: int) -> list[Figure]:
    """The messages of an hour, in turns with none and with so many that wait."""
    series: dict[str, tuple[list[float], list[float]]] = {}
    with ExitStack() as stack:
        desks = [stack.enter_context(_desk(count)) for count in (0, waiting)]
        for number in range(rounds):
            for place, desk in enumerate(desks if number % 2 else desks[::-1]):
                which = place if number % 2 else 1 - place
                for name, took in _an_hour(desk, number):
                    series.setdefault(name, ([], []))[which].append(took)
    return [
        compared(f"{name}, {waiting:,} wait by none", ours, none, "µs", WAITING_BOUND)
        for name, (none, ours) in series.items()
    ]


@contextmanager
def _desk(count: int) -> Iterator[_Desk]:
    # One by one, as the others are compared: a batch is another amount of work.
    capabilities = replace(KINDS["7pace"].capabilities, creates_at_once=0)
    account = Account(ACCOUNT, "7pace", "https://loopback.invalid", capabilities=capabilities)
    with home() as folder, closing(open_journal(Path(folder))) as journal:
        fill(journal, account, count)
        desk = _Desk(journal, _ClockAhead())
        desk.handle(ProcessStarted())
        yield desk


def _an_hour(desk: _Desk, number: int) -> Iterator[tuple[str, float]]:
    """First without the network, then with it: each message by its name, and how long it took."""
    desk.handle(PollFell())
    desk.end_call()
    yield "wake-up, offline", desk.handle(Woke())
    yield "poll, offline", desk.handle(PollFell())
    desk.end_call()
    item = WorkItem("1350", "Review")
    yield "start, offline", desk.handle(StartAsked(ACCOUNT, item=item, comment=f"{number}"))
    desk.clock.ahead_for += timedelta(seconds=40)
    desk.end_call()
    yield "stop, offline", desk.handle(StopAsked())
    stopped_at = desk.clock.now().replace(microsecond=0) - timedelta(minutes=10)
    change = Change(
        started_at=stopped_at - timedelta(minutes=5),
        stopped_at=stopped_at,
        comment=f"by hand {number}",
    )
    desk.end_call()
    yield "entry by hand, offline", desk.handle(EntryAddAsked(ACCOUNT, change))
    desk.end_call()
    desk.clock.ahead_for += timedelta(days=3)
    yield "poll", desk.handle(PollFell())
    yield "pull came back", desk.handle(desk.pulled())
    for _told in range(2):
        yield "look came back", desk.handle(desk.looked())
        yield "write was accepted", desk.handle(desk.accepted())
