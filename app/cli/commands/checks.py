"""`checks`: what the user is asked, by us after an absence or by a server, and the answers."""

from __future__ import annotations

from app.cli.answers import Answer, WordsRefused, document, lines, shown, table
from app.cli.call import Call
from app.cli.entry_words import title
from app.cli.ids import found, short
from app.cli.telling import tell
from app.core.messages import AbsenceAnswered, CheckAnswered
from app.core.model import AbsenceAnswer, CheckState, Subject
from app.words import _
from app.words.json_shapes import Json, instant
from app.words.lengths import countdown, length
from app.words.times import shown_time


def checks(call: Call) -> Answer:
    """The open questions, oldest first."""
    state = call.state
    open_checks = [c for c in state.checks.values() if c.state is CheckState.OPEN]
    if call.wants_json:
        rows: list[Json] = [
            {
                "id": absence.id,
                "kind": "idle",
                "track_id": absence.subject_id,
                "from_at": instant(absence.from_at),
                "to_at": instant(absence.to_at),
                "reason": absence.reason.value,
                "answers": [answer.value for answer in AbsenceAnswer],
            }
            for absence in state.absences.values()
        ]
        rows += [
            {
                "id": check.id,
                "kind": "activity",
                "account": check.account,
                "track_id": check.subject_id or None,
                "asked_at": instant(check.asked_at),
                "until_at": instant(check.until_at),
                "answers": ["keep"],
            }
            for check in open_checks
        ]
        return Answer(document(rows))
    texts = []
    for absence in state.absences.values():
        away = _("You were away from {start} to {stop} ({length}) while {title} ran.").format(
            start=shown_time(absence.from_at, call.zone)[:16],
            stop=shown_time(absence.to_at, call.zone)[11:16],
            length=length((absence.to_at - absence.from_at).total_seconds()),
            title=_name(call, absence.subject_id),
        )
        texts.append((short(absence.id), away, "keep, discard, discard-continue"))
    for check in open_checks:
        left = (check.until_at - call.began_at).total_seconds()
        asks = _("{account} asks whether you still work on {title}; {time} left.").format(
            account=check.account, title=_name(call, check.subject_id), time=countdown(left)
        )
        texts.append((short(check.id), asks, "keep"))
    return Answer(table(texts) or lines(_("No question is open.")))


def _name(call: Call, subject_id: str) -> str:
    subject: Subject | None = call.state.subjects.get(subject_id)
    if subject is None and subject_id:
        subject = call.desk.journal.subject(subject_id)
    return _("what runs") if subject is None else title(subject)


def checks_answer(call: Call) -> Answer:
    """Answer a question."""
    state = call.state
    ids = [*state.absences, *(c.id for c in state.checks.values() if c.state is CheckState.OPEN)]
    id_ = found(call.words.id, ids)
    if id_ is None:
        there_are = _("No question “{id}” is open. Open are: {ids}.")
        text = there_are if ids else _("No question is open.")
        raise WordsRefused(
            text.format(id=shown(call.words.id), ids=", ".join(short(known) for known in ids))
        )
    answer = AbsenceAnswer(call.words.answer)
    if id_ in state.absences:
        made = call.post(AbsenceAnswered(id_, answer)).made
        tell(call, {call.subject(subject_id).account for subject_id in made})
        words = {
            AbsenceAnswer.KEEP: _("The time is kept."),
            AbsenceAnswer.DISCARD: _("The time is taken off, and the track ended there."),
            AbsenceAnswer.DISCARD_CONTINUE: _("The time is taken off, and the track goes on."),
        }
        return _answered(call, id_, answer, words[answer])
    if answer is not AbsenceAnswer.KEEP:
        raise WordsRefused(_("A server's question is answered with keep; to end the track, stop."))
    account = state.checks[id_].account
    call.post(CheckAnswered(id_))
    tell(call, {account})
    if id_ in call.state.checks:
        return _answered(call, id_, answer, _("{account} will be told.").format(account=account))
    return _answered(
        call, id_, answer, _("{account} knows that you work on.").format(account=account)
    )


def _answered(call: Call, id_: str, answer: AbsenceAnswer, sentence: str) -> Answer:
    if call.wants_json:
        return Answer(document({"id": id_, "answer": answer.value}))
    return Answer(lines(sentence))
