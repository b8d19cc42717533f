"""The installed PySide6 survives many signals: one release, on Python below 3.12, does not."""

from __future__ import annotations

import subprocess
import sys

# PySide6 6.12.0 dropped a reference to True at each emit and one to None at each call that returns
# nothing; below Python 3.12 these can run out, and the program died after some 400 of them.
EMITS = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rang = Signal(int)

app = QCoreApplication([])
bell = Bell()
heard = []
bell.rang.connect(heard.append)
for number in range(5_000):
    assert bell.rang.emit(number) in (True, None)
    assert bell.setObjectName("bell") is None
    assert bell.blockSignals(False) is False
assert heard == list(range(5_000))
print("alive")
"""


def test_five_thousand_signals_leave_the_program_alive() -> None:
    # In a process of its own, since what it would meet is a crash of the interpreter.
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", EMITS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-2000:]
