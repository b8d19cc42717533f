"""Makes the mend form of a refused operation, and finds the field that the server means."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from app.core.model import Subject
from app.core.remote import Field
from app.core.state import AppState
from app.ports.journal import Journal
from app.ui.naming import label_of, title_of
from app.ui.outbox_views import MendField, MendView
from app.ui.views import ActivityView
from app.words import _

# Servers speak English here, some of them in the names of their fields. The first that fits counts:
# "The length of the comment" is about the comment.
_MEANS: tuple[tuple[MendField, re.Pattern[str]], ...] = (
    ("activity", re.compile(r"activit", re.IGNORECASE)),
    ("item", re.compile(r"work\s*item|\bproject|\btask|\bissue|\bitem\b", re.IGNORECASE)),
    ("comment", re.compile(r"comment|descri|remark|\bnote\b", re.IGNORECASE)),
    ("tags", re.compile(r"\btags?\b", re.IGNORECASE)),
    ("billable", re.compile(r"billable", re.IGNORECASE)),
    ("stop", re.compile(r"\bend\b|\bstop\b|\blength\b|duration|too long", re.IGNORECASE)),
    ("start", re.compile(r"\bstart\b|timestamp|overlap|future|\btime\b|\bdate\b", re.IGNORECASE)),
)


class Day(NamedTuple):
    """The day that clock times are read in, as aware UTC datetimes, and its zone's IANA name."""

    from_at: datetime
    to_at: datetime
    zone: str


def meant_field(words: str, fields: frozenset[MendField]) -> MendField:
    """The field that the server's words are about; empty where they do not say."""
    return next((name for name, said in _MEANS if name in fields and said.search(words)), "")


def mend_view(state: AppState, it: Subject, journal: Journal, day: Day) -> MendView:
    """The fields of a refused operation, as far as its account can be told them."""
    tellable = state.accounts[it.account].capabilities.tellable
    names: set[MendField] = set()
    for field in tellable:
        if field is Field.TIME:
            names |= {"start", "stop"}
        elif field is Field.ITEM:
            names.add("item")
        elif field is Field.COMMENT:
            names.add("comment")
        elif field is Field.ACTIVITY:
            names.add("activity")
        elif field is Field.TAGS:
            names.add("tags")
        else:
            names.add("billable")
    facts = it.meant
    words = it.hold.words if it.hold is not None else ""
    refused = meant_field(words, frozenset(names))
    empty: dict[MendField, bool] = {
        "activity": not facts.activity,
        "item": facts.item is None,
        "comment": not facts.comment.strip(),
        "tags": not facts.tags,
    }
    said = ""
    if refused:
        said = (
            _("{account} needs one here.") if empty.get(refused) else _("{account} refused this.")
        )
    item = facts.item
    kinds = journal.activity_types(it.account)
    return MendView(
        fields=frozenset(names),
        account=it.account,
        item_key="" if item is None else item.id,
        item_words="" if item is None else f"{label_of(item)} {title_of(item, '')}".strip(),
        comment=facts.comment,
        activity_id=facts.activity,
        activities=tuple(ActivityView(kind.id, kind.name) for kind in kinds),
        no_activities=""
        if kinds
        else _("{account} has no activity types.").format(account=it.account),
        tags=facts.tags,
        billable=facts.billable,
        started_at=facts.started_at,
        stopped_at=facts.stopped_at,
        zone=day.zone,
        from_at=day.from_at,
        to_at=day.to_at,
        refused=refused,
        refused_words=said.format(account=it.account),
    )
