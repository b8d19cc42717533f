"""A small world in values: a server with one slot, a store, clocks, a network that fails on cue."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from itertools import count

from app.core import effects, invariants
from app.core.decision import (
    AddLedgerLine,
    Decision,
    DropAccount,
    SaveAbsence,
    SaveAccount,
    SaveCheck,
    SaveGhost,
    SaveSubject,
)
from app.core.history import GhostsWanted, History, informed
from app.core.messages import (
    BatchAccepted,
    Change,
    CheckTold,
    EntryAddAsked,
    Looked,
    Message,
    OperationAccepted,
    ProcessStarted,
    Pulled,
    StartAsked,
    StopAsked,
    SyncAsked,
    TroubleMet,
    Woke,
)
from app.core.model import Absence, Account, Check, CheckState, Ghost, LedgerLine, Stamp, Subject
from app.core.remote import Capabilities, Receipt, Trouble, TroubleKind, Write, WriteKind
from app.core.state import AppState, CoreSettings
from app.core.update import initial, update
from tests.core.rules import assert_invariants, assert_meant_stands, assert_standing
from tests.core.said import Said
from tests.core.server import BLIND_TIMER, NINE, Server, item


class World:
    """The loop in values: posts messages, keeps what was committed, performs effects, can crash."""

    def __init__(self, capabilities: Capabilities = BLIND_TIMER) -> None:
        self.now = NINE
        self.boot = 1000.0
        self.boot_id = "boot-1"
        self.offset_minutes = 0
        self.zone = "UTC"
        self.server = Server(capabilities, lambda: self.now)
        self.account = Account("Work", "kind", capabilities=capabilities)
        self.store: dict[str, Subject] = {}
        self.absences: dict[str, Absence] = {}
        self.checks: dict[str, Check] = {}
        self.accounts: dict[str, Account] = {"Work": self.account}
        self.ledger: list[LedgerLine] = []
        self.said = Said()
        self.lost_attempts: dict[str, Ghost] = {}
        self.waiting: deque[effects.Effect] = deque()
        self.landing: list[tuple[datetime, Write]] = []
        self.stuck: list[Write] = []
        self.late_seconds = 20
        self.faults: deque[str] = deque()
        self.push_faults: deque[str] = deque()
        self.retry_after: int | None = None
        self.online = True
        self.checking = True
        self.wake_at: datetime | None = None
        self.settings = CoreSettings()
        self._ids = count(1)
        self.state: AppState = initial(accounts=(self.account,))
        self.post(ProcessStarted())
        self.run()

    # --- the loop --------------------------------------------------------------------------------

    def stamp(self) -> Stamp:
        fresh_id = f"s{next(self._ids)}"
        return Stamp(self.now, self.boot, self.boot_id, self.zone, self.offset_minutes, fresh_id)

    def post(self, message: Message) -> Decision:
        message = informed(message, self.state, self)
        decision = update(self.state, message, self.stamp())
        invariants.check(self.state, decision.state, decision)
        self.said.hear(message, self.now, decision)
        for row in decision.writes:
            match row:
                case SaveSubject(subject=subject):
                    self.store[subject.id] = subject
                case SaveAbsence(absence=absence):
                    self.absences[absence.id] = absence
                case SaveCheck(check=check):
                    self.checks[check.id] = check
                case SaveAccount(account=account):
                    self.accounts[account.name] = account
                case DropAccount(name=name):
                    del self.accounts[name]
                case AddLedgerLine(line=line):
                    self.ledger.append(line)
                case SaveGhost(ghost=ghost):
                    self.lost_attempts[ghost.id] = ghost
        if self.checking:
            assert_meant_stands(self.state, message, self.store)
            assert_invariants(decision.state)
            if len(self.ledger) % 5 == 0:
                assert_standing(decision.state)
        self.state = decision.state
        if self.stuck and "concluded-lost" in self.told()[-len(decision.writes) :]:
            for write in self.stuck:
                self.server.apply(write)
            self.stuck.clear()
        self.waiting.extend(decision.effects)
        return decision

    def history(self, wanted: History) -> tuple[Subject, ...]:
        found = []
        for subject in self.store.values():
            facts = subject.meant
            by_remote = subject.account == wanted.account and subject.remote_id in wanted.remote_ids
            inside = (
                wanted.from_at is not None
                and not subject.deleted
                and (wanted.overlap_account in (None, subject.account))
                and (facts.stopped_at is None or facts.stopped_at > wanted.from_at)
                and (wanted.to_at is None or facts.started_at <= wanted.to_at)
            )
            untitled = (
                subject.account == wanted.account
                and facts.item is not None
                and facts.item.id in wanted.item_ids
                and not facts.item.title
            )
            if subject.id in wanted.subject_ids or by_remote or inside or untitled:
                found.append(subject)
        return tuple(found)

    def ghosts(self, wanted: GhostsWanted) -> tuple[Ghost, ...]:
        return tuple(it for it in self.lost_attempts.values() if it.account == wanted.account)

    def run(self, limit: int = 400) -> None:
        """Perform effects until none is left; time stands still."""
        for _ in range(limit):
            if not self.waiting:
                return
            self.perform(self.waiting.popleft())
        raise AssertionError(f"the lane never rests: {list(self.waiting)[:3]}")

    def run_to_batch(self) -> effects.PushMany:
        """Perform effects up to a batch, whose attempts are then committed and still waiting."""
        while not isinstance(self.waiting[0], effects.PushMany):
            self.perform(self.waiting.popleft())
        return self.waiting[0]

    def run_to_push(self) -> effects.Push:
        """Perform effects up to a write, whose attempt is then committed and still waiting."""
        while not isinstance(self.waiting[0], effects.Push):
            self.perform(self.waiting.popleft())
        return self.waiting[0]

    def perform(self, effect: effects.Effect) -> None:
        match effect:
            case effects.WakeAt(at=at):
                self.wake_at = at
            case effects.OpenLane() | effects.CloseLane():
                pass
            case effects.Push():
                self.post(self._pushed(effect))
            case effects.PushMany():
                self.post(self._pushed_many(effect))
            case _:
                self.post(self._seen(effect))

    def _fault(self) -> str:
        if not self.online:
            return "refused-connection"
        return self.faults.popleft() if self.faults else "ok"

    def _seen(self, effect: effects.Pull | effects.Look | effects.AnswerCheck) -> Message:
        fault = self._fault()
        kinds = {
            "refused-connection": TroubleKind.NOT_SENT,
            "throttled": TroubleKind.THROTTLED,
            "signed-out": TroubleKind.SIGN_IN_REQUIRED,
        }
        if fault != "ok":
            kind = kinds.get(fault, TroubleKind.PERHAPS_DELIVERED)
            trouble = Trouble(kind, fault, self.retry_after)
            return TroubleMet(effect.account, effect.turn_id, trouble)
        match effect:
            case effects.Pull(from_at=from_at, to_at=to_at):
                view = self.server.pull(from_at, to_at)
                return Pulled(effect.account, effect.turn_id, view)
            case effects.Look(ask=ask):
                return Looked(effect.account, effect.turn_id, self.server.look(ask))
            case effects.AnswerCheck():
                self.server.check = None
                return CheckTold(effect.account, effect.turn_id)

    def _pushed(self, effect: effects.Push) -> Message:
        account, turn_id = effect.account, effect.turn_id
        fault = self.push_faults.popleft() if self.push_faults else self._fault()
        clear = {
            "refused-connection": TroubleKind.NOT_SENT,
            "throttled": TroubleKind.THROTTLED,
            "signed-out": TroubleKind.SIGN_IN_REQUIRED,
            "refused": TroubleKind.REFUSED,
        }
        if fault in clear:
            trouble = Trouble(clear[fault], fault, self.retry_after)
            return TroubleMet(account, turn_id, trouble)
        if fault == "ok":
            outcome = self.server.apply(effect.write)
            if isinstance(outcome, Trouble):
                return TroubleMet(account, turn_id, outcome)
            return OperationAccepted(account, turn_id, outcome)
        if fault == "lost-after":
            self.server.apply(effect.write)
        elif fault == "late":
            self.landing.append((self.now + timedelta(seconds=self.late_seconds), effect.write))
        elif fault == "stuck" and effect.write.kind in (WriteKind.CREATE, WriteKind.START):
            self.stuck.append(effect.write)
        return TroubleMet(account, turn_id, Trouble(TroubleKind.PERHAPS_DELIVERED, fault))

    def _pushed_many(self, effect: effects.PushMany) -> Message:
        """Like `_pushed`, of several creates at once; `partly` lets only some of them through."""
        account, turn_id, writes = effect.account, effect.turn_id, effect.writes
        fault = self.push_faults.popleft() if self.push_faults else self._fault()
        clear = {
            "refused-connection": TroubleKind.NOT_SENT,
            "throttled": TroubleKind.THROTTLED,
            "signed-out": TroubleKind.SIGN_IN_REQUIRED,
            "refused": TroubleKind.REFUSED,
        }
        if fault in clear:
            trouble = Trouble(clear[fault], fault, self.retry_after)
            return TroubleMet(account, turn_id, trouble)
        if fault == "rehearsal-refused" or (fault == "ok" and self.server.refuses(writes)):
            return TroubleMet(account, turn_id, Trouble(TroubleKind.REFUSED, fault, rehearsed=True))
        if fault in ("ok", "half-answered"):
            receipts = [self.server.apply(write) for write in writes]
            rows = tuple(it for it in reversed(receipts) if isinstance(it, Receipt))
            shown = rows[::2] if fault == "half-answered" else rows
            return BatchAccepted(account, turn_id, shown)
        if fault in ("lost-after", "partly"):
            for write in writes if fault == "lost-after" else writes[::2]:
                self.server.apply(write)
        elif fault == "late":
            due = self.now + timedelta(seconds=self.late_seconds)
            self.landing += [(due, write) for write in writes]
        elif fault == "stuck":
            self.stuck += writes
        return TroubleMet(account, turn_id, Trouble(TroubleKind.PERHAPS_DELIVERED, fault))

    # --- time and trouble ------------------------------------------------------------------------

    def wait(self, seconds: int) -> None:
        """Let time pass second by second where something is due, else in one go."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            nexts = [at for at in (self.wake_at, *(due for due, _ in self.landing)) if at]
            step = min([until, *(at for at in nexts if at > self.now)])
            self.boot += (step - self.now).total_seconds()
            self.now = step
            for due, write in list(self.landing):
                if due <= self.now:
                    self.landing.remove((due, write))
                    self.server.apply(write)
            if self.wake_at is not None and self.wake_at <= self.now:
                self.wake_at = None
                self.post(Woke())
                self.run()

    def until_told(self, what: str, times: int = 1) -> None:
        """Effect by effect, second by second, until the ledger says it so many times."""
        for _ in range(1000):
            if self.told().count(what) >= times:
                return
            if self.waiting:
                self.perform(self.waiting.popleft())
            else:
                self.now += timedelta(seconds=1)
                self.boot += 1
                self.post(Woke())
        raise AssertionError(f"never {what}: {self.told()}")

    def land(self) -> None:
        """What was under way reaches the server now."""
        for _, write in self.landing:
            self.server.apply(write)
        self.landing.clear()

    def set_clock(self, seconds: int) -> None:
        """Somebody sets the wall clock; what is under way does not mind."""
        shift = timedelta(seconds=seconds)
        self.now += shift
        self.landing = [(due + shift, write) for due, write in self.landing]

    def crash(self, *, in_flight: str = "lost-before", reboot: bool = False) -> None:
        """The process ends with whatever was under way; a new one loads what was committed."""
        if reboot:
            self.boot_id, self.boot = f"{self.boot_id}-again", 5.0
        due = self.now + timedelta(seconds=self.late_seconds)
        for effect in self.waiting:
            for write in _writes_of(effect):
                if in_flight == "lost-after":
                    self.server.apply(write)
                elif in_flight == "late":
                    self.landing.append((due, write))
        self.waiting.clear()
        self.wake_at = None
        self.said.undo.clear()
        self.said.redo.clear()
        orders = [subject.order for subject in self.store.values()]
        self.state = initial(
            accounts=tuple(self.accounts.values()),
            subjects=tuple(self.store.values()),
            absences=tuple(self.absences.values()),
            checks=tuple(c for c in self.checks.values() if c.state is not CheckState.GONE),
            last=self.state.last,
            sequence=max(orders, default=0),
            settings=self.settings,
        )
        assert_invariants(self.state)
        self.post(ProcessStarted())

    def settle(self) -> None:
        """The network is whole again; give everything the time it needs."""
        self.online = True
        self.faults.clear()
        for _ in range(8):
            self.post(SyncAsked())
            self.run()
            self.wait(200)

    def on_server(self) -> list[tuple[datetime, datetime | None, str | None, str]]:
        """What the server holds: start, stop, item, comment, in order."""
        rows = [
            (f.started_at, f.stopped_at, f.item.id if f.item else None, f.comment)
            for f in self.server.rows.values()
        ]
        return sorted(rows, key=lambda row: (row[0], str(row)))

    # --- asking ----------------------------------------------------------------------------------

    def start(self, comment: str = "", number: int = 1) -> Subject:
        """Start a track and perform nothing yet."""
        made = self.post(StartAsked("Work", item(number), comment)).made
        return self.store[made[-1]]

    def stop(self) -> None:
        """Stop the track and perform nothing yet."""
        assert self.post(StopAsked()).refusal is None

    def add(self, comment: str = "", minutes_ago: int = 60, seconds: int = 600) -> Subject:
        """Record an entry by hand and perform nothing yet."""
        started_at = self.now - timedelta(minutes=minutes_ago)
        change = Change(
            started_at=started_at,
            stopped_at=started_at + timedelta(seconds=seconds),
            comment=comment,
            item=item(1),
        )
        return self.store[self.post(EntryAddAsked("Work", change)).made[0]]

    def now_is(self, subject: Subject) -> Subject:
        """The subject as it is stored now."""
        return self.store[subject.id]

    def told(self) -> list[str]:
        """The ledger's codes, in order."""
        return [line.what for line in self.ledger]


def _writes_of(effect: effects.Effect) -> tuple[Write, ...]:
    match effect:
        case effects.Push(write=write):
            return (write,)
        case effects.PushMany(writes=writes):
            return writes
        case _:
            return ()
