"""The questions that the state holds open, in words and frozen numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.core.model import Absence, AbsenceAnswer, AwayReason, Check, CheckState, Subject
from app.core.remote import Facts, WorkItem
from app.core.state import AppState
from app.ui.presenter_prompt import prompts
from app.ui.prompt_views import PromptView


def at(hour: int, minute: int, day: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


NOW = at(11, 18)
TRACK = Subject(
    id="s",
    account="Work",
    meant=Facts(started_at=at(9, 12), item=WorkItem("1349", "Fix login timer")),
)
AWAY = Absence("a", "s", at(10, 31), at(11, 13), AwayReason.LOCKED)
CHECK = Check("c", "Work", "s", "r", asked_at=at(11, 17), until_at=at(11, 20))


def state(
    subject: Subject | None = TRACK,
    *,
    absences: tuple[Absence, ...] = (),
    checks: tuple[Check, ...] = (),
) -> AppState:
    runs = subject is not None and subject.runs
    return AppState(
        subjects={} if subject is None else {subject.id: subject},
        running="s" if runs else None,
        absences={it.id: it for it in absences},
        checks={it.id: it for it in checks},
    )


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def only(made: AppState, now: datetime = NOW) -> PromptView:
    (view,) = prompts(made, now, clock)
    return view


def stopped(moment: datetime) -> Subject:
    return replace(TRACK, meant=replace(TRACK.meant, stopped_at=moment))


def answers(view: PromptView) -> list[tuple[str, str]]:
    return [(it.answer, it.text) for it in view.answers]


def test_an_absence_says_when_why_and_what_each_answer_makes() -> None:
    view = only(state(absences=(AWAY,)))
    assert view.title == "You were away for 0:42."
    assert view.text == "From 10:31 to 11:13, screen locked. “Fix login timer” kept running."
    assert answers(view) == [
        ("keep", "0:42 stays on Fix login timer, which goes on."),
        ("discard", "Fix login timer ends at 10:31 with 1:19."),
        ("discard-continue", "Fix login timer ends at 10:31, and a new one starts at 11:13."),
    ]
    assert [it.button for it in view.answers] == [
        "Keep 0:42",
        "Take off 0:42 and stop",
        "Take off 0:42 and go on",
    ]
    assert view.strip is not None
    assert view.strip.marks == ("09:12", "10:31", "11:13")
    assert view.undoable


def test_the_numbers_do_not_move_with_the_clock() -> None:
    made = state(absences=(AWAY,))
    assert only(made, NOW) == only(made, NOW + timedelta(hours=3))


def test_a_track_that_ended_in_between_cannot_go_on() -> None:
    view = only(state(stopped(at(11, 13)), absences=(AWAY,)))
    assert [it.answer for it in view.answers] == ["keep", "discard"]
    later = only(state(stopped(at(11, 30)), absences=(AWAY,)))
    assert later.answers[2].text == (
        "Fix login timer ends at 10:31, and a new one lasts from 11:13 to 11:30."
    )


def test_a_track_that_ended_before_leaves_nothing_to_take_off() -> None:
    view = only(state(stopped(at(10, 20)), absences=(AWAY,)))
    assert answers(view) == [
        ("keep", "Fix login timer ended at 10:20; nothing is to be taken off.")
    ]
    assert view.strip is None


def test_a_track_that_was_all_absence_is_said_to_go() -> None:
    view = only(state(absences=(replace(AWAY, from_at=at(9, 12)),)))
    assert view.answers[1].text == "Nothing is left of Fix login timer: you were away all the time."
    assert view.answers[2].text == "Fix login timer starts only at 11:13."


def test_an_absence_of_a_finished_track_can_still_be_answered() -> None:
    view = only(state(None, absences=(AWAY,)))
    assert [it.answer for it in view.answers] == ["keep", "discard", "discard-continue"]
    assert view.strip is None


def test_an_absence_of_another_day_says_so() -> None:
    made = state(absences=(AWAY,))
    assert only(made, at(11, 0, 13)).title == "Yesterday you were away for 0:42."
    assert only(made, at(11, 0, 14)).title == "2 days ago you were away for 0:42."


def test_a_check_says_who_asks_and_until_when() -> None:
    view = only(state(checks=(CHECK,)))
    assert view.title == "Are you still working on “Fix login timer”?"
    assert view.text == "Work asks. Without an answer it stops the track at 11:20."
    assert answers(view) == [
        ("yes", "The track runs on since 09:12."),
        ("no", "Fix login timer ends now."),
    ]
    assert (view.asked_at, view.until_at) == (CHECK.asked_at, CHECK.until_at)


def test_stopping_is_offered_only_for_what_runs_here() -> None:
    other = replace(state(checks=(CHECK,)), running=None)
    assert [it.answer for it in only(other).answers] == ["yes"]
    assert [it.answer for it in only(state(None, checks=(CHECK,))).answers] == ["yes"]


def test_what_is_answered_or_over_is_not_asked() -> None:
    answered = replace(CHECK, state=CheckState.ANSWERED)
    kept = replace(AWAY, answer=AbsenceAnswer.KEEP)
    assert prompts(state(checks=(answered,), absences=(kept,)), NOW, clock) == ()
    assert prompts(state(checks=(CHECK,)), CHECK.until_at, clock) == ()


def test_what_has_a_deadline_comes_first_then_the_oldest() -> None:
    older = Absence("b", "s", at(9, 30), at(9, 50), AwayReason.IDLE)
    made = prompts(state(absences=(AWAY, older), checks=(CHECK,)), NOW, clock)
    assert [view.id for view in made] == ["c", "b", "a"]
