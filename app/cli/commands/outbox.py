"""`outbox`: what is not told to the servers yet, each one whole, and what happened."""

from __future__ import annotations

import math
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from app.cli.answers import Answer, CommandRefused, WordsRefused, document, lines, shown, table
from app.cli.call import Call
from app.cli.choosing import activity_name, activity_named
from app.cli.entry_words import title
from app.cli.ids import found, short
from app.cli.outbox_asked import answers_that_fit
from app.cli.outbox_words import (
    facts_words,
    field_value,
    field_words,
    fields_asked,
    ledger_words,
    operation_words,
    reason,
    state_words,
)
from app.cli.telling import next_try_seconds
from app.core.model import Check, CheckState, Hold, LedgerLine, Subject, Sync
from app.core.planning import sync_of
from app.words import _, ngettext
from app.words.json_shapes import Json, operation_shape
from app.words.operations import unfinished
from app.words.outbox_shapes import check_row_shape, log_shape, whole_shape
from app.words.times import shown_time

_LINES = 1000
"""So many lines of one operation's ledger are shown at most, the newest."""

_LONGEST_LOG = 10_000


def outbox(call: Call) -> Answer:
    """What is not told yet, oldest first, with its reason."""
    checks = _answered(call)
    waiting = unfinished(call.state)
    if call.wants_json:
        rows = [_row(call, subject, sync_word) for subject, sync_word in waiting]
        return Answer(document([*rows, *map(check_row_shape, checks)]))
    if not waiting and not checks:
        return Answer(lines(_("Nothing waits.")))
    said = [
        (
            short(subject.id),
            subject.account,
            operation_words(_row(call, subject, sync_word)["operation"]),
            title(subject),
            state_words(sync_word),
            shown(reason(call, subject)),
        )
        for subject, sync_word in waiting
    ]
    said += [
        (
            short(check.id),
            check.account,
            operation_words("answer-check"),
            _("that you still work"),
            state_words(Sync.PENDING),
            "",
        )
        for check in checks
    ]
    return Answer(table(said))


def _answered(call: Call) -> list[Check]:
    """The answers to servers' questions that are not told yet."""
    return [c for c in call.state.checks.values() if c.state is CheckState.ANSWERED]


def _row(call: Call, subject: Subject, sync_word: Sync) -> Json:
    seconds = next_try_seconds(call, subject)
    now = call.desk.clock.now()
    return operation_shape(
        subject,
        call.account(subject.account),
        sync_word,
        reason=reason(call, subject),
        next_at=None if seconds is None else now + timedelta(seconds=math.ceil(seconds)),
        activity=activity_name(call, subject),
        now=now,
    )


# --- one of them ---------------------------------------------------------------------------------


def outbox_show(call: Call) -> Answer:
    """Everything about one, also once it was told."""
    subject = _meant(call)
    ledger = _ledger(call, subject.id)
    if call.wants_json:
        return Answer(document(_whole(call, subject, ledger)))
    return Answer(lines(_headline(call, subject)) + _about(call, subject) + _told(call, ledger))


def _meant(call: Call) -> Subject:
    """What the id names: something that waits, else anything that is kept. Raises WordsRefused."""
    text = call.words.id
    waiting = {subject.id: subject for subject, _sync in unfinished(call.state)}
    subject_id = found(text, waiting)
    if subject_id is not None:
        return waiting[subject_id]
    kept = call.desk.journal.subject(text.strip()) if text.strip() else None
    if kept is not None:
        return kept
    raise WordsRefused(
        _("Nothing is kept under “{id}”: see `timekept outbox`.").format(id=shown(text))
    )


def _whole(call: Call, subject: Subject, ledger: list[LedgerLine]) -> Json:
    account = call.account(subject.account)
    shape = _row(call, subject, sync_of(subject, account.capabilities))
    return shape | whole_shape(
        subject,
        account.capabilities,
        ledger,
        lambda activity: activity_named(call, subject.account, activity),
    )


def _ledger(call: Call, subject_id: str) -> list[LedgerLine]:
    """What happened, the newest last."""
    return list(reversed(call.desk.journal.ledger(_LINES, subject_id)))


def _headline(call: Call, subject: Subject) -> str:
    sync_word = sync_of(subject, call.account(subject.account).capabilities)
    if sync_word is Sync.SYNCED:
        return _("{title} in {account}: all is told.").format(
            title=title(subject), account=subject.account
        )
    return _("{title} in {account}: {operation}, {state}.").format(
        title=title(subject),
        account=subject.account,
        operation=operation_words(_row(call, subject, sync_word)["operation"]),
        state=state_words(sync_word),
    )


def _about(call: Call, subject: Subject) -> str:
    row = _row(call, subject, sync_of(subject, call.account(subject.account).capabilities))
    rows = [
        (_("Id"), short(subject.id)),
        (_("Meant"), facts_words(call, subject.meant, subject.account)),
    ]
    known = subject.acknowledged
    if known is not None and known != subject.meant:
        rows.append((_("There"), facts_words(call, known, subject.account)))
    if row["reason"]:
        rows.append((_("Why"), shown(row["reason"])))
    if subject.tries:
        rows.append((_("Tries"), str(subject.tries)))
    seconds = next_try_seconds(call, subject)
    if seconds is not None:
        at = call.desk.clock.now() + timedelta(seconds=math.ceil(seconds))
        rows.append((_("Next try"), shown_time(at, call.zone)))
    hold = subject.hold
    return table(rows) + ("" if hold is None else _asked(call, subject, hold))


def _asked(call: Call, subject: Subject, hold: Hold) -> str:
    """Both sides of what is asked, or all that it may be; and what to say."""
    text = ""
    account = subject.account
    fields = () if hold.rows else fields_asked(call, subject, hold)
    if fields and hold.theirs is not None:
        rows = [("", _("here"), _("there"))]
        rows += [
            (
                field_words(field),
                field_value(call, subject.meant, field, account) or "-",
                field_value(call, hold.theirs, field, account) or "-",
            )
            for field in fields
        ]
        text += "\n" + table(rows)
    if hold.rows:
        near = [(row.remote_id, facts_words(call, row.facts, account)) for row in hold.rows]
        text += "\n" + lines(_("It may be one of these:")) + _indented(table(near))
    said = [f"timekept outbox {words}" for words in answers_that_fit(call, subject, hold)]
    return text + "\n" + lines(_("What you can say:")) + _indented(lines(*said))


def _told(call: Call, ledger: list[LedgerLine]) -> str:
    rows = [(shown_time(line.at, call.zone), ledger_words(call, line)) for line in ledger]
    return "\n" + lines(_("What happened:")) + _indented(table(rows)) if rows else ""


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


# --- all of them ---------------------------------------------------------------------------------


def outbox_export(call: Call) -> Answer:
    """All that waits, with what would be sent and what happened; to standard output or a file."""
    shapes = [
        _whole(call, subject, _ledger(call, subject.id))
        for subject, _sync in unfinished(call.state)
    ]
    shapes += [check_row_shape(check) for check in _answered(call)]
    if call.words.file is None:
        return Answer(document(shapes))
    path = Path(call.words.file)
    _write(path, document(shapes))
    if call.wants_json:
        return Answer(document({"file": str(path), "count": len(shapes)}))
    text = ngettext(
        "{count} change is written to {path}.",
        "{count} changes are written to {path}.",
        len(shapes),
    )
    return Answer(lines(text.format(count=len(shapes), path=shown(str(path)))))


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all, for the user alone. Raises CommandRefused."""
    if not path.is_absolute():
        # The running app has a folder of its own: `client` says where the file is meant.
        raise WordsRefused(_("“{path}” is no file’s name.").format(path=shown(str(path))))
    beside = path.with_name(f".{path.name[:100]}.{uuid4().hex[:8]}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(text.encode("utf-8", "replace"))
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandRefused(
            _("{path} could not be written: {reason}. Choose another place.").format(
                path=shown(str(path)), reason=error.strerror or error
            )
        ) from None


def outbox_log(call: Call) -> Answer:
    """The newest lines of the ledger, the newest last."""
    count = call.words.count
    if not (count.isascii() and count.isdigit() and 0 < int(count) <= _LONGEST_LOG):
        raise WordsRefused(
            _("-n takes a whole number from 1 to {most}, not “{word}”.").format(
                most=_LONGEST_LOG, word=shown(count)
            )
        )
    ledger = list(reversed(call.desk.journal.ledger(int(count))))
    if call.wants_json:
        return Answer(document([log_shape(line) for line in ledger]))
    if not ledger:
        return Answer(lines(_("Nothing has happened yet.")))
    titles: dict[str, str] = {}
    rows = []
    for line in ledger:
        if line.subject_id not in titles:
            subject = call.desk.journal.subject(line.subject_id) if line.subject_id else None
            titles[line.subject_id] = "" if subject is None else title(subject)
        rows.append(
            (
                shown_time(line.at, call.zone),
                line.account,
                short(line.subject_id),
                titles[line.subject_id],
                ledger_words(call, line),
            )
        )
    return Answer(table(rows))
