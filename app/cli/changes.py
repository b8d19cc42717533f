"""What the words change of an entry: each field that was said, and no other."""

from __future__ import annotations

from msgspec import UNSET

from app.cli.answers import WordsRefused
from app.cli.call import Call
from app.cli.choosing import activity_meant, item_meant
from app.cli.entry_words import comment_of, tags_of
from app.core.messages import Change
from app.words import _


def change_said(call: Call, account: str) -> Change:
    """The change of an entry of this account; an empty item takes it away. Raises CommandRefused,
    also where nothing is said.
    """
    words = call.words
    comment, tags = comment_of(words.comment), tags_of(words.tag)
    change = Change(
        comment=UNSET if comment is None else comment,
        tags=UNSET if tags is None else tags,
        billable=UNSET if words.billable is None else words.billable,
        started_at=UNSET if words.start is None else call.time(words.start),
        stopped_at=UNSET if words.stop is None else call.time(words.stop),
        activity=UNSET if words.activity is None else activity_meant(call, account, words.activity),
        item=UNSET
        if words.item is None
        else (item_meant(call, account, words.item) if words.item.strip() else None),
    )
    if change == Change():
        raise WordsRefused(
            _(
                "Say what to change: --item, --comment, --activity, --tag, --billable, --start or"
                " --stop."
            )
        )
    return change
