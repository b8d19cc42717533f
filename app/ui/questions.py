"""The questions to the user: one prompt at a time, for absences and for servers' checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.messages import AbsenceAnswered, CheckAnswered, Message, StopAsked
from app.core.model import AbsenceAnswer
from app.core.state import AppState

if TYPE_CHECKING:
    from app.ui.prompt import PromptWindow
    from app.ui.prompt_views import PromptView


class Questions(QObject):
    """Shows the prompt of what is open; what was put off waits until it is asked for."""

    def __init__(
        self,
        post: Callable[[Message], None],
        state: Callable[[], AppState],
        now: Callable[[], datetime],
        clock_time: Callable[[datetime], str],
    ) -> None:
        super().__init__()
        self._post = post
        self._state = state
        self._now = now
        self._clock_time = clock_time
        self._window: PromptWindow | None = None
        self._put_off: set[str] = set()

    def refresh(self) -> None:
        """Show the next open question, and take away one that is settled."""
        state = self._state()
        if not state.absences and not state.checks and self._window is None:
            return
        waiting = self._waiting()
        shown = self._window.shown_id if self._window is not None else None
        if shown is not None and any(view.id == shown for view in waiting):
            return
        fresh = [view for view in waiting if view.id not in self._put_off]
        if fresh:
            self._show(fresh[0])
        elif self._window is not None:
            self._window.dismiss()

    def ask_again(self) -> None:
        """The user wants to answer what was put off."""
        self._put_off.clear()
        waiting = self._waiting()
        if waiting:
            self._show(waiting[0])

    def _waiting(self) -> tuple[PromptView, ...]:
        from app.ui.presenter_prompt import prompts

        return prompts(self._state(), self._now(), self._clock_time)

    def _show(self, view: PromptView) -> None:
        if self._window is None:
            from app.ui.prompt import PromptWindow

            self._window = PromptWindow(now=self._now)
            self._window.absence_answered.connect(self._absence)
            self._window.check_answered.connect(self._check)
            self._window.later.connect(self._later)
        self._window.show_prompt(view)

    def _absence(self, absence_id: str, answer: str) -> None:
        self._post(AbsenceAnswered(absence_id, AbsenceAnswer(answer)))

    def _check(self, check_id: str, still_working: bool) -> None:
        self._put_off.add(check_id)
        self._post(CheckAnswered(check_id) if still_working else StopAsked())

    def _later(self, question_id: str) -> None:
        self._put_off.add(question_id)
        self.refresh()
