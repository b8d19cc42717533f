"""A warning fails a test: Python's, Qt's and the app's own; so does one that fails to come."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TESTS = """
import logging
import threading
import warnings

import pytest
from PySide6.QtCore import qWarning

log = logging.getLogger("app.somewhere")

def test_fails_python():
    warnings.warn("old")

def test_fails_qt():
    qWarning("QObject: something is wrong")

def test_fails_thread():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

def test_errs_log():
    log.warning("The disk is full.")

def test_errs_log_at_error_level():
    log.error("The disk is full.")

@pytest.mark.expected_log("disk .* empty")
def test_errs_missing_log():
    pass

@pytest.mark.expected_log("disk is full")
def test_passes_expected():
    log.warning("The disk is full.")

def test_passes_quiet():
    log.info("All is well.")
"""


def outcome_of(file: Path) -> str:
    """Run the tests in this file as ours are run; return what pytest says."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-rA", "-q"]
    done = subprocess.run(
        [*command, "--rootdir", str(ROOT), "-p", "tests.conftest", str(file)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "packaging")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_warnings_fail_tests(tmp_path: Path) -> None:
    file = tmp_path / "test_inner.py"
    file.write_text(TESTS)
    said = outcome_of(file)
    outcomes = {
        line.partition("::")[2].partition(" ")[0]: line.partition(" ")[0]
        for line in said.splitlines()
        if line.startswith(("FAILED", "ERROR", "PASSED")) and "::" in line
    }
    wanted = {"fails": "FAILED", "errs": "ERROR", "passes": "PASSED"}
    assert len(outcomes) == 8, said
    assert outcomes == {name: wanted[name.split("_")[1]] for name in outcomes}


def test_a_marker_that_nobody_declared_stops_the_run(tmp_path: Path) -> None:
    file = tmp_path / "test_inner.py"
    file.write_text("import pytest\n\n@pytest.mark.misspelt\ndef test_a():\n    pass\n")
    assert "'misspelt' not found in `markers`" in outcome_of(file)
