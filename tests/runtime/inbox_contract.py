"""What every inbox must do; each has a subclass of this."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

import pytest

from app.core.decision import Decision
from app.core.messages import CheckAnswered, Message, StopAsked
from app.core.state import AppState
from app.ports.journal import JournalError, JournalFull
from app.runtime.posting import Inbox, NotDecided, Outcome

DONE = Decision(AppState())


class InboxContract(ABC):
    """Subclass it as `Test…`; `wait_until` lets the loop's thread go on meanwhile."""

    @pytest.fixture
    @abstractmethod
    def inbox(self) -> Inbox: ...

    @abstractmethod
    def wait_until(self, condition: Callable[[], object]) -> None: ...

    def test_many_threads_post_and_each_is_handled_once_one_at_a_time_in_its_order(
        self, inbox: Inbox
    ) -> None:
        handled: list[str] = []
        replies: list[Outcome] = []
        inside = [0]
        most_inside = [0]
        on_loop: set[bool] = set()

        def handle(message: Message) -> Decision:
            inside[0] += 1
            most_inside[0] = max(most_inside[0], inside[0])
            assert isinstance(message, CheckAnswered)
            handled.append(message.check_id)
            on_loop.add(inbox.is_here())
            inside[0] -= 1
            return DONE

        inbox.start(handle)

        def post_fifty(who: int) -> None:
            for number in range(50):
                inbox.post(CheckAnswered(f"{who}.{number}"), replies.append)

        threads = [threading.Thread(target=post_fifty, args=(who,)) for who in range(8)]
        for thread in threads:
            thread.start()
        self.wait_until(lambda: len(replies) == 400)
        for thread in threads:
            thread.join()
        assert len(set(handled)) == len(handled) == 400
        for who in range(8):
            mine = [name for name in handled if name.startswith(f"{who}.")]
            assert mine == [f"{who}.{number}" for number in range(50)]
        assert most_inside == [1]
        assert on_loop == {True}

    def test_what_is_posted_while_a_message_is_handled_waits(self, inbox: Inbox) -> None:
        steps: list[str] = []

        def handle(message: Message) -> Decision:
            name = type(message).__name__
            steps.append(f"begin {name}")
            if isinstance(message, StopAsked):
                inbox.post(CheckAnswered("c"), lambda _outcome: steps.append("reply inner"))
            steps.append(f"end {name}")
            return DONE

        inbox.start(handle)
        inbox.post(StopAsked(), lambda _outcome: steps.append("reply outer"))
        self.wait_until(lambda: "reply inner" in steps)
        assert steps == [
            "begin StopAsked",
            "end StopAsked",
            "reply outer",
            "begin CheckAnswered",
            "end CheckAnswered",
            "reply inner",
        ]

    def test_what_is_posted_before_the_start_waits_for_it(self, inbox: Inbox) -> None:
        replies: list[Outcome] = []
        inbox.post(StopAsked(), replies.append)
        assert replies == []
        inbox.start(lambda _message: DONE)
        self.wait_until(lambda: replies)
        assert replies == [DONE]

    def test_an_error_goes_to_the_asker_and_the_next_message_is_handled(self, inbox: Inbox) -> None:
        full = JournalFull("The disk is full.")

        def handle(message: Message) -> Decision:
            if isinstance(message, StopAsked):
                raise full
            return DONE

        replies: list[Outcome] = []
        inbox.start(handle)
        inbox.post(StopAsked(), replies.append)
        inbox.post(CheckAnswered("c"), replies.append)
        self.wait_until(lambda: len(replies) == 2)
        assert replies == [full, DONE]

    @pytest.mark.expected_log("an asker failed")
    def test_an_asker_who_fails_does_not_hurt_the_next(self, inbox: Inbox) -> None:
        def fail(_outcome: Outcome) -> None:
            raise ValueError("in the asker")

        replies: list[Outcome] = []
        inbox.start(lambda _message: DONE)
        inbox.post(StopAsked(), fail)
        inbox.post(StopAsked(), replies.append)
        self.wait_until(lambda: replies)

    def test_work_goes_between_two_messages_and_its_errors_to_who_asked(self, inbox: Inbox) -> None:
        steps: list[object] = []

        def handle(message: Message) -> Decision:
            steps.append(type(message).__name__)
            inbox.run(lambda: steps.append("work"), steps.append)
            inbox.run(fail, steps.append)
            steps.append("end")
            return DONE

        full = JournalFull("The disk is full.")

        def fail() -> None:
            raise full

        inbox.start(handle)
        inbox.post(StopAsked())
        self.wait_until(lambda: full in steps)
        assert steps == ["StopAsked", "end", "work", None, full]

    @pytest.mark.expected_log("work between two messages failed")
    def test_work_that_fails_without_a_name_is_an_error_too(self, inbox: Inbox) -> None:
        ended: list[JournalError | None] = []

        def fail() -> None:
            raise ZeroDivisionError

        inbox.start(lambda _message: DONE)
        inbox.run(fail, ended.append)
        self.wait_until(lambda: ended)
        assert isinstance(ended[0], NotDecided)

    def test_after_closing_nothing_is_handled_and_everybody_is_told(self, inbox: Inbox) -> None:
        handled: list[Message] = []
        closed_inside = threading.Event()
        replies: list[Outcome] = []

        def handle(message: Message) -> Decision:
            handled.append(message)
            inbox.post(CheckAnswered("still waiting"), replies.append)
            inbox.close()
            closed_inside.set()
            return DONE

        inbox.start(handle)
        inbox.post(StopAsked())
        self.wait_until(closed_inside.is_set)
        inbox.close()
        inbox.post(CheckAnswered("too late"), replies.append)
        ended: list[JournalError | None] = []
        inbox.run(lambda: handled.append(StopAsked()), ended.append)
        self.wait_until(lambda: len(replies) == 2 and ended)
        assert handled == [StopAsked()]
        assert isinstance(ended[0], NotDecided)
        assert [type(reply) for reply in replies] == [NotDecided, NotDecided]
        assert isinstance(replies[0], JournalError)

    def test_closing_what_never_began_tells_those_who_wait(self, inbox: Inbox) -> None:
        replies: list[Outcome] = []
        inbox.post(StopAsked(), replies.append)
        inbox.close()
        assert [type(reply) for reply in replies] == [NotDecided]
