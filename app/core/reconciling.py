"""Reconciling: what the server shows against what we hold, merged field by field."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.comparing import as_ours, carry, differing, value
from app.core.draft import Draft
from app.core.echoes import echo_of, late_deletion
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Capabilities, Facts, Field, RemoteRow
from app.core.state import LastTrack
from app.core.timekeeping import earliest_stop

TWO_VERSIONS = frozenset({HoldReason.CONFLICT, HoldReason.ECHO})
"""Questions about fields that both sides have: ours in the subject, theirs in the hold."""


def merge(draft: Draft, subject: Subject, row: RemoteRow) -> Subject:
    """Take in the server's row of a subject that has no attempt open; saves only what changed."""
    capabilities = draft.capabilities(subject.account)
    base = subject.acknowledged or subject.meant
    ours = subject.meant
    theirs = _localised(as_ours(row.facts, ours, capabilities), ours, capabilities)
    echoed = echo_of(draft, subject, row)
    take: set[Field] = set()
    conflict: set[Field] = set()
    for field in capabilities.tellable:
        b, t, o = (value(facts, field, capabilities) for facts in (base, theirs, ours))
        if t in (b, o):
            continue
        if field is Field.TIME and not subject.time_told:
            if theirs.stopped_at is not None and ours.stopped_at is None:
                # Stopped elsewhere: our true start stays, the end is theirs.
                stopped_at = max(theirs.stopped_at, earliest_stop(ours.started_at))
                ours = replace(ours, stopped_at=stopped_at)
        elif field not in echoed and (o == b or (field is Field.BILLABLE and o is None)):
            take.add(field)
        else:
            conflict.add(field)
    meant = carry(ours, theirs, frozenset(take))
    if meant.item is not None and theirs.item is not None and meant.item.id == theirs.item.id:
        meant = replace(meant, item=theirs.item if theirs.item.title else meant.item)
    told = subject.time_told or theirs.stopped_at is not None
    merged = replace(
        subject,
        meant=meant,
        acknowledged=theirs,
        remote_id=row.remote_id,
        revision=row.revision,
        editable=row.editable,
        time_told=told,
        lost=(),
    )
    held = subject.hold
    if held is not None and held.reason in TWO_VERSIONS:
        changed = differing(base, theirs, capabilities) | differing(theirs, base, capabilities)
        merged = replace(merged, hold=_renewed(held, theirs, changed, frozenset(conflict)))
    elif conflict and not merged.deleted and (held is None or echoed):
        reason = HoldReason.ECHO if echoed else HoldReason.CONFLICT
        hold = Hold(reason, draft.stamp.now, theirs=theirs, fields=frozenset(conflict))
        merged = replace(merged, hold=hold)
        draft.note(subject.account, subject.id, reason, fields=", ".join(sorted(conflict)))
    if merged == subject:
        return subject
    if take or (meant.stopped_at is not None and subject.meant.stopped_at is None):
        draft.note(subject.account, subject.id, "changed-elsewhere", fields=", ".join(sorted(take)))
    merged = draft.put(merged)
    if draft.state.running == merged.id and not merged.runs:
        end_current(draft, merged)
    return merged


def _renewed(
    hold: Hold, theirs: Facts, changed: frozenset[Field], conflict: frozenset[Field]
) -> Hold | None:
    """The question with what they have by now; None once both say the same."""
    fields = (hold.fields - changed) | conflict
    if not fields:
        return None
    return replace(hold, theirs=carry(hold.theirs or theirs, theirs, changed), fields=fields)


def _localised(theirs: Facts, ours: Facts, capabilities: Capabilities) -> Facts:
    """Their row with what the server does not keep filled in from ours."""
    return carry(theirs, ours, frozenset(Field) - capabilities.tellable)


def end_current(draft: Draft, subject: Subject) -> None:
    """The current track is over: remember it for `continue`."""
    facts = subject.meant
    draft.set(
        running=None,
        last=LastTrack(
            account=subject.account,
            item=facts.item,
            comment=facts.comment,
            activity=facts.activity,
            tags=facts.tags,
            billable=facts.billable,
            started_at=facts.started_at,
            stopped_at=facts.stopped_at,
        ),
    )


def gone(draft: Draft, subject: Subject) -> None:
    """The server does not have the subject's row any more."""
    capabilities = draft.capabilities(subject.account)
    nothing = replace(
        subject, acknowledged=None, remote_id=None, revision="", time_told=True, hold=None
    )
    if subject.deleted:
        draft.note(subject.account, subject.id, "deleted")
        draft.put(nothing)
        return
    echo = late_deletion(draft, subject)
    if echo or _untold(subject, capabilities):
        hold = Hold(HoldReason.GONE, draft.stamp.now, theirs=None)
        draft.note(subject.account, subject.id, "gone-late" if echo else "gone-with-edits")
        draft.put(replace(nothing, hold=hold))
        return
    draft.note(subject.account, subject.id, "gone-elsewhere")
    ended = replace(nothing, anchor=None)
    if ended.meant.stopped_at is None:
        stopped_at = max(draft.stamp.now, earliest_stop(ended.meant.started_at))
        ended = replace(ended, meant=replace(ended.meant, stopped_at=stopped_at))
    if not ended.from_elsewhere:
        draft.remember(ended)
    ended = draft.put(replace(ended, deleted=True))
    if draft.state.running == subject.id:
        end_current(draft, ended)


def _untold(subject: Subject, capabilities: Capabilities) -> bool:
    """Whether the server was not told all that the user said of the subject.

    Times of the server's own making differ without anybody's edit; an untold stop is one.
    """
    known = subject.acknowledged or subject.meant
    if known.stopped_at is None and subject.meant.stopped_at is not None:
        return True
    fields = differing(subject.meant, known, capabilities)
    return bool(fields if subject.time_told else fields - {Field.TIME})
