"""Loads PySide6 without letting it read the source of everything that is imported after it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imports_left_alone() -> Iterator[None]:
    """Undo what is done to `import` in here.

    PySide6 puts a function of its own before every import of the program. It looks through the
    source of each module for a switch to other names of Qt's methods (`from __feature__ import
    snake_case`), which nobody here uses, and keeps all these lines: ten milliseconds before the
    icon, and four megabytes.
    """
    before = builtins.__import__
    try:
        yield
    finally:
        builtins.__import__ = before
