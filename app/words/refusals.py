"""Words the core's refusals: a whole sentence each, what, where and what to do; knows no Qt."""

from __future__ import annotations

from datetime import tzinfo

from app.core.decision import Refusal, RefusalCode
from app.core.model import Subject
from app.words import _, ngettext
from app.words.times import shown_time

_LONGEST_NAME = 60


def refusal_sentence(refusal: Refusal, zone: tzinfo) -> str:
    """The sentence for the user; moments are in the user's zone."""
    at = "" if refusal.at is None else shown_time(refusal.at, zone)
    name = _name_of(refusal.subject)
    names = ", ".join(refusal.names)
    match refusal.code:
        case RefusalCode.ACCOUNT_HAS_UNSENT:
            return ngettext(
                "The account {names} has {count} change that is not told yet. Sync first, or"
                " discard it in the outbox.",
                "The account {names} has {count} changes that are not told yet. Sync first, or"
                " discard them in the outbox.",
                refusal.count,
            ).format(names=names, count=refusal.count)
        case RefusalCode.OTHERS_DEPEND:
            return ngettext(
                "{count} other change waits for this one: “{name}”. Discard that one first, or"
                " let this one be told.",
                "{count} other changes wait for this one, first “{name}”. Discard those first, or"
                " let this one be told.",
                refusal.count,
            ).format(count=refusal.count, name=name)
        case RefusalCode.UNKNOWN_ACCOUNT:
            return _("There is no such account. There are: {names}.").format(names=names)
        case code:
            return _sentences()[code].format(at=at, name=name, names=names)


def _name_of(subject: Subject | None) -> str:
    """What the entry is called; other people's words, so one line of them and no more than fits."""
    name = ""
    if subject is not None:
        item = subject.meant.item
        name = (item.title or item.id) if item is not None else subject.meant.comment
    name = " ".join(name.split()) or _("Without a name")
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _sentences() -> dict[RefusalCode, str]:
    return {
        RefusalCode.NOTHING_RUNS: _("Nothing is running. Start a track first."),
        RefusalCode.NOTHING_TO_CONTINUE: _("There is no track to continue yet. Start one first."),
        RefusalCode.IN_FUTURE: _("{at} lies in the future. Choose a time up to now."),
        RefusalCode.BEFORE_PREVIOUS: _(
            "“{name}” began at {at}: a track can't begin before that. Choose a later time."
        ),
        RefusalCode.OVERLAPS: _(
            "It would overlap “{name}”, which ends at {at}. Choose that time or a later one."
        ),
        RefusalCode.STOP_BEFORE_START: _("The stop must come after the start, {at}."),
        RefusalCode.TOO_LONG: _("An entry can't be longer than 31 days. Check start and stop."),
        RefusalCode.NO_TIMES: _("An entry needs a start and a stop."),
        RefusalCode.ACCOUNT_EXISTS: _(
            "There is an account named {names} already. Choose another name."
        ),
        RefusalCode.UNKNOWN_ENTRY: _("There is no such entry any more."),
        RefusalCode.ENTRY_RUNS: _("“{name}” is running. Stop it first."),
        RefusalCode.LOCKED: _("“{name}” is locked at the server, so it can't be changed."),
        RefusalCode.UNKNOWN_ABSENCE: _("This absence was answered already."),
        RefusalCode.UNKNOWN_CHECK: _("This check is not open any more."),
        RefusalCode.UNKNOWN_OPERATION: _("Nothing waits under this id."),
        RefusalCode.IN_FLIGHT: _("“{name}” is being told right now. Wait for the answer first."),
        RefusalCode.NOT_HELD: _("“{name}” is not held: it goes by itself."),
        RefusalCode.NOTHING_TO_UNDO: _("There is nothing to undo or redo."),
        RefusalCode.OTHER_QUESTION: _(
            "“{name}” is not held for this. Look at what is asked about it in the outbox."
        ),
    }
