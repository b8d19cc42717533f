"""Turns what is untold into rows by account: what, state, why, when next; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from app.core.model import HoldReason, Subject, Sync
from app.core.planning import next_write, sync_of
from app.core.remote import Capabilities, WriteKind
from app.core.state import AppState, Connection, Lane
from app.ui.naming import account_index, title_of
from app.ui.outbox_views import OutboxGroup, OutboxRow, OutboxView
from app.words import _, ngettext

ClockTime = Callable[[datetime], str]
"""Words an instant as the user's locale writes the time of day."""


def outbox_view(state: AppState, now: datetime, clock_time: ClockTime) -> OutboxView:
    """Everything that is not yet told, by account and in the order it was meant."""
    groups = []
    waiting = held = 0
    for name, account in state.accounts.items():
        lane = state.lanes.get(name, Lane())
        mine = sorted(
            (it for it in state.subjects.values() if it.account == name), key=lambda it: it.order
        )
        rows = [
            _row(it, account.capabilities, lane, now, clock_time)
            for it in mine
            if sync_of(it, account.capabilities) is not Sync.SYNCED
        ]
        waiting += len(rows)
        held += sum(1 for row in rows if row.state_tone == "warning")
        if rows:
            words = _lane_words(lane, now, clock_time)
            groups.append(OutboxGroup(name, account_index(state, name), words, tuple(rows)))
    if not waiting:
        return OutboxView(
            _("Nothing waits"),
            _("All that you did stands where it belongs."),
            can_undo=bool(state.undo),
        )
    title = ngettext("{count} change waits", "{count} changes wait", waiting)
    kept = _("Nothing here is ever dropped by itself.")
    needs = ngettext("{count} needs you.", "{count} need you.", held).format(count=held)
    return OutboxView(
        title.format(count=waiting),
        f"{needs} {kept}" if held else kept,
        tuple(groups),
        can_undo=bool(state.undo),
    )


def _row(
    it: Subject, capabilities: Capabilities, lane: Lane, now: datetime, clock_time: ClockTime
) -> OutboxRow:
    sync = sync_of(it, capabilities)
    what = _what(it, capabilities, clock_time)
    not_held = _("It is not held: it goes by itself.")
    not_known = _("It is not known yet whether it arrived.")
    runs = _("This track runs. Stop it first.")
    if sync is Sync.HELD:
        two = it.hold is not None and it.hold.reason is HoldReason.CONFLICT
        return OutboxRow(
            it.id,
            what,
            _("two versions") if two else _("held"),
            "conflict" if two else "held",
            _why_held(it),
            _("you"),
            state_tone="warning",
            why_not_discarded=runs if it.runs else "",
        )
    if sync is Sync.IN_FLIGHT:
        sent_at = "" if it.attempt is None else clock_time(it.attempt.committed_at)
        sent = _("Sent at {time}.").format(time=sent_at)
        return OutboxRow(
            it.id, what, _("in flight"), "arrow-dotted", sent, _("now"), "text", not_held, not_known
        )
    if sync is Sync.DOUBTFUL:
        looks = _("No answer came back. Timekept looks whether it arrived before it sends again.")
        soon = _("after a look")
        return OutboxRow(
            it.id, what, _("doubtful"), "doubtful", looks, soon, "text", not_held, not_known
        )
    why, when, mark = _why_pending(it.account, lane, now, clock_time)
    return OutboxRow(
        it.id, what, _("waits"), mark, why, when, "text", not_held, runs if it.runs else ""
    )


def _what(it: Subject, capabilities: Capabilities, clock_time: ClockTime) -> str:
    """What would be told, in words: of a held one what was meant before it was held."""
    write = it.attempt.write if it.attempt is not None else None
    if write is None:
        write = next_write(replace(it, hold=None), capabilities)
    facts = it.meant if write is None else write.facts
    kind = WriteKind.EDIT if write is None else write.kind
    sentences = {
        WriteKind.START: _("Start {title}, {start}"),
        WriteKind.STOP: _("Stop {title}, {stop}"),
        WriteKind.ADJUST: _("Change of {title}, which runs"),
        WriteKind.CREATE: _("New entry {title}, {start} – {stop}"),
        WriteKind.EDIT: _("Edit of {title}, {start}"),
        WriteKind.DELETE: _("Delete {title}, {start}"),
    }
    return sentences[kind].format(
        title=title_of(facts.item, facts.comment),
        start=clock_time(facts.started_at),
        stop=_("now") if facts.stopped_at is None else clock_time(facts.stopped_at),
    )


def _why_held(it: Subject) -> str:
    hold = it.hold
    assert hold is not None
    sentence = {
        HoldReason.REFUSED: _("{account} refused it. It is kept here as you made it."),
        HoldReason.GONE: _("It was deleted at {account}. It is still here."),
        HoldReason.CONFLICT: _("It was changed here and at {account}."),
        HoldReason.NEAR_MATCH: _("{account} has an entry that may be this one."),
        HoldReason.FOREIGN_TRACK: _("Another track runs at {account}. Trying again ends it."),
        HoldReason.LOCKED: _("{account} has locked it."),
        HoldReason.TWIN: _("It came up late at {account}: a second copy of an entry."),
        HoldReason.ECHO: _("{account} shows again what you had before your last change."),
    }[hold.reason].format(account=it.account)
    if not hold.words:
        return sentence
    quoted = _("The server’s words: “{words}”").format(words=hold.words)
    return f"{sentence} {quoted}"


def _why_pending(
    account: str, lane: Lane, now: datetime, clock_time: ClockTime
) -> tuple[str, str, str]:
    """Why it waits, when it goes on, and its mark."""
    if lane.connection is Connection.SIGN_IN_REQUIRED:
        return _("It is told after the sign-in."), _("sign-in"), "arrow-up"
    throttled = lane.throttled_until
    if throttled is not None and throttled > now:
        time = clock_time(throttled)
        words = _("The server allows the next call at {time}.").format(time=time)
        return words, time, "clock"
    if lane.connection is Connection.OFFLINE:
        when = clock_time(lane.next_at) if lane.next_at is not None else _("when it is back")
        return (
            _("{account} is offline. All is kept here.").format(account=account),
            when,
            "arrow-up",
        )
    return _("It goes as soon as what is before it is told."), _("soon"), "arrow-up"


def _lane_words(lane: Lane, now: datetime, clock_time: ClockTime) -> str:
    if lane.connection is Connection.SIGN_IN_REQUIRED:
        return _("wants you to sign in again")
    if lane.throttled_until is not None and lane.throttled_until > now:
        return _("asked us to slow down; nothing is lost")
    if lane.connection is Connection.OFFLINE:
        if lane.since_at is None:
            return _("offline")
        return _("offline since {time}").format(time=clock_time(lane.since_at))
    return _("online") if lane.connection is Connection.ONLINE else _("not asked yet")
