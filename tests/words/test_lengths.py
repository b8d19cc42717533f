"""Lengths read as clocks do: full minutes, hours that never turn into days, no minus zero."""

from __future__ import annotations

import pytest

from app.words.lengths import countdown, length


@pytest.mark.parametrize(
    "seconds,text",
    [
        (0, "0:00"),
        (59, "0:00"),
        (60, "0:01"),
        (3900, "1:05"),
        (3959.9, "1:05"),
        (35999, "9:59"),
        (86400, "24:00"),
        (136800, "38:00"),
        (-300, "−0:05"),
        (-3900, "−1:05"),
        (-59, "0:00"),
    ],
)
def test_a_length_is_hours_and_full_minutes(seconds: float, text: str) -> None:
    assert length(seconds) == text


@pytest.mark.parametrize(
    "seconds,text",
    [
        (108, "1:48"),
        (107.2, "1:48"),
        (59, "0:59"),
        (0.1, "0:01"),
        (0, "0:00"),
        (-4, "0:00"),
        (3599, "59:59"),
        (3605, "1:00:05"),
    ],
)
def test_a_countdown_is_minutes_and_seconds_left(seconds: float, text: str) -> None:
    assert countdown(seconds) == text
