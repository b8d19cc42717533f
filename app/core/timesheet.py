"""Finished entries by hand: add, edit, delete; and the titles of their items."""

from __future__ import annotations

from datetime import timedelta

from msgspec import UNSET
from msgspec.structs import replace

from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.messages import AdjustAsked, EntryAddAsked, EntryEditAsked, ItemsNamed
from app.core.model import HoldReason, Subject
from app.core.remote import Facts
from app.core.tracking import adjust, changed_facts, mended

LONGEST = timedelta(days=31)


def add(draft: Draft, asked: EntryAddAsked) -> Refusal | None:
    """Record a finished piece of time."""
    if asked.account not in draft.state.accounts:
        return Refusal(RefusalCode.UNKNOWN_ACCOUNT, names=tuple(draft.state.accounts))
    started_at, stopped_at = asked.change.started_at, asked.change.stopped_at
    if started_at is UNSET or stopped_at is UNSET:
        return Refusal(RefusalCode.NO_TIMES)
    blank = Facts(
        started_at=draft.stamp.now,
        stopped_at=stopped_at,
        zone=draft.stamp.zone,
        offset_minutes=draft.stamp.offset_minutes,
    )
    meant = changed_facts(blank, asked.change)
    refusal = _refuse_times(draft, meant)
    if refusal is not None:
        return refusal
    subject = Subject(id=draft.new_id(), account=asked.account, meant=meant)
    draft.remember(replace(subject, deleted=True))
    draft.intend(subject)
    draft.note(asked.account, subject.id, "added")
    return None


def edit(draft: Draft, asked: EntryEditAsked) -> Refusal | None:
    """Change an entry; only the fields that the user set, on the entry as it is now."""
    current = find(draft, asked.base.id, asked.known)
    if current is None or current.deleted:
        return Refusal(RefusalCode.UNKNOWN_ENTRY)
    if current.runs:
        if current.id != draft.state.running:
            return Refusal(RefusalCode.ENTRY_RUNS, current)
        return adjust(draft, AdjustAsked(asked.change, asked.known))
    if not current.editable:
        return Refusal(RefusalCode.LOCKED, current)
    meant = changed_facts(current.meant, asked.change)
    if meant == current.meant:
        draft.made(current.id)
        return None
    refusal = _refuse_times(draft, meant)
    if refusal is not None:
        return refusal
    draft.remember(current)
    draft.intend(mended(replace(current, meant=meant)))
    draft.note(current.account, current.id, "edited")
    return None


def delete(draft: Draft, subject_id: str, known: tuple[Subject, ...]) -> Refusal | None:
    """Delete an entry; it stays in the journal, so that it can come back."""
    current = find(draft, subject_id, known)
    if current is None or current.deleted:
        return Refusal(RefusalCode.UNKNOWN_ENTRY)
    if current.runs:
        return Refusal(RefusalCode.ENTRY_RUNS, current)
    if not current.editable:
        return Refusal(RefusalCode.LOCKED, current)
    draft.remember(current)
    gone = mended(replace(current, deleted=True))
    if gone.hold is not None and gone.hold.reason is HoldReason.TWIN:
        # Deleting the copy says what is to become of it.
        gone = replace(gone, hold=None)
    draft.intend(gone)
    draft.note(current.account, current.id, "delete-asked")
    return None


def name_items(draft: Draft, named: ItemsNamed) -> None:
    """Give subjects the titles of their items; a title is for the eye and is never told."""
    items = {item.id: item for item in named.items if item.title}
    live = [subject.id for subject in draft.all_of(named.account)]
    for subject_id in dict.fromkeys([*live, *(subject.id for subject in named.known)]):
        subject = find(draft, subject_id, named.known)
        if subject is None or subject.meant.item is None or subject.meant.item.title:
            continue
        item = items.get(subject.meant.item.id)
        if item is not None:
            draft.put(replace(subject, meant=replace(subject.meant, item=item)))


def find(draft: Draft, subject_id: str, known: tuple[Subject, ...]) -> Subject | None:
    """The subject as it is now: live, or as stored."""
    live = draft.subjects.get(subject_id)
    if live is not None:
        return live
    return next((subject for subject in known if subject.id == subject_id), None)


def _refuse_times(draft: Draft, meant: Facts) -> Refusal | None:
    stopped_at = meant.stopped_at
    if stopped_at is None or stopped_at <= meant.started_at:
        return Refusal(RefusalCode.STOP_BEFORE_START, at=meant.started_at)
    if stopped_at > draft.stamp.now:
        return Refusal(RefusalCode.IN_FUTURE, at=stopped_at)
    if stopped_at - meant.started_at > LONGEST:
        return Refusal(RefusalCode.TOO_LONG, at=meant.started_at)
    return None
