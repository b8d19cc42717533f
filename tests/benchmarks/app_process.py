"""Starts and ends the programs that are measured, and reads from /proc what they took."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from msgspec import Struct

HERE = Path(__file__).resolve().parent
BARE_TRAY = (sys.executable, str(HERE / "bare_tray.py"))
TIMEKEPT = (sys.executable, str(Path(sys.executable).with_name("timekept")))
"""The installed command; by its interpreter, as the floor is started too."""

APP = (*TIMEKEPT, "run")


class Taken(Struct, frozen=True):
    """What a process took since its start, over all its threads."""

    cpu_seconds: float
    waits: int
    """How often it gave the processor up of itself: once for every time that it is woken."""


class Memory(Struct, frozen=True):
    """What a process holds, in MiB."""

    proportional: float
    """Its proportional set size: each page divided among all that hold it."""
    steady: float
    """The same, but the pages of Python packages count whole, as they do while no other program
    with the same packages runs: such programs come and go, and would make the figure jump."""
    anonymous: float
    """What no file is behind."""


@contextmanager
def home() -> Iterator[Path]:
    """A folder for the app's files, taken away afterwards."""
    # Short: a control socket's path may have a hundred bytes.
    folder = Path(mkdtemp(prefix="timekept-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_home(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of a program whose files are in that folder."""
    return {**environment, "TIMEKEPT_HOME": str(folder)}


def started(
    command: Sequence[str], environment: Mapping[str, str], log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a program without input; what it says goes to `log`, or nowhere."""
    if log is None:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    with log.open("ab") as file:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that we started."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def taken(pid: int) -> Taken:
    """What the living threads of a process have taken, as proc(5) tells."""
    nanoseconds = waits = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        # schedstat: time on the processor, time waiting for it, turns on it.
        nanoseconds += int((task / "schedstat").read_text().split()[0])
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                waits += int(line.split()[1])
    return Taken(nanoseconds / 1e9, waits)


def memory(pid: int) -> Memory:
    """What a process holds now, as proc(5) tells of each of its mappings."""
    proportional = steady = anonymous = 0
    packages = sysconfig.get_path("platlib")
    in_packages = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        name, _colon, amount = line.partition(":")
        if not name[0].isupper():
            # A mapping's own line: its addresses, and at the end its file.
            in_packages = packages in line
        elif name == "Pss":
            proportional += int(amount.split()[0])
            steady += 0 if in_packages else int(amount.split()[0])
        elif name == "Rss" and in_packages:
            steady += int(amount.split()[0])
        elif name == "Anonymous":
            anonymous += int(amount.split()[0])
    return Memory(proportional / 1024, steady / 1024, anonymous / 1024)
