"""The words of the outbox: what an operation is, why it waits, both sides of what is asked."""

from __future__ import annotations

from collections.abc import Mapping

from app.cli.answers import shown
from app.cli.call import Call
from app.cli.choosing import activity_named, named
from app.cli.connections import connections
from app.core.comparing import differing
from app.core.model import Hold, HoldReason, LedgerLine, Subject, Sync
from app.core.remote import Facts, Field
from app.core.state import Connection
from app.words import _
from app.words.ledger import ledger_sentence
from app.words.lengths import length
from app.words.limits import requests_taken
from app.words.times import shown_time


def operation_words(kind: object) -> str:
    """What is told, by the code of its write."""
    return {
        "start": _("start"),
        "stop": _("stop"),
        "adjust": _("change"),
        "create": _("new entry"),
        "edit": _("change"),
        "delete": _("deletion"),
        "answer-check": _("answer"),
    }.get(str(kind), str(kind))


def state_words(sync_word: Sync) -> str:
    """How far it got."""
    return {
        Sync.PENDING: _("waits"),
        Sync.IN_FLIGHT: _("on its way"),
        Sync.DOUBTFUL: _("not sure yet"),
        Sync.HELD: _("needs you"),
        Sync.SYNCED: _("told"),
    }[sync_word]


def field_words(field: Field) -> str:
    """A field as it is called on the command line too."""
    return {
        Field.TIME: _("time"),
        Field.ITEM: _("item"),
        Field.COMMENT: _("comment"),
        Field.ACTIVITY: _("activity"),
        Field.TAGS: _("tags"),
        Field.BILLABLE: _("billable"),
    }[field]


def reason(call: Call, subject: Subject) -> str:
    """Why it waits; nothing for what goes at any moment."""
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
        if lane.limit is not None:
            return requests_taken(subject.account, lane.limit.calls, lane.limit.seconds)
        return _("The server asked for a pause.")
    if connection is Connection.OFFLINE:
        if lane.words:
            return _("{account} is offline: {words}").format(
                account=subject.account, words=lane.words
            )
        return _("{account} is offline.").format(account=subject.account)
    return ""


def _hold_words(call: Call, hold: Hold, account: str) -> str:
    theirs = "" if hold.theirs is None else facts_words(call, hold.theirs, account)
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
            return _("{account} has an entry that may be this one: {theirs}").format(
                account=account, theirs=theirs
            )
        case HoldReason.FOREIGN_TRACK:
            return _("Another track runs at {account}: {theirs}").format(
                account=account, theirs=theirs
            )
        case HoldReason.LOCKED:
            return _("It is locked at {account}.").format(account=account)
        case HoldReason.RESTORED:
            return _(
                "It is not known whether {account} was told this; retry looks there first."
            ).format(account=account)
        case HoldReason.TWIN:
            return _("It came up late at {account}: a second copy of an entry.").format(
                account=account
            )
        case HoldReason.ECHO:
            return _("{account} shows again what it had before your last change: {theirs}").format(
                account=account, theirs=theirs
            )


def facts_words(call: Call, facts: Facts, account: str) -> str:
    """All that is said of a track or entry, on one line; what is not said is left out."""
    parts = [field_value(call, facts, field, account) for field in Field]
    return shown(", ".join(part for part in parts if part))


def field_value(call: Call, facts: Facts, field: Field, account: str) -> str:
    """What is said in one field; empty where nothing is."""
    match field:
        case Field.TIME:
            began = shown_time(facts.started_at, call.zone)
            if facts.stopped_at is None:
                return _("{start}, running").format(start=began)
            ended = shown_time(facts.stopped_at, call.zone)
            return _("{start} to {stop} ({length})").format(
                start=began,
                stop=ended[11:] if ended[:10] == began[:10] else ended,
                length=length((facts.stopped_at - facts.started_at).total_seconds()),
            )
        case Field.ITEM:
            return "" if facts.item is None else named(facts.item)
        case Field.COMMENT:
            return _("“{comment}”").format(comment=shown(facts.comment)) if facts.comment else ""
        case Field.ACTIVITY:
            return shown(activity_named(call, account, facts.activity))
        case Field.TAGS:
            return ", ".join(f"#{shown(tag)}" for tag in facts.tags)
        case Field.BILLABLE:
            words: Mapping[bool | None, str] = {True: _("billable"), False: _("not billable")}
            return words.get(facts.billable, "")


def fields_asked(call: Call, subject: Subject, hold: Hold) -> tuple[Field, ...]:
    """The fields in which the two sides of what is held differ."""
    if hold.theirs is None:
        return ()
    capabilities = call.account(subject.account).capabilities
    found = hold.fields or differing(subject.meant, hold.theirs, capabilities)
    return tuple(field for field in Field if field in found)


def ledger_words(call: Call, line: LedgerLine) -> str:
    """What happened, in a sentence."""
    if line.what == "discarded":
        return _("What was not told yet was given up.")
    return shown(ledger_sentence(line, lambda at: shown_time(at, call.zone)))
