"""The words of a track or entry: comment and tags as they are kept, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.answers import WordsRefused, shown
from app.cli.choosing import named
from app.core.model import Subject
from app.core.remote import WorkItem
from app.words import _

_LONGEST_COMMENT = 10_000


def comment_of(text: str | None) -> str | None:
    """A comment as it is kept: lines may be several, other control characters are refused."""
    if text is None:
        return None
    if len(text) > _LONGEST_COMMENT:
        raise WordsRefused(
            _("A comment has at most {most} characters.").format(most=_LONGEST_COMMENT)
        )
    if any(
        (ord(sign) < 32 and sign not in "\n\r\t") or "\ud800" <= sign <= "\udfff" for sign in text
    ):
        raise WordsRefused(_("The comment has characters that cannot be kept."))
    return text.strip()


def tags_of(said: Sequence[str] | None) -> tuple[str, ...] | None:
    """Tags, each once, in the order said; one empty tag takes all away."""
    if said is None:
        return None
    tags = (shown(tag) for tag in said)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def title(subject: Subject) -> str:
    """What a track or entry is called: its item, else its comment."""
    return titled(subject.meant.item, subject.meant.comment)


def titled(item: WorkItem | None, comment: str) -> str:
    """What something with this item and comment is called, in quotes."""
    name = named(item) if item is not None else shown(comment)
    if not name:
        return _("an entry without a name")
    return _("“{title}”").format(title=name if len(name) <= 70 else name[:69] + "…")
