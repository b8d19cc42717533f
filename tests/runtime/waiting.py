"""Waiting for a condition with a bound, for tests without an event loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Look again and again until it holds, or fail."""
    ends_at = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < ends_at, "the condition never came"
        pause.wait(0.005)
