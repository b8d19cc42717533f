"""`sync` and `outbox`: tell the servers, see what waits, let it go again or give it up."""

from __future__ import annotations

import math
from datetime import timedelta

from app.cli.answers import Answer, Status, WordsRefused, document, lines, shown, table
from app.cli.call import Call, at_rest
from app.cli.choosing import activity_name
from app.cli.connections import connections
from app.cli.entry_words import title
from app.cli.ids import found, short
from app.cli.telling import next_try_seconds, tell, unfinished, waiting_sentences
from app.core.messages import DiscardAsked, RetryAsked, SyncAsked
from app.core.model import CheckState, Hold, HoldReason, Subject, Sync
from app.core.remote import Facts
from app.core.state import AppState, Connection
from app.words import _
from app.words.json_shapes import operation_shape, outbox_counts, row
from app.words.times import shown_time

_SYNC_SECONDS = 60.0
"""How long a `sync` without `--wait` lets servers that answer slowly take."""

_LONGEST_WAIT_SECONDS = 86_400


def sync(call: Call) -> Answer:
    """Tell all that can go and pull; 0 when all is told, 3 when something waits, 4 for the user."""
    wait = call.words.wait
    if wait is None:
        call.post(SyncAsked())
        call.desk.wait(at_rest, _SYNC_SECONDS)
    else:
        seconds = _seconds(wait)
        call.post(SyncAsked())
        call.desk.wait(lambda state: at_rest(state) and not _time_helps(state), seconds)
    state = call.state
    call.notes += waiting_sentences(call, state.lanes)
    call.notes += [_away(name) for name in state.lanes if _is_away(call, name)]
    status = _sync_status(state)
    if call.wants_json:
        return Answer(document({"outbox": outbox_counts(state)}), status=status)
    told = _("All is told.") if state.lanes else _("No account has a server: all is kept here.")
    return Answer(lines(told if status is Status.DONE else ""), status=status)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_WAIT_SECONDS:
        raise WordsRefused(
            _("--wait takes seconds from 0 to {most}, not “{word}”.").format(
                most=_LONGEST_WAIT_SECONDS, word=shown(text)
            )
        )
    return seconds


def _time_helps(state: AppState) -> bool:
    """Whether something waits that waiting alone may bring about."""
    for lane in state.lanes.values():
        if lane.connection is not Connection.SIGN_IN_REQUIRED and lane.pull_wanted:
            return True
    for subject, sync_word in unfinished(state):
        lane = state.lanes[subject.account]
        if sync_word is not Sync.HELD and lane.connection is not Connection.SIGN_IN_REQUIRED:
            return True
    return False


def _is_away(call: Call, name: str) -> bool:
    """Whether a server that nothing waits for is away: what waits says so itself."""
    waits = any(
        subject.account == name and sync_word in (Sync.PENDING, Sync.IN_FLIGHT)
        for subject, sync_word in unfinished(call.state)
    )
    return not waits and call.state.lanes[name].connection is Connection.OFFLINE


def _away(name: str) -> str:
    return _("{account} is offline: what is new there is not here yet.").format(account=name)


def _sync_status(state: AppState) -> Status:
    if any(lane.connection is Connection.SIGN_IN_REQUIRED for lane in state.lanes.values()):
        return Status.NEEDS_USER
    counts = outbox_counts(state)
    if counts["held"]:
        return Status.NEEDS_USER
    behind = any(
        lane.connection is not Connection.ONLINE or lane.pull_wanted or lane.turn is not None
        for lane in state.lanes.values()
    )
    answered = any(check.state is CheckState.ANSWERED for check in state.checks.values())
    return Status.WAITS if behind or answered or any(counts.values()) else Status.DONE


def outbox(call: Call) -> Answer:
    """What is not told yet, oldest first, with its reason."""
    rows = [_operation(call, subject, sync_word) for subject, sync_word in unfinished(call.state)]
    rows += [
        {
            "id": check.id,
            "account": check.account,
            "operation": "answer-check",
            "state": Sync.PENDING.value,
            "reason": "",
            "attempts": 0,
            "next_at": None,
            "subject": None,
        }
        for check in call.state.checks.values()
        if check.state is CheckState.ANSWERED
    ]
    if call.wants_json:
        return Answer(document(rows))
    if not rows:
        return Answer(lines(_("Nothing waits.")))
    shown_rows = []
    for subject, sync_word in unfinished(call.state):
        words = _operation(call, subject, sync_word)
        shown_rows.append(
            (
                short(subject.id),
                subject.account,
                _operation_words(words["operation"]),
                title(subject),
                _state_words(sync_word),
                shown(str(words["reason"])),
            )
        )
    return Answer(table(shown_rows))


def _operation(call: Call, subject: Subject, sync_word: Sync) -> dict[str, object]:
    seconds = next_try_seconds(call, subject)
    now = call.desk.clock.now()
    account = call.account(subject.account)
    return operation_shape(
        subject,
        account,
        sync_word,
        reason=_reason(call, subject),
        next_at=None if seconds is None else now + timedelta(seconds=math.ceil(seconds)),
        activity=activity_name(call, subject),
        now=now,
    )


def _reason(call: Call, subject: Subject) -> str:
    """Why it waits, in words."""
    hold = subject.hold
    if hold is not None:
        return _hold_words(call, hold, subject.account)
    if subject.attempt is not None and subject.attempt.noticed is not None:
        return _("It may have arrived: it is looked for before anything is sent again.")
    lane = call.state.lanes.get(subject.account)
    if lane is None:
        return ""
    connection = connections(call.state, call.desk.journal)[subject.account]
    if connection is Connection.SIGN_IN_REQUIRED:
        return _("{account} wants a sign-in.").format(account=subject.account)
    if lane.throttled_until is not None and lane.throttled_until > call.desk.clock.now():
        return _("The server asked for a pause.")
    if connection is Connection.OFFLINE:
        if lane.words:
            return _("{account} is offline: {words}").format(
                account=subject.account, words=lane.words
            )
        return _("{account} is offline.").format(account=subject.account)
    return ""


def _hold_words(call: Call, hold: Hold, account: str) -> str:
    theirs = "" if hold.theirs is None else _facts(call, hold.theirs)
    match hold.reason:
        case HoldReason.REFUSED:
            return _("{account} refused it: {words}").format(account=account, words=hold.words)
        case HoldReason.GONE:
            return _("It was deleted at {account}; retry makes it anew.").format(account=account)
        case HoldReason.CONFLICT:
            return _("It was changed here and at {account}, which has: {theirs}").format(
                account=account, theirs=theirs
            )
        case HoldReason.NEAR_MATCH:
            return _(
                "{account} has an entry that may be this one; retry sends it all the same."
            ).format(account=account)
        case HoldReason.FOREIGN_TRACK:
            return _("Another track runs at {account}: {theirs}; retry ends that one.").format(
                account=account, theirs=theirs
            )
        case HoldReason.LOCKED:
            return _("It is locked at {account}.").format(account=account)
        case HoldReason.TWIN:
            return _("It came up late at {account}: a second copy of an entry.").format(
                account=account
            )
        case HoldReason.ECHO:
            return _("{account} shows again what it had before your last change: {theirs}").format(
                account=account, theirs=theirs
            )


def _facts(call: Call, facts: Facts) -> str:
    began = shown_time(facts.started_at, call.zone)
    ended = "…" if facts.stopped_at is None else shown_time(facts.stopped_at, call.zone)[11:]
    item = "" if facts.item is None else facts.item.id
    return " ".join(part for part in (f"{began}-{ended}", item, facts.comment) if part)


def _operation_words(kind: object) -> str:
    return {
        "start": _("start"),
        "stop": _("stop"),
        "adjust": _("change"),
        "create": _("new entry"),
        "edit": _("change"),
        "delete": _("deletion"),
    }.get(str(kind), str(kind))


def _state_words(sync_word: Sync) -> str:
    return {
        Sync.PENDING: _("waits"),
        Sync.IN_FLIGHT: _("on its way"),
        Sync.DOUBTFUL: _("not sure yet"),
        Sync.HELD: _("needs you"),
    }.get(sync_word, sync_word.value)


def outbox_retry(call: Call) -> Answer:
    """Let a held operation go again."""
    subject_id = _operation_id(call)
    call.post(RetryAsked(subject_id))
    subject = call.subject(subject_id)
    tell(call, {subject.account})
    return _one(call, subject_id, _("{title} goes again.").format(title=title(subject)))


def outbox_discard(call: Call) -> Answer:
    """Give up what is untold of an entry: back to what the server holds, or gone."""
    subject_id = _operation_id(call)
    call.post(DiscardAsked(subject_id))
    subject = call.subject(subject_id)
    text = _("{title} is as the server has it again.")
    if subject.deleted:
        text = _("{title} is gone; it had never been told.")
    return _one(call, subject_id, text.format(title=title(subject)))


def _one(call: Call, subject_id: str, text: str) -> Answer:
    if not call.wants_json:
        return Answer(lines(text))
    subject = call.subject(subject_id)
    account = call.account(subject.account)
    name = activity_name(call, subject)
    return Answer(document(row(subject, account, name, call.desk.clock.now())))


def _operation_id(call: Call) -> str:
    waiting = unfinished(call.state)
    subject_id = found(call.words.id, (subject.id for subject, _sync in waiting))
    if subject_id is not None:
        return subject_id
    if not waiting:
        raise WordsRefused(_("Nothing waits."))
    raise WordsRefused(
        _("No change waits under “{id}”. There are: {ids}.").format(
            id=shown(call.words.id), ids=", ".join(short(s.id) for s, _sync in waiting)
        )
    )
