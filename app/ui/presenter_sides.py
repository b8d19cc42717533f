"""Words two versions of an entry, field by field, and what it becomes by a choice; knows no Qt."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.core.comparing import carry, differing
from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Facts, Field
from app.core.state import AppState
from app.ports.journal import Journal
from app.ui.naming import label_of, title_of
from app.ui.outbox_views import SideRow, SidesView
from app.ui.presenter_outbox import OutboxTimes
from app.words import _, ngettext
from app.words.lengths import length

_ORDER = (
    Field.TIME,
    Field.ITEM,
    Field.COMMENT,
    Field.ACTIVITY,
    Field.TAGS,
    Field.BILLABLE,
)


class FactWords(Struct, frozen=True):
    """Words the fields of an entry; `activities` are names by id."""

    times: OutboxTimes
    now: datetime
    activities: dict[str, str]

    def field(self, facts: Facts, field: Field) -> str:
        """One field."""
        match field:
            case Field.TIME:
                return self._time(facts)
            case Field.ITEM:
                item = facts.item
                if item is None:
                    return _("none")
                return f"{label_of(item)} {title_of(item, '')}".strip()
            case Field.COMMENT:
                return facts.comment.strip() or _("none")
            case Field.ACTIVITY:
                known = self.activities.get(facts.activity.casefold(), facts.activity)
                return known or _("none")
            case Field.TAGS:
                return ", ".join(facts.tags) or _("none")
            case Field.BILLABLE:
                return {True: _("yes"), False: _("no"), None: _("not said")}[facts.billable]

    def whole(self, facts: Facts, fields: frozenset[Field]) -> str:
        """All that is said of these fields: `13:00 – 13:25 (0:25), #12 Rota, “handover”.`"""
        parts = [self._time(facts)]
        if facts.item is not None and Field.ITEM in fields:
            parts.append(self.field(facts, Field.ITEM))
        if facts.comment.strip() and Field.COMMENT in fields:
            parts.append(_("“{words}”").format(words=facts.comment.strip()))
        if facts.activity and Field.ACTIVITY in fields:
            parts.append(self.field(facts, Field.ACTIVITY))
        parts += facts.tags if Field.TAGS in fields else ()
        if facts.billable is not None and Field.BILLABLE in fields:
            parts.append(_("billable") if facts.billable else _("not billable"))
        return ", ".join(parts) + "."

    def _time(self, facts: Facts) -> str:
        stopped_at = facts.stopped_at or self.now
        worked = length((stopped_at - facts.started_at).total_seconds())
        return _("{span} ({length})").format(span=self.times.span(facts, self.now), length=worked)


class _Result(Struct, frozen=True):
    """Words what ours becomes when of some fields theirs is taken; equal where its parts are."""

    ours: Facts
    theirs: Facts
    fields: frozenset[Field]
    words: FactWords

    def __call__(self, theirs: frozenset[str]) -> str:
        taken = frozenset(Field(name) for name in theirs)
        return self.words.whole(carry(self.ours, self.theirs, taken), self.fields)


def field_names() -> dict[Field, str]:
    """What the fields are called."""
    return {
        Field.TIME: _("Time"),
        Field.ITEM: _("Work item"),
        Field.COMMENT: _("Comment"),
        Field.ACTIVITY: _("Activity"),
        Field.TAGS: _("Tags"),
        Field.BILLABLE: _("Billable"),
    }


def sides_view(
    state: AppState, it: Subject, hold: Hold, journal: Journal, times: OutboxTimes, now: datetime
) -> SidesView:
    """The two versions of a held entry, those fields first in which they differ."""
    capabilities = state.accounts[it.account].capabilities
    theirs = hold.theirs or it.acknowledged or it.meant
    fields = hold.fields or differing(it.meant, theirs, capabilities)
    kinds = {kind.id.casefold(): kind.name for kind in journal.activity_types(it.account)}
    words = FactWords(times, now, kinds)
    shown = [field for field in _ORDER if field in capabilities.tellable or field in fields]
    rows = tuple(
        SideRow(
            field.value,
            field_names()[field],
            words.field(it.meant, field),
            words.field(theirs, field),
            field in fields,
        )
        for field in sorted(shown, key=lambda field: field not in fields)
    )
    name = title_of(it.meant.item, it.meant.comment)
    if hold.reason is HoldReason.ECHO:
        title = _("{account} shows again what “{title}” had before.")
        said = ngettext(
            "An older change may have arrived late, or somebody set it back: {count} field"
            " differs. Choose a side.",
            "An older change may have arrived late, or somebody set it back: {count} fields"
            " differ. Choose a side for each.",
            len(fields),
        )
    else:
        title = _("“{title}” was changed here and at {account}.")
        said = ngettext(
            "{count} field differs. Choose a side; nothing is decided by the later clock.",
            "{count} fields differ. Choose a side for each; nothing is decided by the later clock.",
            len(fields),
        )
    return SidesView(
        it.id,
        title.format(title=name, account=it.account),
        said.format(count=len(fields)),
        _("Here"),
        _("At {account}").format(account=it.account),
        _("All from here"),
        _("All from {account}").format(account=it.account),
        rows,
        _Result(it.meant, theirs, capabilities.tellable, words),
    )
