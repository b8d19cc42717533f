"""Which ghosts every journal finds for what a view shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from app.core.decision import SaveGhost
from app.core.history import GhostsWanted
from app.core.model import Ghost
from app.core.remote import Facts, Write, WriteKind
from app.ports.journal import Journal
from tests.adapters.journal_rows import NINE, attempt, minutes

HOUR = timedelta(hours=1)


def ghost(
    name: str,
    kind: WriteKind = WriteKind.CREATE,
    *,
    of: str = "",
    account: str = "a",
    start: datetime = NINE,
    offset_minutes: int = 0,
    committed_at: datetime = NINE,
    remote_id: str | None = None,
) -> Ghost:
    write = Write(kind, Facts(start, offset_minutes=offset_minutes), remote_id=remote_id)
    made = replace(attempt(name), write=write, committed_at=committed_at)
    return Ghost(name, of or f"of-{name}", account, made, committed_at + HOUR)


def names(found: tuple[Ghost, ...]) -> list[str]:
    return [it.id for it in found]


class JournalGhosts:
    """Part of `JournalContract`, which gives the fixture `journal`."""

    def test_a_ghost_is_found_by_its_start(self, journal: Journal) -> None:
        kept = [
            ghost("here"),
            ghost("later", start=NINE + minutes(1)),
            ghost("other", account="b"),
        ]
        journal.commit([SaveGhost(it) for it in kept])
        wanted = GhostsWanted("a", starts=frozenset({NINE}))
        assert journal.ghosts(wanted) == (kept[0],)
        assert journal.ghosts(GhostsWanted("nobody", starts=frozenset({NINE}))) == ()
        assert journal.ghosts(GhostsWanted("a")) == ()

    def test_or_by_the_reading_of_the_wall(self, journal: Journal) -> None:
        journal.commit([SaveGhost(ghost("here", offset_minutes=120)), SaveGhost(ghost("utc"))])
        eleven = (NINE + 2 * HOUR).replace(tzinfo=None)
        wanted = GhostsWanted("a", wall_starts=frozenset({eleven}))
        assert names(journal.ghosts(wanted)) == ["here"]

    def test_or_by_the_row_that_its_write_named(self, journal: Journal) -> None:
        journal.commit(
            [
                SaveGhost(ghost("edit", WriteKind.EDIT, remote_id="7")),
                SaveGhost(ghost("delete", WriteKind.DELETE, remote_id="8")),
            ]
        )
        wanted = GhostsWanted("a", remote_ids=frozenset({"8", "9"}))
        assert names(journal.ghosts(wanted)) == ["delete"]

    def test_a_start_is_found_around_the_time_it_was_lost(self, journal: Journal) -> None:
        """The server may have timed it, by a clock and in a zone that are not ours."""
        for days in (-2, 0, 2):
            at = NINE + timedelta(days=days)
            for kind in (WriteKind.START, WriteKind.CREATE):
                journal.commit([SaveGhost(ghost(f"{kind} {days}", kind, committed_at=at))])
        span = (NINE + 10 * HOUR, NINE + 12 * HOUR)
        wanted = GhostsWanted("a", from_at=span[0], to_at=span[1])
        assert names(journal.ghosts(wanted)) == ["start 0"]

    def test_with_all_others_of_its_subject(self, journal: Journal) -> None:
        second = ghost("second", of="one", start=NINE + HOUR, committed_at=NINE + HOUR)
        journal.commit([SaveGhost(second), SaveGhost(ghost("first", of="one"))])
        journal.commit([SaveGhost(replace(second, landed_as="r7"))])
        found = journal.ghosts(GhostsWanted("a", starts=frozenset({NINE})))
        assert [(it.id, it.landed_as) for it in found] == [("first", ""), ("second", "r7")]
