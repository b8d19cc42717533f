"""What tracks, entries and items are called, and which mark an account has; knows no Qt."""

from __future__ import annotations

from app.core.model import Subject
from app.core.remote import WorkItem
from app.core.state import AppState
from app.ports.journal import RecentItem
from app.words import _


def title_of(item: WorkItem | None, comment: str) -> str:
    """What a track or entry is called: its item's title, else its comment."""
    if item is not None:
        return item.title or item.id
    return comment or _("Without a name")


def label_of(item: WorkItem | None) -> str:
    """The number people know an item by (`#1349`); empty where the title says it all."""
    if item is None or not item.title or item.id == item.title:
        return ""
    return f"#{item.id}" if item.id.isdigit() else item.id


def account_index(state: AppState, name: str) -> int:
    """The place of an account among those with a server; below 0 for the local ones."""
    remote = [a.name for a in state.accounts.values() if not a.capabilities.kept_here]
    return remote.index(name) if name in remote else -1


def is_same(track: Subject, recent: RecentItem) -> bool:
    """Whether the recent item is what runs now."""
    item = track.meant.item
    if track.account != recent.account or (item is None) != (recent.item is None):
        return False
    if item is not None and recent.item is not None:
        return item.id == recent.item.id
    return track.meant.comment == recent.comment
