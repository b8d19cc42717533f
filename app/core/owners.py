"""Which subject a remote id belongs to: among the stored, the live and those saved just now."""

from __future__ import annotations

from app.core.draft import Draft
from app.core.model import Subject


class Owners:
    """An account's subjects by remote id, each as the draft has it at the moment of asking.

    `known` are the stored ones that a view may name; live ones are found without going through all.
    """

    def __init__(self, draft: Draft, account: str, known: tuple[Subject, ...]) -> None:
        self._draft = draft
        self._account = account
        self._known = {s.remote_id: s for s in known if s.account == account}

    def of(self, remote_id: str | None) -> list[Subject]:
        """Everyone who has the id: for a moment, while a row is taken back, that may be two."""
        if remote_id is None:
            return []
        draft = self._draft
        stored = self._known.get(remote_id)
        live = draft.book(self._account).remote.between(remote_id, remote_id)
        named = [draft.subjects[subject_id] for subject_id in live]
        found = [] if stored is None else [stored]
        newest = {s.id: draft.latest(s) for s in (*found, *named, *draft.saved_with(remote_id))}
        return [
            s for s in newest.values() if s.remote_id == remote_id and s.account == self._account
        ]

    def owner(self, remote_id: str) -> Subject | None:
        """The one who has the id."""
        found = self.of(remote_id)
        return found[-1] if found else None
