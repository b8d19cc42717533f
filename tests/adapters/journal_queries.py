"""What every journal must find again: recent things, search, catalogues, untitled items."""

from __future__ import annotations

from app.core.decision import (
    DropAccount,
)
from app.core.history import History
from app.core.remote import (
    ActivityType,
    WorkItem,
)
from app.ports.journal import Journal
from tests.adapters.journal_rows import NINE, entry, ids, minutes, saved


class JournalQueries:
    """Part of `JournalContract`, which gives the fixture `journal`."""

    def test_recents_has_each_pair_once_with_todays_length(self, journal: Journal) -> None:
        old, new = WorkItem("1", "Old title"), WorkItem("1", "New title")
        journal.commit(
            saved(
                entry("yesterday", -600, -570, item=old, comment="x"),
                entry("over-midnight", -10, 10, item=old, comment="x"),
                entry("again", 20, 25, item=new, comment="x"),
                entry("other-comment", 30, 31, item=new, comment="y"),
                entry("other-account", 32, 33, item=new, comment="y", account="b"),
                entry("none", 34, 35),
                entry("deleted", 36, 37, comment="gone", deleted=True),
                entry("runs", 40, None, comment="now"),
            )
        )
        now = NINE + minutes(50)
        found = journal.recents(10, NINE, now)
        assert [(r.account, r.item, r.comment, r.today_seconds) for r in found] == [
            ("local", None, "now", 600),
            ("local", None, "", 60),
            ("b", new, "y", 60),
            ("local", new, "y", 60),
            ("local", new, "x", 900),
        ]
        assert [r.last_at for r in found][:2] == [now, NINE + minutes(35)]
        assert len(journal.recents(2, NINE, now)) == 2

    def test_search_needs_every_word_in_any_case(self, journal: Journal) -> None:
        timer = WorkItem("1349", "Fix Timer", "Ödland")
        journal.commit(
            saved(
                entry("a", 0, 1, item=timer, comment="first"),
                entry("b", 2, 3, item=timer, comment="second 100%_done"),
                entry("c", 4, 5, item=timer, comment="first"),
                entry("d", 6, 7, comment="see 1349 about the timer", account="b"),
                entry("e", 8, 9, item=WorkItem("13490"), comment="near"),
                entry("f", 9, 10, comment="timer", deleted=True),
            )
        )

        def comments(text: str, limit: int = 9, account: str | None = None) -> list[str]:
            return [it.comment for it in journal.search(text, limit, account)]

        assert comments("TIMER fix") == ["first", "second 100%_done"]
        assert comments("öDLAND sec") == ["second 100%_done"]
        assert comments("100%_") == ["second 100%_done"]
        assert comments("0%d") == []
        assert comments("1349") == [
            "first",
            "second 100%_done",
            "near",
            "see 1349 about the timer",
        ]
        assert comments("#1349", 1) == ["first"]
        assert comments("timer", account="b") == ["see 1349 about the timer"]
        assert comments("1349 timer", account="b") == ["see 1349 about the timer"]
        assert comments(" # ", 1) == ["near"]
        assert journal.search("second", 1)[0].last_at == NINE + minutes(3)

    def test_work_items_by_words_number_or_key(self, journal: Journal) -> None:
        journal.keep_work_items("a", [WorkItem("9", "Nine"), WorkItem("KEY-1", "Zebra", "Zoo")])
        journal.keep_work_items("a", [WorkItem("9", "Nine lives"), WorkItem("91", "About 9")])
        journal.keep_work_items("b", [WorkItem("9", "Other")])

        def found(text: str, limit: int = 9) -> list[str]:
            return [f"{it.id} {it.title}" for it in journal.work_items("a", text, limit)]

        assert found("9") == ["9 Nine lives", "91 About 9"]
        assert found("#9", 1) == ["9 Nine lives"]
        assert found("key-1") == ["KEY-1 Zebra"]
        assert found("zoo ZEB") == ["KEY-1 Zebra"]
        assert found("") == ["91 About 9", "9 Nine lives", "KEY-1 Zebra"]
        assert found("%") == []
        journal.commit([DropAccount("a")])
        assert found("") == []

    def test_activity_types_are_replaced_whole(self, journal: Journal) -> None:
        journal.keep_activity_types("a", [ActivityType("2", "Dev", True), ActivityType("1", "Ops")])
        journal.keep_activity_types("b", [ActivityType("1", "Else")])
        assert journal.activity_types("a") == (
            ActivityType("2", "Dev", True),
            ActivityType("1", "Ops"),
        )
        journal.keep_activity_types("a", [ActivityType("3", "New")])
        assert journal.activity_types("a") == (ActivityType("3", "New"),)
        assert journal.activity_types("none") == ()

    def test_items_without_a_title_are_found_by_their_number(self, journal: Journal) -> None:
        untitled = entry("a", 0, item=WorkItem("1349"))
        journal.commit(
            saved(
                untitled,
                entry("b", 10, item=WorkItem("1349", "Fix login timer")),
                entry("c", 20, item=WorkItem("1350")),
                entry("d", 30),
            )
        )
        wanted = History(account=untitled.account, item_ids=frozenset({"1349", "9"}))
        assert ids(journal.history(wanted)) == ["a"]
