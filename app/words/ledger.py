"""Words the ledger for people: what happened and why, a sentence for each line; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.core.model import LedgerLine
from app.words import _

MENDABLE = frozenset({"refused", "conflict", "near-match", "foreign-track-runs", "gone-with-edits"})
"""The lines after which the user is needed."""


def ledger_sentence(line: LedgerLine, moment: Callable[[datetime], str]) -> str:
    """What a line says; `moment` words an instant. A code without words stands as it is."""
    facts = {name: _plain(value, moment) for name, value in line.detail.items()}
    kind = line.detail.get("write", "")
    if line.what == "found" and line.detail.get("by") == "words":
        kind = "words"
    if line.what in ("accepted", "found", "told", "concluded-lost"):
        sentence = _of_write(line.what).get(kind) or _of_write(line.what)[""]
    else:
        known = _sentences().get(line.what)
        if known is None:
            return f"{line.what}: {', '.join(facts.values())}" if facts else line.what
        with_words, without = known
        sentence = with_words if facts.get(_fact_of(with_words), "") else without
    said = sentence.format_map(_Facts(facts, account=line.account))
    if "next_at" not in facts:
        return said
    return _("{sentence} Not before {time}.").format(sentence=said, time=facts["next_at"])


class _Facts(dict[str, str]):
    """Facts by name; one that the line does not have is left out rather than wrong."""

    def __missing__(self, name: str) -> str:
        return "–"


def _fact_of(sentence: str) -> str:
    """The first fact that a sentence names, the account aside."""
    names = (part.partition("}")[0] for part in sentence.split("{")[1:])
    return next((name for name in names if name != "account"), "")


def _plain(value: str, moment: Callable[[datetime], str]) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment(at) if at.tzinfo is not None else value


def _of_write(what: str) -> dict[str, str]:
    return {
        "told": {
            "start": _("The start was sent to {account}."),
            "stop": _("The stop was sent to {account}."),
            "delete": _("The deletion was sent to {account}."),
            "create": _("The entry was sent to {account}."),
            "": _("The change was sent to {account}."),
        },
        "accepted": {
            "start": _("{account} took the start."),
            "stop": _("{account} took the stop."),
            "delete": _("{account} deleted it."),
            "create": _("{account} took the entry."),
            "": _("{account} took the change."),
        },
        "found": {
            "": _("It was found at {account}: it had arrived, and is not sent again."),
            "words": _(
                "A track with this item and comment was found at {account} and taken for this one."
                " If it is not yours, say so."
            ),
        },
        "concluded-lost": {
            "": _("It was looked for at {account} and is not there: it may be sent again."),
        },
    }[what]


def _sentences() -> dict[str, tuple[str, str]]:
    """For each code the sentence with its fact, and the one where the line does not have it."""

    def plain(sentence: str) -> tuple[str, str]:
        return sentence, sentence

    return {
        "added": plain(_("It was written down here.")),
        "started": (_("It was started, from {started_at}."), _("It was started.")),
        "stopped": (_("It was stopped at {stopped_at}."), _("It was stopped.")),
        "adjusted": plain(_("It was changed here while it ran.")),
        "edited": plain(_("It was changed here.")),
        "delete-asked": plain(_("It was deleted here.")),
        "undone": plain(_("A change was taken back, or made again.")),
        "asked-again": plain(_("Your answer was taken back, so it is asked again.")),
        "retried": plain(_("It was let go again as it is.")),
        "mended": plain(_("It was mended and let go again.")),
        "discarded": plain(_("What was not told yet was given up; Ctrl+Z brings it back.")),
        "refused": (
            _("{account} refused it: “{words}” It is kept here and waits for you."),
            _("{account} refused it. It is kept here and waits for you."),
        ),
        "refused-together": (
            _("{account} refused it together with others: “{words}” It is sent by itself next."),
            _("{account} refused it together with others. It is sent by itself next."),
        ),
        "not-sent": plain(_("It could not be sent: {account} did not answer. It is tried again.")),
        "doubtful": (
            _("No answer came back ({words}). It is looked for before it is sent again."),
            _("No answer came back. It is looked for before it is sent again."),
        ),
        "throttled": (
            _("{account} asked for a pause of {seconds} s. It goes on after that."),
            _("{account} asked for a pause. It goes on after that."),
        ),
        "limit-kept": (
            _("Nothing goes to {account} for {seconds} s, so as to keep to its limits."),
            _("Nothing goes to {account} for now, so as to keep to its limits."),
        ),
        "sign-in-required": plain(_("{account} wants a sign-in. It is kept here until then.")),
        "near-match": plain(
            _("{account} has an entry that may be this one. It waits for your answer.")
        ),
        "match-ours": plain(_("You said which entry at {account} is this one.")),
        "not-mine": plain(
            _("You said that the track found at {account} is not this one. This one is told anew.")
        ),
        "match-none": plain(_("You said that none of the entries at {account} is this one.")),
        "foreign-track-runs": plain(
            _("Another track runs at {account}. It waits for your answer.")
        ),
        "ours-ended": plain(_("You said that this track ended when the other began.")),
        "theirs-ended": plain(_("You said that the other track at {account} ends.")),
        "conflict": plain(_("It was changed here and at {account}. It waits for your answer.")),
        "echo": plain(
            _("{account} shows again what it had before the last change. It waits for your answer.")
        ),
        "conflict-answered": (
            _("You chose a side for each field; theirs: {theirs}."),
            _("You chose what you had here for each field."),
        ),
        "changed-elsewhere": plain(_("It was changed at {account}, and the change was taken.")),
        "adopted": plain(_("It was found at {account}, made by another device.")),
        "started-elsewhere": plain(_("It was started by another device.")),
        "taken-back": plain(_("It proved to be one of yours that had arrived, not another one.")),
        "came-up-late": plain(
            _("It came up late at {account}: it had arrived, and is not sent again.")
        ),
        "twin-asked": plain(
            _("A second copy came up late at {account}. It waits for your answer.")
        ),
        "twin-kept": plain(_("You kept the second copy as an entry of its own.")),
        "twin-taken-back": plain(_("The second copy is taken back at {account}.")),
        "deleted": plain(_("It is deleted at {account}.")),
        "gone-elsewhere": plain(_("It was deleted at {account} by another device.")),
        "gone-with-edits": plain(
            _("It was deleted at {account}, but changed here. It waits for your answer.")
        ),
        "gone-late": plain(
            _("A deletion that you had taken back arrived late at {account}. It waits for you.")
        ),
        "clock-set": (
            _("The computer’s clock was set: the start was moved by {seconds} s, the length kept."),
            _("The computer’s clock was set: the start was moved, the length kept."),
        ),
        "absence": (_("You were away from {from_at} on."), _("You were away.")),
        "absence-answered": plain(_("You said what to do with the time away.")),
        "check-asked": (
            _(
                "{account} asked whether you are still working; without an answer it stops at"
                " {until_at}."
            ),
            _("{account} asked whether you are still working."),
        ),
        "check-answered": plain(_("You said that you are still working.")),
        "check-refused": (
            _("{account} did not take the answer: “{words}”"),
            _("{account} did not take the answer."),
        ),
        "check-gone": plain(_("{account} does not ask any more whether you are still working.")),
        "online": plain(_("{account} answers again.")),
        "offline": (_("{account} went offline: {words}"), _("{account} went offline.")),
        "account-added": plain(_("The account {account} was set up.")),
        "account-removed": plain(_("The account {account} was taken away.")),
        "signed-in": plain(_("You signed in to {account}.")),
    }
