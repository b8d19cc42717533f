"""Two processes record entries at once: all of them on disk, all on the server, none twice."""

from __future__ import annotations

import os

import pytest

from app.sandbox.server import Sandbox
from tests.chaos.two_processes import play
from tests.end_to_end.driver import Ledger, Timekept

ENTRIES = int(os.environ.get("TIMEKEPT_ENTRIES", "15"))
"""Of each process; 100 take about a minute."""


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("app_runs", [False, True], ids=["without the app", "with the app"])
def test_all_is_there_once(with_keyring: Timekept, lasting: Sandbox, app_runs: bool) -> None:
    work = with_keyring
    work.join(Ledger(lasting.port))
    if app_runs:
        work.start_app()
    figures = play(work.home, lasting, work.environment, ENTRIES)
    assert figures.wrong == []
    assert figures.said.total() == figures.on_disk.total() == figures.on_server.total()
    assert figures.turns > 0, "One process waited for the other's end."
