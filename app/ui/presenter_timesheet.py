"""Turns a day of the journal into rows and totals for the timesheet; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from app.core.days import day_of, day_span, total_seconds
from app.core.model import HoldReason, Subject, Sync
from app.core.planning import sync_of
from app.core.remote import Capabilities
from app.core.state import AppState
from app.core.timekeeping import seconds_inside
from app.ports.journal import Journal
from app.ui.naming import account_index, label_of, title_of
from app.ui.timesheet_views import AccountChoice, DayRow, DayView, StateTone
from app.ui.views import ActivityView
from app.words import _, ngettext
from app.words.lengths import length

ClockTime = Callable[[datetime], str]
"""Words an instant as the user's locale writes the time of day."""

LEAST_FOR = timedelta(minutes=1)
"""Gaps and overlaps shorter than this are no rows: they come from seconds that nobody meant."""
USUAL_FOR = timedelta(hours=1)
"""The length a new entry begins with where nothing better is known."""
_KEPT_HERE = Capabilities(kept_here=True)


def day_view(
    state: AppState,
    journal: Journal,
    day: date,
    zone: str,
    starts_at: time,
    target_hours: float,
    now: datetime,
    clock_time: ClockTime,
    account: str = "",
) -> DayView:
    """The day as the timesheet shows it, in the user's zone (an IANA name) and day start.

    With `account` only that account's rows and total; gaps and overlaps are then left out, since
    they are about everything. `target_hours` 0 is none. `now` is an aware UTC datetime.
    """
    from_at, to_at = day_span(day, zone, starts_at)
    chosen = account if account in state.accounts else ""
    everything = [it for it in journal.entries(from_at, to_at) if not it.deleted]
    shown = [it for it in everything if chosen in ("", it.account)]
    shown.sort(key=lambda it: (it.runs, it.meant.started_at))
    activities = {name: journal.activity_types(name) for name in state.accounts}
    names = {(of, kind.id): kind.name for of, kinds in activities.items() for kind in kinds}
    rows = [
        _row(state, it, from_at, to_at, now, clock_time, names.get((it.account, it.meant.activity)))
        for it in shown
    ]
    gaps_seconds = 0
    if not chosen:
        rows, gaps_seconds = _with_remarks(rows, now, clock_time)
    total = total_seconds(shown, from_at, to_at, now)
    add_from_at, add_to_at = _room_for_more(everything, from_at, to_at, now)
    return DayView(
        day=day,
        zone=zone,
        from_at=from_at,
        to_at=to_at,
        rows=tuple(rows),
        accounts=tuple(
            AccountChoice(
                name,
                account_index(state, name),
                tuple(ActivityView(kind.id, kind.name) for kind in activities[name]),
                ""
                if activities[name]
                else _("{account} has no activity types.").format(account=name),
                _total_of(name, everything, from_at, to_at, now),
            )
            for name in state.accounts
        ),
        add_from_at=add_from_at,
        add_to_at=add_to_at,
        add_account=chosen or _usual_account(state),
        total=length(total),
        total_note=_total_note(total, shown, target_hours, from_at, to_at, now),
        gaps=_("Gaps {length}").format(length=length(gaps_seconds)) if gaps_seconds else "",
        account=chosen,
        is_today=day_of(now, zone, starts_at) == day,
        can_undo=bool(state.undo),
        can_redo=bool(state.redo),
    )


def _row(
    state: AppState,
    it: Subject,
    from_at: datetime,
    to_at: datetime,
    now: datetime,
    clock_time: ClockTime,
    activity: str | None,
) -> DayRow:
    facts = it.meant
    account = state.accounts.get(it.account)
    capabilities = _KEPT_HERE if account is None else account.capabilities
    inside = seconds_inside(facts, from_at, to_at, now)
    words, mark, tone = _state_words(it, sync_of(it, capabilities), capabilities)
    whole = ((facts.stopped_at or now) - facts.started_at).total_seconds()
    notes = []
    if whole - inside >= LEAST_FOR.total_seconds():
        sentence = _("It is {length} long; the rest belongs to another day.")
        notes.append(sentence.format(length=length(whole)))
    if it.hold is not None and it.hold.words:
        notes.append(_("The server’s words: “{words}”").format(words=it.hold.words))
    return DayRow(
        kind="running" if it.runs else "entry",
        start=clock_time(facts.started_at),
        stop=_("now") if facts.stopped_at is None else clock_time(facts.stopped_at),
        length=length(inside),
        started_at=facts.started_at,
        stopped_at=facts.stopped_at,
        title=title_of(facts.item, facts.comment),
        id=it.id,
        label=label_of(facts.item),
        item_key="" if facts.item is None else facts.item.id,
        comment=facts.comment,
        activity=activity or facts.activity,
        activity_id=facts.activity,
        account=it.account,
        account_index=account_index(state, it.account),
        state=words,
        state_mark=mark,
        state_tone=tone,
        note=" ".join(notes),
        why_fixed=_why_fixed(state, it),
    )


def _why_fixed(state: AppState, it: Subject) -> str:
    if it.runs and it.id != state.running:
        return _("It runs at {account}. Only the current track can be changed here.").format(
            account=it.account
        )
    if not it.editable:
        return _("{account} has locked this entry.").format(account=it.account)
    return ""


def _state_words(it: Subject, sync: Sync, capabilities: Capabilities) -> tuple[str, str, StateTone]:
    """Words, mark and tone of a state; only what needs the user has the warning colour."""
    if sync is Sync.HELD and it.hold is not None:
        if it.hold.reason is HoldReason.CONFLICT:
            return _("two versions"), "conflict", "warning"
        if it.hold.reason is HoldReason.GONE:
            return _("deleted there"), "held", "warning"
        return _("needs you"), "held", "warning"
    if it.runs:
        return _("runs"), "dial", "accent"
    if sync is Sync.IN_FLIGHT:
        return _("in flight"), "arrow-dotted", "text"
    if sync is Sync.DOUBTFUL:
        return _("asking the server"), "doubtful", "text"
    if sync is Sync.PENDING:
        return _("waits"), "arrow-up", "text"
    if not it.editable:
        return _("locked"), "padlock", "muted"
    if capabilities.kept_here:
        return _("kept here"), "tick", "muted"
    return _("on the server"), "tick", "muted"


def _with_remarks(
    rows: Sequence[DayRow], now: datetime, clock_time: ClockTime
) -> tuple[list[DayRow], int]:
    """The rows with gaps and overlaps between them, and the seconds of all gaps."""
    made: list[DayRow] = []
    gaps_seconds = 0
    reached: datetime | None = None
    for row in sorted(rows, key=lambda it: it.started_at):
        stopped_at = row.stopped_at or now
        if reached is not None and row.started_at - reached >= LEAST_FOR:
            gaps_seconds += int((row.started_at - reached).total_seconds())
            made.append(_gap(reached, row.started_at, clock_time))
        elif reached is not None and min(reached, stopped_at) - row.started_at >= LEAST_FOR:
            made.append(_overlap(row.started_at, min(reached, stopped_at), clock_time))
        made.append(row)
        reached = stopped_at if reached is None else max(reached, stopped_at)
    return made, gaps_seconds


def _gap(from_at: datetime, to_at: datetime, clock_time: ClockTime) -> DayRow:
    return DayRow(
        kind="gap",
        start=clock_time(from_at),
        stop=clock_time(to_at),
        length=length((to_at - from_at).total_seconds()),
        started_at=from_at,
        stopped_at=to_at,
        title=_("Gap: nothing is recorded."),
    )


def _overlap(from_at: datetime, to_at: datetime, clock_time: ClockTime) -> DayRow:
    minutes = int((to_at - from_at).total_seconds()) // 60
    words = ngettext(
        "Overlap: two entries claim this minute.",
        "Overlap: two entries claim these {count} minutes.",
        minutes,
    ).format(count=minutes)
    return DayRow(
        kind="overlap",
        start=clock_time(from_at),
        stop=clock_time(to_at),
        length=length((to_at - from_at).total_seconds()),
        started_at=from_at,
        stopped_at=to_at,
        title=words,
        state_tone="warning",
    )


def _total_of(
    name: str, everything: Iterable[Subject], from_at: datetime, to_at: datetime, now: datetime
) -> str:
    mine = [it for it in everything if it.account == name]
    return length(total_seconds(mine, from_at, to_at, now)) if mine else ""


def _total_note(
    total: int,
    shown: Iterable[Subject],
    target_hours: float,
    from_at: datetime,
    to_at: datetime,
    now: datetime,
) -> str:
    claimed = sum(seconds_inside(it.meant, from_at, to_at, now) for it in shown)
    overlaps = claimed - total >= LEAST_FOR.total_seconds()
    target = length(target_hours * 3600) if target_hours else ""
    if target and overlaps:
        return _("of {target}, overlap counted once").format(target=target)
    if target:
        return _("of {target}").format(target=target)
    return _("overlap counted once") if overlaps else ""


def _room_for_more(
    everything: Sequence[Subject], from_at: datetime, to_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """Where a new entry would be: the last stretch that nothing is recorded of, else the usual
    length before the first entry. A day without any has it up to now, or from its ninth hour on.
    """
    end_at = min(now.replace(second=0, microsecond=0), to_at)
    spans = sorted((it.meant.started_at, it.meant.stopped_at or now) for it in everything)
    if not spans:
        if from_at < end_at < to_at:
            return max(from_at, end_at - USUAL_FOR), end_at
        return from_at + timedelta(hours=9), from_at + timedelta(hours=10)
    free: tuple[datetime, datetime] | None = None
    reached = spans[0][1]
    for started_at, stopped_at in spans[1:]:
        if started_at - reached >= LEAST_FOR:
            free = (reached, started_at)
        reached = max(reached, stopped_at)
    if end_at - reached >= LEAST_FOR:
        today = end_at < to_at
        free = (reached, end_at if today else min(end_at, reached + USUAL_FOR))
    first = spans[0][0]
    return free or (first - USUAL_FOR, first)


def _usual_account(state: AppState) -> str:
    chosen = state.settings.default_account
    if chosen in state.accounts:
        return chosen
    remote = [it.name for it in state.accounts.values() if not it.capabilities.kept_here]
    return remote[0] if len(remote) == 1 else next(iter(state.accounts), "")
