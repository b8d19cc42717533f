"""What is imported after PySide6 is not read as source, and PySide6 works all the same."""

from __future__ import annotations

import subprocess
import sys

SEEN = """
import builtins, linecache
from contextlib import nullcontext
from app.bootstrap.plain_imports import imports_left_alone
plain = builtins.__import__
with {guard}:
    from PySide6.QtCore import QCoreApplication
import PySide6.QtNetwork
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from app.core.model import Subject
app = QCoreApplication([])
class Bell(QObject):
    rang = Signal(int)
bell = Bell()
bell.rang.connect(lambda number: app.exit(number), Qt.ConnectionType.QueuedConnection)
QTimer.singleShot(0, lambda: bell.rang.emit(7))
assert app.exec() == 7
print(sum(name.endswith("app/core/model.py") for name in linecache.cache))
"""


def sources_read(guard: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SEEN.format(guard=guard)], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_no_source_of_ours_is_read() -> None:
    assert sources_read("imports_left_alone()") == "0"


def test_without_the_guard_it_would_be() -> None:
    """Once this fails, PySide6 has mended its ways, and the guard may go."""
    assert sources_read("nullcontext()") == "1"


def test_another_trouble_leaves_imports_alone_too() -> None:
    program = """
import builtins
from app.bootstrap.plain_imports import imports_left_alone
plain = builtins.__import__
try:
    with imports_left_alone():
        builtins.__import__ = print
        raise ImportError
except ImportError:
    pass
assert builtins.__import__ is plain
"""
    subprocess.run([sys.executable, "-c", program], check=True)
