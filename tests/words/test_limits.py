"""Limits of servers in words."""

from __future__ import annotations

import pytest

from app.words.limits import requests_taken


@pytest.mark.parametrize(
    "calls, seconds, words",
    [
        (10, 1, "Side takes 10 requests a second."),
        (100, 60, "Side takes 100 requests a minute."),
        (1, 60, "Side takes 1 request a minute."),
        (50, 3600, "Side takes 50 requests an hour."),
        (20, 10, "Side takes 20 requests in 10 seconds."),
    ],
)
def test_a_limit_is_a_sentence(calls: int, seconds: int, words: str) -> None:
    assert requests_taken("Side", calls, seconds) == words
