"""`outbox retry`, `mend`, `answer`, `discard`: what the user says to what waits or is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.cli.answers import Answer, CommandRefused, Status, WordsRefused, document, lines, shown
from app.cli.call import Call
from app.cli.changes import change_said
from app.cli.choosing import activity_name
from app.cli.entry_words import title
from app.cli.ids import found, short
from app.cli.outbox_asked import what_fits
from app.cli.outbox_words import field_words, fields_asked, reason
from app.cli.telling import tell_one
from app.core.messages import (
    ConflictAnswered,
    DiscardAsked,
    ForeignAnswered,
    MatchAnswered,
    MendAsked,
    Message,
    RetryAsked,
    TwinAnswered,
)
from app.core.model import CheckState, Hold, HoldReason, Side, Subject
from app.core.remote import Field
from app.words import _
from app.words.json_shapes import row
from app.words.operations import unfinished


def outbox_retry(call: Call) -> Answer:
    """Let a held operation go again."""
    subject = _waiting(call)
    call.post(RetryAsked(subject.id))
    return _went(call, subject.id, _("{title} goes again."))


def outbox_mend(call: Call) -> Answer:
    """Change what is held, and let it go again."""
    subject, _hold = _held(call)
    if subject.runs and call.words.stop is not None:
        raise WordsRefused(
            _("{title} is running: end it with `timekept stop --at TIME`.").format(
                title=title(subject)
            )
        )
    change = change_said(call, subject.account)
    call.post(MendAsked(subject.id, change))
    return _went(call, subject.id, _("{title} is changed and goes again."))


def outbox_discard(call: Call) -> Answer:
    """Give up what is untold of an entry: back to what the server holds, or gone."""
    subject = _waiting(call)
    call.post(DiscardAsked(subject.id))
    text = _("{title} is as the server has it again.")
    if subject.hold is not None and subject.hold.reason is HoldReason.GONE:
        text = _("{title} is gone here too, as at {account}.")
    elif subject.attempt is not None:
        text = _("{title} is given up here; what {account} has stays there.")
    elif call.subject(subject.id).deleted:
        text = _("{title} is gone; it had never been told.")
    call.notes.append(_("`timekept undo` brings it back."))
    return _went(call, subject.id, text)


# --- answers -------------------------------------------------------------------------------------


def outbox_answer(call: Call) -> Answer:
    """Answer what is asked about one. Words that do not fit its question change nothing."""
    subject, hold = _held(call)
    said = _said(call)
    asks = _ASKS.get(hold.reason)
    if asks is None or not said or not said <= asks.words or len(said) > 1:
        raise WordsRefused(what_fits(call, subject, hold))
    meaning = asks.answer(call, subject, hold)
    call.post(meaning.message)
    return _went(call, subject.id, meaning.text, meaning.fields)


class _Meaning(NamedTuple):
    """What an answer means: the message, the sentence once it is done, the fields it speaks of."""

    message: Message
    text: str
    fields: str = ""


class _Ask(NamedTuple):
    """A kind of question: the words that answer it, and what they mean."""

    words: set[str]
    answer: Callable[[Call, Subject, Hold], _Meaning]


def _said(call: Call) -> set[str]:
    """The answers that were given, by the names of their options."""
    words = call.words
    flags = {name for name in ("ours", "not_mine", "take_back", "keep") if getattr(words, name)}
    values = {name for name in ("theirs", "mine", "end") if getattr(words, name) is not None}
    return flags | values


def _conflict(call: Call, subject: Subject, hold: Hold) -> _Meaning:
    if call.words.ours:
        return _Meaning(
            ConflictAnswered(subject.id, frozenset()), _("{title} stays as you have it.")
        )
    asked = fields_asked(call, subject, hold)
    fields = {field for field in asked if field.value in call.words.theirs}
    if "" in call.words.theirs:
        fields = set(asked)
    elif wrong := [name for name in call.words.theirs if name not in set(fields)]:
        raise WordsRefused(
            _("“{field}” is the same on both sides. {fits}").format(
                field=shown(wrong[0]), fits=what_fits(call, subject, hold)
            )
        )
    names = ", ".join(field_words(field) for field in Field if field in fields)
    text = _("{title} takes from {account}: {fields}.")
    return _Meaning(ConflictAnswered(subject.id, frozenset(fields)), text, names)


def _match(call: Call, subject: Subject, hold: Hold) -> _Meaning:
    if call.words.not_mine:
        text = _("{title} is none of those: it is told as an entry of its own.")
        return _Meaning(MatchAnswered(subject.id, None), text)
    only = len(hold.remote_ids) == 1 and not call.words.mine
    remote_id = hold.remote_ids[0] if only else found(call.words.mine, hold.remote_ids)
    if remote_id is None:
        raise WordsRefused(what_fits(call, subject, hold))
    text = _("{title} is the one that {account} has.")
    return _Meaning(MatchAnswered(subject.id, remote_id), text)


def _foreign(call: Call, subject: Subject, _hold: Hold) -> _Meaning:
    ends = Side(call.words.end)
    text = _("{title} goes on, and the other track ends.")
    if ends is Side.OURS:
        text = _("{title} ended when the other track began.")
    return _Meaning(ForeignAnswered(subject.id, ends), text)


def _twin(call: Call, subject: Subject, _hold: Hold) -> _Meaning:
    text = _("{title} is kept as an entry of its own.")
    if call.words.take_back:
        text = _("{title} is taken back as a second copy.")
    return _Meaning(TwinAnswered(subject.id, call.words.take_back), text)


_TWO_SIDES = _Ask({"ours", "theirs"}, _conflict)
_ASKS = {
    HoldReason.CONFLICT: _TWO_SIDES,
    HoldReason.ECHO: _TWO_SIDES,
    HoldReason.NEAR_MATCH: _Ask({"mine", "not_mine"}, _match),
    HoldReason.FOREIGN_TRACK: _Ask({"end"}, _foreign),
    HoldReason.TWIN: _Ask({"take_back", "keep"}, _twin),
}


# --- what all of them share ----------------------------------------------------------------------


def _went(call: Call, subject_id: str, text: str, fields: str = "") -> Answer:
    """What came of it: the row for programs, and 4 with the reason if the user is needed again."""
    tell_one(call, subject_id)
    subject = call.subject(subject_id)
    status = Status.DONE
    out = lines(text.format(title=title(subject), account=subject.account, fields=fields))
    if subject.hold is not None:
        status = Status.NEEDS_USER
        call.notes.append(
            _("{title} needs you again, and is kept as you mean it: {reason}").format(
                title=title(subject), reason=shown(reason(call, subject))
            )
        )
        out = ""
    if call.wants_json:
        account = call.account(subject.account)
        now = call.desk.clock.now()
        out = document(row(subject, account, activity_name(call, subject), now))
    return Answer(out, status=status)


def _held(call: Call) -> tuple[Subject, Hold]:
    """What the id names, with what is asked about it. Raises CommandRefused."""
    subject = _waiting(call)
    if subject.hold is not None:
        return subject, subject.hold
    text = _("{title} is not held: it goes by itself.")
    if subject.attempt is not None and subject.attempt.noticed is None:
        text = _("{title} is being told right now. Wait for the answer first.")
    raise CommandRefused(text.format(title=title(subject)))


def _waiting(call: Call) -> Subject:
    """What waits under the id. Raises WordsRefused."""
    text = call.words.id
    waiting = {subject.id: subject for subject, _sync in unfinished(call.state)}
    subject_id = found(text, waiting)
    if subject_id is not None:
        return waiting[subject_id]
    answered = [c.id for c in call.state.checks.values() if c.state is CheckState.ANSWERED]
    if found(text, answered) is not None:
        raise WordsRefused(_("This is an answer to a server’s question: it goes by itself."))
    if not waiting:
        raise WordsRefused(_("Nothing waits."))
    raise WordsRefused(
        _("No change waits under “{id}”. There are: {ids}.").format(
            id=shown(text), ids=", ".join(short(id_) for id_ in waiting)
        )
    )
