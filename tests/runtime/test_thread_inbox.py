"""The inbox on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from app.core.messages import StopAsked
from app.runtime.posting import Inbox
from app.runtime.thread_inbox import ThreadInbox
from tests.runtime.inbox_contract import DONE, InboxContract
from tests.runtime.waiting import wait_until


class TestThreadInbox(InboxContract):
    @pytest.fixture
    def inbox(self) -> Iterator[Inbox]:
        made = ThreadInbox()
        yield made
        made.close()

    def wait_until(self, condition: Callable[[], object]) -> None:
        wait_until(condition)

    def test_closing_waits_for_the_message_under_way_but_not_for_more(self) -> None:
        inbox, entered, may_go = ThreadInbox(), threading.Event(), threading.Event()
        handled: list[object] = []

        def handle(message: object) -> object:
            entered.set()
            assert may_go.wait(10)
            handled.append(message)
            return DONE

        inbox.start(handle)  # type: ignore[arg-type]  # any message will do
        inbox.post(StopAsked())
        inbox.post(StopAsked())
        assert entered.wait(10)
        closing = threading.Thread(target=inbox.close)
        closing.start()
        assert closing.is_alive()
        may_go.set()
        closing.join(10)
        assert not closing.is_alive()
        assert handled == [StopAsked()]
