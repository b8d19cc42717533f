"""The log costs nothing until there is something to say, and then loses none of it."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.late_log import LateLog

log = logging.getLogger("app.tests")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    handler = LateLog(tmp_path / "timekept.log")
    yield tmp_path / "timekept.log"
    handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising


def test_the_first_record_opens_the_file_and_is_in_it(path: Path) -> None:
    assert not path.exists()
    log.info("first, with token=abcdefgh")
    log.info("second")
    lines = path.read_text().splitlines()
    assert [line.partition(" INFO ")[2] for line in lines] == [
        "app.tests: first, with token=[hidden]",
        "app.tests: second",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_chatty_libraries_are_held_to_warnings(path: Path) -> None:
    logging.getLogger("apscheduler").info("job added")
    assert not path.exists()


def test_a_log_that_cannot_be_written_stops_nothing(path: Path) -> None:
    path.mkdir()
    log.info("nobody hears")
    log.info("nor this")
    assert path.is_dir()


def test_nothing_is_written_after_the_end(path: Path) -> None:
    log.info("before")
    for handler in list(logging.getLogger().handlers):
        if isinstance(handler, LateLog):
            handler.close()
    log.info("after")
    assert "after" not in path.read_text()


def test_what_writes_the_file_is_loaded_with_the_first_record(tmp_path: Path) -> None:
    program = f"""
import logging, pathlib, sys
from app.adapters.late_log import LateLog
LateLog(pathlib.Path({str(tmp_path / "timekept.log")!r}))
assert "logging.handlers" not in sys.modules
logging.getLogger("app").info("something")
assert "logging.handlers" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
