"""The state at the start, from what the journal kept; apart from `update`, which loads long."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.books import arranged, shelf_of
from app.core.live import Subjects
from app.core.model import Absence, Account, Check, HoldReason, Subject
from app.core.state import AppState, CoreSettings, Lane, LastTrack


def initial(
    *,
    accounts: Sequence[Account],
    subjects: Sequence[Subject] = (),
    absences: Sequence[Absence] = (),
    checks: Sequence[Check] = (),
    last: LastTrack | None = None,
    sequence: int = 0,
    settings: CoreSettings | None = None,
) -> AppState:
    """The state that a journal's live rows make. Post `ProcessStarted` before anything else.

    Of several running subjects our own that began last is the current track; the others run at a
    server, were started elsewhere and wait for the user's word.
    """
    by_name = {account.name: account for account in accounts}
    known = [
        subject
        for subject in subjects
        if subject.account in by_name
        and shelf_of(subject, by_name[subject.account].capabilities) is not None
    ]
    running = [subject for subject in known if subject.runs and not _is_copy(subject)]
    current = max(
        running, key=lambda s: (not s.from_elsewhere, s.meant.started_at, s.order), default=None
    )
    live = Subjects(known)
    return AppState(
        accounts=by_name,
        lanes={name: Lane() for name, a in by_name.items() if not a.capabilities.kept_here},
        subjects=live,
        running=None if current is None else current.id,
        last=last,
        absences={absence.id: absence for absence in absences if absence.answer is None},
        checks={check.id: check for check in checks},
        settings=CoreSettings() if settings is None else settings,
        sequence=sequence,
        books=arranged(live, by_name),
    )


def _is_copy(subject: Subject) -> bool:
    """Whether it came up late as a second copy: it is asked about, and is no current track."""
    return subject.hold is not None and subject.hold.reason is HoldReason.TWIN
