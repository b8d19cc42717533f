"""Turns open absences and server checks into questions with ready-made answers; knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core.model import Absence, AwayReason, Check, CheckState, Subject
from app.core.state import AppState
from app.ui.naming import title_of
from app.ui.prompt_views import AnswerView, PromptMark, PromptView, StripView
from app.words import _, ngettext
from app.words.lengths import length

ClockTime = Callable[[datetime], str]
"""Words an instant as the user's locale writes the time of day."""

SHOWN_AFTER_FOR = timedelta(minutes=6)
"""How much of what goes on after an absence the picture shows; what it is longer than does not
matter for the answer.
"""

_MARKS: dict[AwayReason, PromptMark] = {
    AwayReason.IDLE: "moon",
    AwayReason.LOCKED: "padlock",
    AwayReason.SUSPENDED: "clock",
}


def prompts(state: AppState, now: datetime, clock_time: ClockTime) -> tuple[PromptView, ...]:
    """Every open question, what has a deadline first: checks, then absences from the oldest on.

    A check that was answered, or whose time is up by `now` (an aware UTC datetime), is none. The
    numbers of an absence are those it was recorded with: they do not change while it is shown.
    """
    checks = sorted(state.checks.values(), key=lambda check: check.until_at)
    absences = sorted(state.absences.values(), key=lambda absence: absence.from_at)
    return (
        *(
            _check(state, check, clock_time)
            for check in checks
            if check.state is CheckState.OPEN and check.until_at > now
        ),
        *(_absence(state, it, now, clock_time) for it in absences if it.answer is None),
    )


def _check(state: AppState, check: Check, clock_time: ClockTime) -> PromptView:
    subject = state.subjects.get(check.subject_id)
    if subject is None:
        title = _("Are you still working?")
        stays = _("The track runs on.")
    else:
        named = title_of(subject.meant.item, subject.meant.comment)
        title = _("Are you still working on “{title}”?").format(title=named)
        since = clock_time(subject.meant.started_at)
        stays = _("The track runs on since {time}.").format(time=since)
    answers = [AnswerView("yes", _("Yes, go on"), stays, _("Go on"))]
    # Stopping ends what runs here: it is offered only where that is what the server asks about.
    if subject is not None and subject.id == state.running:
        ends = _("{title} ends now.").format(title=named)
        answers.append(AnswerView("no", _("No, stop it now"), ends, _("Stop now")))
    return PromptView(
        id=check.id,
        kind="check",
        window_title=_("Activity check"),
        mark="question",
        title=title,
        text=_("{account} asks. Without an answer it stops the track at {time}.").format(
            account=check.account, time=clock_time(check.until_at)
        ),
        answers=tuple(answers),
        asked_at=check.asked_at,
        until_at=check.until_at,
    )


def _absence(state: AppState, it: Absence, now: datetime, clock_time: ClockTime) -> PromptView:
    subject = state.subjects.get(it.subject_id)
    away = length((it.to_at - it.from_at).total_seconds())
    return PromptView(
        id=it.id,
        kind="absence",
        window_title=_("You were away"),
        mark=_MARKS[it.reason],
        title=_title(it, away, now),
        text=" ".join((_span(it, clock_time), _ran(subject, it))),
        answers=_answers(subject, it, away, clock_time),
        undoable=True,
        strip=None if subject is None else _strip(subject, it, away, clock_time),
    )


def _title(it: Absence, away: str, now: datetime) -> str:
    """The question; of another day it says which, since clock times alone would mislead."""
    days = (now.astimezone().date() - it.to_at.astimezone().date()).days
    if days < 1:
        return _("You were away for {length}.").format(length=away)
    if days == 1:
        return _("Yesterday you were away for {length}.").format(length=away)
    return ngettext(
        "{count} day ago you were away for {length}.",
        "{count} days ago you were away for {length}.",
        days,
    ).format(count=days, length=away)


def _span(it: Absence, clock_time: ClockTime) -> str:
    sentences = {
        AwayReason.IDLE: _("From {start} to {end}, without input."),
        AwayReason.LOCKED: _("From {start} to {end}, screen locked."),
        AwayReason.SUSPENDED: _("From {start} to {end}, computer asleep."),
    }
    return sentences[it.reason].format(start=clock_time(it.from_at), end=clock_time(it.to_at))


def _ran(subject: Subject | None, it: Absence) -> str:
    if subject is None:
        return _("The track kept running.")
    named = title_of(subject.meant.item, subject.meant.comment)
    stopped_at = subject.meant.stopped_at
    if stopped_at is not None and stopped_at <= it.from_at:
        return _("“{title}” had ended before.").format(title=named)
    return _("“{title}” kept running.").format(title=named)


def _answers(
    subject: Subject | None, it: Absence, away: str, clock_time: ClockTime
) -> tuple[AnswerView, ...]:
    """What each answer makes of the track; an answer that would be the same as another is left
    out, as what follows from the core's own rule.
    """
    if subject is None:
        return _answers_unknown(it, away, clock_time)
    named = title_of(subject.meant.item, subject.meant.comment)
    stopped_at = subject.meant.stopped_at
    if stopped_at is not None and stopped_at <= it.from_at:
        stays = _("{title} ended at {time}; nothing is to be taken off.").format(
            title=named, time=clock_time(stopped_at)
        )
        return (AnswerView("keep", _("Leave it as it is"), stays, _("Leave it")),)
    keeps = _("{length} stays on {title}, which goes on.")
    if stopped_at is not None:
        keeps = _("{length} stays on {title}.")
    ends = _ends(subject, it, named, clock_time)
    answers = [
        AnswerView(
            "keep",
            _("Keep the time"),
            keeps.format(length=away, title=named),
            _("Keep {length}").format(length=away),
        ),
        AnswerView(
            "discard",
            _("Take it off") if stopped_at is not None else _("Take it off and stop"),
            ends,
            _("Take off {length}").format(length=away)
            if stopped_at is not None
            else _("Take off {length} and stop").format(length=away),
        ),
    ]
    if stopped_at is None or stopped_at > it.to_at:
        answers.append(
            AnswerView(
                "discard-continue",
                _("Take it off and go on"),
                _goes_on(subject, it, named, clock_time),
                _("Take off {length} and go on").format(length=away),
            )
        )
    return tuple(answers)


def _ends(subject: Subject, it: Absence, named: str, clock_time: ClockTime) -> str:
    worked_for = it.from_at - subject.meant.started_at
    if worked_for <= timedelta():
        return _("Nothing is left of {title}: you were away all the time.").format(title=named)
    return _("{title} ends at {time} with {length}.").format(
        title=named, time=clock_time(it.from_at), length=length(worked_for.total_seconds())
    )


def _goes_on(subject: Subject, it: Absence, named: str, clock_time: ClockTime) -> str:
    start, end = clock_time(it.from_at), clock_time(it.to_at)
    stopped_at = subject.meant.stopped_at
    if subject.meant.started_at >= it.from_at:
        return _("{title} starts only at {time}.").format(title=named, time=end)
    if stopped_at is None:
        return _("{title} ends at {start}, and a new one starts at {end}.").format(
            title=named, start=start, end=end
        )
    return _("{title} ends at {start}, and a new one lasts from {end} to {stop}.").format(
        title=named, start=start, end=end, stop=clock_time(stopped_at)
    )


def _answers_unknown(it: Absence, away: str, clock_time: ClockTime) -> tuple[AnswerView, ...]:
    """The answers about a track that is finished and told: its numbers are in the journal alone."""
    start, end = clock_time(it.from_at), clock_time(it.to_at)
    return (
        AnswerView(
            "keep",
            _("Keep the time"),
            _("{length} stays on the track.").format(length=away),
            _("Keep {length}").format(length=away),
        ),
        AnswerView(
            "discard",
            _("Take it off"),
            _("The track ends at {time}.").format(time=start),
            _("Take off {length}").format(length=away),
        ),
        AnswerView(
            "discard-continue",
            _("Take it off, keep what came after"),
            _("The track ends at {start}, and a new one starts at {end}.").format(
                start=start, end=end
            ),
            _("Take off {length}").format(length=away),
        ),
    )


def _strip(subject: Subject, it: Absence, away: str, clock_time: ClockTime) -> StripView | None:
    started_at, stopped_at = subject.meant.started_at, subject.meant.stopped_at
    if stopped_at is not None and stopped_at <= it.from_at:
        return None
    named = title_of(subject.meant.item, subject.meant.comment)
    before_for = max(timedelta(), it.from_at - started_at)
    after_for = SHOWN_AFTER_FOR
    if stopped_at is not None:
        after_for = max(timedelta(), min(SHOWN_AFTER_FOR, stopped_at - it.to_at))
    worked = length(before_for.total_seconds())
    words = _("{title}, {length}").format(title=named, length=worked)
    return StripView(
        before_seconds=before_for.total_seconds(),
        away_seconds=(it.to_at - it.from_at).total_seconds(),
        after_seconds=after_for.total_seconds(),
        marks=(clock_time(started_at), clock_time(it.from_at), clock_time(it.to_at)),
        words=words,
        read_out=_("{words}, then away for {length}").format(words=words, length=away),
    )
