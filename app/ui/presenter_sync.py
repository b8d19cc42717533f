"""Words for how everything stands with the servers: line, notice, menu lines; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.core.model import HoldReason, Subject, Sync
from app.core.standing import first_held, is_doubtful, standing
from app.core.state import AppState, Connection, Lane
from app.ports.clock import Clock
from app.ui.views import MenuLine, NoticeView, SyncKind, SyncView, TrayMark, TrayShape
from app.words import _, ngettext
from app.words.lengths import length
from app.words.limits import requests_taken

SYNC_MARKS: dict[SyncKind, str] = {
    "ok": "tick",
    "waits": "arrow-up",
    "offline": "arrow-up",
    "sign-in": "held",
    "held": "held",
}
"""The mark before the line that says how everything stands."""

WAITING = (Sync.PENDING, Sync.IN_FLIGHT, Sync.DOUBTFUL)


class SyncWords:
    """Words the lanes and the outbox; `clock_time` words an instant as the user's locale does."""

    def __init__(self, clock: Clock, clock_time: Callable[[datetime], str]) -> None:
        self._clock = clock
        self._clock_time = clock_time

    def asks(self, state: AppState) -> tuple[MenuLine, ...]:
        """What waits for the user, for the top of the menu."""
        lines = []
        for absence in state.absences.values():
            away = length((absence.to_at - absence.from_at).total_seconds())
            words = _("Answer: you were away for {length}…").format(length=away)
            lines.append(MenuLine("check", words, mark="moon"))
        if any(self._is_open(check.until_at) for check in state.checks.values()):
            lines.append(MenuLine("check", _("Answer: are you still working?…"), mark="moon"))
        waiting = sum(_count(state, name, WAITING) for name in state.accounts)
        if waiting and _stuck(state):
            words = ngettext("{count} change waits…", "{count} changes wait…", waiting)
            lines.append(MenuLine("outbox", words.format(count=waiting), mark="arrow-up"))
        held = sum(_count(state, name, (Sync.HELD,)) for name in state.accounts)
        if held:
            words = ngettext("{count} change needs you…", "{count} changes need you…", held)
            words = words.format(count=held)
            first = first_held(state)
            id_ = "" if first is None else first.id
            lines.append(MenuLine("outbox", words, mark="held", subject=id_))
        for name, lane in state.lanes.items():
            if lane.connection is Connection.SIGN_IN_REQUIRED:
                words = _("Sign in to {account} again…").format(account=name)
                lines.append(MenuLine("sign-in", words, mark="held", account=name))
        return tuple(lines)

    def _is_open(self, until_at: datetime) -> bool:
        return until_at > self._clock.now()

    def view(self, state: AppState) -> SyncView:
        """Whether everything stands on the servers."""
        waiting = sum(_count(state, name, WAITING) for name in state.accounts)
        held = sum(_count(state, name, (Sync.HELD,)) for name in state.accounts)
        for name, lane in state.lanes.items():
            if lane.connection is Connection.SIGN_IN_REQUIRED:
                line = _("Sign in to {account}").format(account=name)
                return SyncView("sign-in", line, account=name)
        if held:
            words = ngettext("{count} change needs you", "{count} changes need you", held)
            return SyncView("held", words.format(count=held))
        words = ngettext("{count} change waits", "{count} changes wait", waiting)
        line = words.format(count=waiting)
        for name, lane in state.lanes.items():
            if lane.connection is Connection.OFFLINE:
                quiet = _("Nothing waits")
                return SyncView(
                    "offline",
                    line if waiting else quiet,
                    detail=self._offline(name, lane),
                    next_try=self._next_try(lane),
                )
        if waiting:
            return SyncView("waits", line, next_try=self._throttled(state))
        return SyncView("ok", _("All on the servers") if state.lanes else _("Nothing waits"))

    def _offline(self, name: str, lane: Lane) -> str:
        if lane.since_at is None:
            return _("{account} is offline. All is kept here.").format(account=name)
        return _("{account} is offline since {time}. All is kept here.").format(
            account=name, time=self._clock_time(lane.since_at)
        )

    def _next_try(self, lane: Lane) -> str:
        if lane.next_at is None:
            return ""
        return _("Next try at {time}").format(time=self._clock_time(lane.next_at))

    def _throttled(self, state: AppState) -> str:
        for name, lane in state.lanes.items():
            if lane.throttled_until is not None and lane.throttled_until > self._clock.now():
                time = self._clock_time(lane.throttled_until)
                if lane.limit is not None:
                    takes = requests_taken(name, lane.limit.calls, lane.limit.seconds)
                    goes_on = _("It goes on at {time}; nothing is lost.").format(time=time)
                    return f"{takes} {goes_on}"
                return _(
                    "{account} asked us to slow down. It goes on at {time}; nothing is lost."
                ).format(account=name, time=time)
        return ""

    def notice(self, state: AppState) -> NoticeView | None:
        """The most urgent thing that needs the user: a sign-in, a question, a held change."""
        for name, lane in state.lanes.items():
            if lane.connection is Connection.SIGN_IN_REQUIRED:
                return self._sign_in_notice(state, name)
        if state.absences or state.checks:
            return NoticeView("check", _("A question waits for you."), action=_("Answer…"))
        held = first_held(state)
        return None if held is None else self._held_notice(held)

    def _sign_in_notice(self, state: AppState, name: str) -> NoticeView:
        waiting = _count(state, name, WAITING)
        track = state.track
        runs = _("The track runs on.") if track is not None else ""
        kept = ngettext(
            "{count} change is kept here and will be told after the sign-in.",
            "{count} changes are kept here and will be told after the sign-in.",
            waiting,
        ).format(count=waiting)
        return NoticeView(
            "sign-in",
            _("{account} wants you to sign in again.").format(account=name),
            text=" ".join(part for part in (runs, kept if waiting else "") if part),
            action=_("Sign in…"),
            account=name,
        )

    def _held_notice(self, subject: Subject) -> NoticeView:
        hold = subject.hold
        assert hold is not None
        account = subject.account
        match hold.reason:
            case HoldReason.GONE:
                title = _("This entry was deleted at {account}. It is still here.")
            case HoldReason.CONFLICT:
                title = _("This entry was changed here and at {account}.")
            case HoldReason.NEAR_MATCH:
                title = _("{account} has an entry that may be this one.")
            case HoldReason.FOREIGN_TRACK:
                title = _("Another track runs at {account}.")
            case HoldReason.TWIN:
                title = _("A second copy of an entry came up late at {account}.")
            case HoldReason.ECHO:
                title = _("{account} shows again what this entry had before your last change.")
            case HoldReason.RESTORED:
                title = _("It is not known whether {account} was told this entry.")
            case _:
                title = _("{account} refused this entry. It is kept here as you made it.")
        text = _("The server’s words: “{words}”").format(words=hold.words) if hold.words else ""
        words = title.format(account=account)
        return NoticeView(
            "held", words, text=text, action=_("Show…"), account=account, subject=subject.id
        )


def _count(state: AppState, account: str, states: tuple[Sync, ...]) -> int:
    counts = standing(state, account)
    return sum(counts.get(sync, 0) for sync in states)


def _stuck(state: AppState) -> bool:
    """Whether what waits will not be told within a moment: else the icon would flicker."""
    return is_doubtful(state) or any(
        lane.connection is not Connection.ONLINE or lane.throttled_until is not None
        for lane in state.lanes.values()
    )


def tray_shape(state: AppState) -> TrayShape:
    """The silhouette: asking before running before stopped (LOOK §4)."""
    if state.absences or state.checks:
        return "asking"
    if state.track is not None:
        return "running"
    connections = [lane.connection for lane in state.lanes.values()]
    struck = all(connection is Connection.SIGN_IN_REQUIRED for connection in connections)
    if connections and struck and len(connections) == len(state.accounts):
        return "signed-out"
    if connections and all(connection is Connection.UNKNOWN for connection in connections):
        return "connecting"
    return "stopped"


def tray_mark(state: AppState) -> TrayMark:
    """The mark at the icon: attention before edits that wait."""
    if any(lane.connection is Connection.SIGN_IN_REQUIRED for lane in state.lanes.values()):
        return "attention"
    if first_held(state) is not None:
        return "attention"
    waiting = any(_count(state, name, WAITING) for name in state.accounts)
    return "wait" if waiting and _stuck(state) else ""
