"""`entry`, `undo`, `redo`: finished pieces of time by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from msgspec import UNSET

from app.cli.answers import Answer, CommandRefused, WordsRefused, document, lines, shown
from app.cli.call import Call
from app.cli.changes import change_said
from app.cli.choosing import (
    account_meant,
    account_named,
    activity_meant,
    activity_name,
    item_meant,
)
from app.cli.entry_words import comment_of, tags_of, title
from app.cli.ids import found
from app.cli.telling import tell
from app.core.messages import (
    Change,
    EntryAddAsked,
    EntryDeleteAsked,
    EntryEditAsked,
    RedoAsked,
    UndoAsked,
)
from app.core.model import Subject
from app.words import _
from app.words.json_shapes import row

_SHOWN_FOR = timedelta(days=400)
"""How far back an id that was shown short is looked for."""


def entry(_call: Call) -> Answer:
    """`entry` alone says nothing yet."""
    raise WordsRefused(_("Say what: entry add, entry edit or entry delete."))


def entry_add(call: Call) -> Answer:
    """Record a finished piece of time."""
    words = call.words
    started_at, stopped_at = call.time(words.start), call.time(words.stop)
    named = words.account
    account = account_meant(call, words.item) if named is None else account_named(call, named)
    change = Change(
        item=UNSET if words.item is None else item_meant(call, account, words.item),
        comment=comment_of(words.comment) or "",
        activity=activity_meant(call, account, words.activity or ""),
        tags=tags_of(words.tag) or (),
        billable=words.billable,
        started_at=started_at,
        stopped_at=stopped_at,
    )
    made = call.post(EntryAddAsked(account, change)).made
    return _changed(call, made, _("{title} is recorded."))


def entry_edit(call: Call) -> Answer:
    """Change an entry."""
    base = _entry(call)
    change = change_said(call, base.account)
    call.post(EntryEditAsked(base, change))
    return _changed(call, (base.id,), _("{title} is changed."))


def entry_delete(call: Call) -> Answer:
    """Delete an entry."""
    base = _entry(call)
    call.post(EntryDeleteAsked(base.id))
    return _changed(call, (base.id,), _("{title} is deleted."))


def undo(call: Call) -> Answer:
    """Take back the last change of an entry."""
    if not call.state.undo:
        raise CommandRefused(_("There is nothing to take back."))
    return _changed(call, call.post(UndoAsked()).made, _("{title} is as it was before."))


def redo(call: Call) -> Answer:
    """Do again what was taken back last."""
    if not call.state.redo:
        raise CommandRefused(_("There is nothing to do again."))
    return _changed(call, call.post(RedoAsked()).made, _("{title} is changed again."))


def _entry(call: Call) -> Subject:
    """The entry of an id, whole or as it was shown. Raises WordsRefused."""
    text = call.words.id.strip()
    journal = call.desk.journal
    subject = journal.subject(text) if text else None
    if subject is None and text:
        now = call.began_at
        lately = journal.entries(now - _SHOWN_FOR, now + timedelta(days=1))
        subject_id = found(text, (entry.id for entry in lately))
        subject = None if subject_id is None else journal.subject(subject_id)
    if subject is None or subject.deleted:
        raise WordsRefused(
            _("There is no entry “{id}”: see `timekept entries`.").format(id=shown(text))
        )
    return subject


def _changed(call: Call, made: Collection[str], text: str) -> Answer:
    """Tell the servers, and answer with the entry as it now is."""
    subject_id = next(iter(made))
    tell(call, {call.subject(subject_id).account})
    subject = call.subject(subject_id)
    if not call.wants_json:
        return Answer(lines(text.format(title=title(subject))))
    account = call.account(subject.account)
    name = activity_name(call, subject)
    return Answer(document(row(subject, account, name, call.desk.clock.now())))
