"""Words the questions that the outbox asks, with what follows from each answer; knows no Qt."""

from __future__ import annotations

from datetime import datetime

from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Facts
from app.core.state import AppState
from app.ports.journal import Journal
from app.ui.naming import title_of
from app.ui.outbox_views import OperationView, PageView, QuestionView
from app.ui.presenter_outbox import TWO_VERSIONS, OutboxTimes
from app.ui.prompt_views import AnswerView
from app.words import _
from app.words.lengths import length

RETRY, DISCARD, NONE, TAKE_BACK, KEEP = "retry", "discard", "none", "take-back", "keep"
ENDS_OURS, ENDS_THEIRS = "ends-ours", "ends-theirs"
MATCH = "match:"


class QuestionWords:
    """A question for each reason of a hold that no form mends; the safe answer stands first."""

    def __init__(self, journal: Journal, times: OutboxTimes) -> None:
        self._journal = journal
        self._times = times

    def view(self, state: AppState, it: Subject, hold: Hold, now: datetime) -> OperationView:
        """The question about a held operation."""
        match hold.reason:
            case HoldReason.GONE:
                return self._gone(it, hold, now)
            case HoldReason.NEAR_MATCH:
                return self._near(it, hold, now)
            case HoldReason.FOREIGN_TRACK:
                return self._foreign(state, it, hold, now)
            case HoldReason.TWIN:
                return self._twin(it, hold, now)
            case HoldReason.RESTORED:
                return self._restored(it, hold, now)
            case _:
                return self._locked(it, hold, now)

    def _locked(self, it: Subject, hold: Hold, now: datetime) -> OperationView:
        page = held_page(
            it,
            hold,
            _("{account} has locked this entry."),
            _("What you changed is kept here, {span}.").format(
                span=self._times.span(it.meant, now)
            ),
        )
        answers = (
            AnswerView(
                RETRY,
                _("Send it again"),
                _("For when {account} has opened it.").format(account=it.account),
                _("Send it again"),
            ),
            AnswerView(
                DISCARD,
                _("Let my change go"),
                _("The entry is what {account} has.").format(account=it.account),
                _("Let my change go"),
            ),
        )
        return OperationView(page, question=QuestionView(answers))

    def _restored(self, it: Subject, hold: Hold, now: datetime) -> OperationView:
        span = self._times.span(it.meant, now)
        page = held_page(
            it,
            hold,
            _("It is not known whether {account} was told this."),
            _("The store was repaired; this is what it had of it, {span}.").format(span=span),
        )
        answers = (
            AnswerView(
                RETRY,
                _("Look, then send it"),
                _("It is sent only if {account} does not have it.").format(account=it.account),
                _("Look, then send it"),
            ),
            AnswerView(
                DISCARD, _("Let my change go"), _("Nothing is sent."), _("Let my change go")
            ),
        )
        return OperationView(page, question=QuestionView(answers))

    # ----------------------------------------------------------------- which is ours

    def _gone(self, it: Subject, hold: Hold, now: datetime) -> OperationView:
        page = held_page(
            it, hold, _("This entry was deleted at {account}."), _("It is still here.")
        )
        name = title_of(it.meant.item, it.meant.comment)
        span = self._times.span(it.meant, now)
        answers = (
            AnswerView(
                RETRY,
                _("Create it there again"),
                _("{account} gets “{title}” anew, {span}.").format(
                    account=it.account, title=name, span=span
                ),
                _("Create it there again"),
            ),
            AnswerView(
                DISCARD,
                _("Let it go"),
                _("“{title}” is deleted here too.").format(title=name),
                _("Let it go"),
            ),
        )
        return OperationView(page, question=QuestionView(answers))

    def _near(self, it: Subject, hold: Hold, now: datetime) -> OperationView:
        name = title_of(it.meant.item, it.meant.comment)
        asked = _(
            "No answer came back for “{title}”, {span}. {account} has something that may be it."
        ).format(title=name, span=self._times.span(it.meant, now), account=it.account)
        page = held_page(it, hold, _("Is one of these yours?"), asked)
        answers = [
            AnswerView(
                f"{MATCH}{row.remote_id}",
                _("{span}, {title}").format(
                    span=self._times.span(row.facts, now),
                    title=title_of(row.facts.item, row.facts.comment),
                ),
                self._how_it_differs(it, row.facts),
                _("This one is mine"),
            )
            for row in hold.rows
        ]
        answers.append(
            AnswerView(
                NONE,
                _("None of them"),
                _("“{title}” is sent as an entry of its own.").format(title=name),
                _("None of them: send mine"),
            )
        )
        return OperationView(page, question=QuestionView(tuple(answers), chosen=None))

    def _how_it_differs(self, it: Subject, theirs: Facts) -> str:
        ours = it.meant
        parts = []
        if ours.comment.strip() != theirs.comment.strip():
            comment = theirs.comment.strip()
            parts.append(
                _("Its comment is “{comment}”.").format(comment=comment)
                if comment
                else _("It has no comment.")
            )
        if (ours.item.id if ours.item else "") != (theirs.item.id if theirs.item else ""):
            parts.append(_("It is for another work item."))
        return " ".join(parts) or _("It says the same as yours.")

    # ----------------------------------------------------------------- two tracks, two copies

    def _foreign(self, state: AppState, it: Subject, hold: Hold, now: datetime) -> OperationView:
        other = next(
            (
                its
                for its in state.subjects.values()
                if its.account == it.account and its.remote_id in hold.remote_ids and its.runs
            ),
            None,
        )
        theirs = other.meant if other is not None else hold.theirs
        ours_name = title_of(it.meant.item, it.meant.comment)
        name = _("another track") if theirs is None else title_of(theirs.item, theirs.comment)
        began = it.meant.started_at
        said = _("“{title}” was begun here at {time}.").format(
            title=ours_name, time=self._times.dated(began, now)
        )
        if theirs is not None:
            said += " " + _("“{title}” runs there since {time}.").format(
                title=name, time=self._times.dated(theirs.started_at, now)
            )
        page = held_page(it, hold, _("Two tracks run at {account}. Which one ended?"), said)
        end = now if theirs is None or theirs.started_at <= began else theirs.started_at
        worked = length((end - began).total_seconds())
        time = self._times.dated(end, now)
        answers = (
            AnswerView(
                ENDS_OURS,
                _("“{title}” ended at {time}").format(title=ours_name, time=time),
                _("It is told with {length}; “{title}” goes on.").format(length=worked, title=name),
                _("End mine, keep {length}").format(length=worked),
            ),
            AnswerView(
                ENDS_THEIRS,
                _("“{title}” ends now").format(title=name),
                _("“{title}” goes on from {time}.").format(
                    title=ours_name, time=self._times.dated(began, now)
                ),
                _("End the other now"),
            ),
        )
        return OperationView(page, question=QuestionView(answers))

    def _twin(self, it: Subject, hold: Hold, now: datetime) -> OperationView:
        name = title_of(it.meant.item, it.meant.comment)
        span = self._times.span(it.meant, now)
        first = self._journal.subject(hold.twin_of) if hold.twin_of else None
        known = it.meant if first is None else first.meant
        said = _(
            "“{title}”, {span}, was sent again since no answer had come back. Now {account} shows"
            " it twice."
        ).format(
            title=title_of(known.item, known.comment),
            span=self._times.span(known, now),
            account=it.account,
        )
        page = held_page(it, hold, _("A second copy came up late."), said)
        answers = (
            AnswerView(
                KEEP,
                _("Keep both"),
                _("The copy is an entry of its own, {span}.").format(span=span),
                _("Keep both"),
            ),
            AnswerView(
                TAKE_BACK,
                _("Take the copy back"),
                _("It is deleted at {account}; “{title}” stays there once.").format(
                    account=it.account, title=name
                ),
                _("Take the copy back"),
            ),
        )
        return OperationView(page, question=QuestionView(answers))


def held_page(it: Subject, hold: Hold, title: str, *sentences: str) -> PageView:
    """What is said of a held operation; `title` may name its account."""
    two = hold.reason in TWO_VERSIONS
    return PageView(
        it.id,
        "conflict" if two else "held",
        "warning",
        title.format(account=it.account),
        sentences,
        words=hold.words,
    )


def undeleted(it: Subject) -> tuple[AnswerView, ...]:
    """What can be done where a deletion was refused."""
    name = title_of(it.meant.item, it.meant.comment)
    return (
        AnswerView(
            RETRY,
            _("Delete it once more"),
            _("{account} is asked again.").format(account=it.account),
            _("Delete it once more"),
        ),
        AnswerView(
            DISCARD,
            _("Keep the entry"),
            _("“{title}” is here again, as {account} has it.").format(
                title=name, account=it.account
            ),
            _("Keep the entry"),
        ),
    )
