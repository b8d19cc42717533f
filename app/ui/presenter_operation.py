"""Words the chosen operation: what is known of it, and the one thing that it asks of the user."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.core.model import Hold, HoldReason, Subject, Sync
from app.core.remote import WriteKind
from app.core.state import AppState
from app.ports.journal import Journal
from app.ui.outbox_book import OutboxBook
from app.ui.outbox_views import OperationView, PageView, QuestionView
from app.ui.presenter_mend import Day, mend_view
from app.ui.presenter_outbox import OutboxTimes
from app.ui.presenter_questions import QuestionWords, held_page, undeleted
from app.ui.presenter_sides import sides_view
from app.words import _, ngettext
from app.words.operations import kind_of


class OperationWords:
    """Words one operation at a time; knows no Qt. `day_of` gives the day that a moment lies in."""

    def __init__(
        self, book: OutboxBook, journal: Journal, times: OutboxTimes, day_of: Callable[..., Day]
    ) -> None:
        self._book = book
        self._journal = journal
        self._times = times
        self._day_of = day_of
        self._questions = QuestionWords(journal, times)

    def view(self, state: AppState, operation_id: str, now: datetime) -> OperationView | None:
        """All about an operation; None when it is not in the outbox any more."""
        sync = self._book.sync(operation_id)
        subject = state.subjects.get(operation_id)
        if subject is None:
            known = operation_id in state.checks
            return OperationView(self._calm(operation_id)) if known else None
        if sync is None:
            return None
        hold = subject.hold
        if sync is not Sync.HELD or hold is None:
            return OperationView(self._calm(operation_id, subject.tries))
        match hold.reason:
            case HoldReason.REFUSED:
                return self._refused(state, subject, hold, now)
            case HoldReason.CONFLICT | HoldReason.ECHO:
                return self._two_versions(state, subject, hold, now)
            case _:
                return self._questions.view(state, subject, hold, now)

    def _calm(self, operation_id: str, tries: int = 0) -> PageView:
        row = self._book.row(operation_id)
        said = ngettext("It was sent once.", "It was sent {count} times.", tries)
        sentences = [row.why]
        if tries:
            sentences.append(said.format(count=tries))
        return PageView(operation_id, row.state_mark, "text", row.what, tuple(sentences))

    # ----------------------------------------------------------------- what was refused

    def _refused(self, state: AppState, it: Subject, hold: Hold, now: datetime) -> OperationView:
        kind = kind_of(it, state.accounts[it.account].capabilities)
        titles = {
            WriteKind.START: _("{account} refused this start."),
            WriteKind.STOP: _("{account} refused this stop."),
            WriteKind.DELETE: _("{account} refused to delete this entry."),
            WriteKind.CREATE: _("{account} refused this entry."),
        }
        title = titles.get(kind, _("{account} refused this change."))
        span = self._times.span(it.meant, now)
        kept = _("It is kept here as you made it, {span}.").format(span=span)
        page = held_page(it, hold, title, kept)
        if kind is WriteKind.DELETE:
            return OperationView(page, question=QuestionView(undeleted(it)))
        return OperationView(
            page, mend=mend_view(state, it, self._journal, self._day_of(it.meant.started_at))
        )

    # ----------------------------------------------------------------- two versions

    def _two_versions(
        self, state: AppState, it: Subject, hold: Hold, now: datetime
    ) -> OperationView:
        sides = sides_view(state, it, hold, self._journal, self._times, now)
        differ = [
            _("{field}: here {ours}, there {theirs}").format(
                field=row.name, ours=row.ours, theirs=row.theirs
            )
            for row in sides.rows
            if row.differs
        ]
        page = PageView(
            it.id, "conflict", "warning", sides.title, (sides.text, *differ), words=hold.words
        )
        return OperationView(page, sides=sides)
