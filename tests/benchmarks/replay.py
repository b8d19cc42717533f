"""A long queue told to the sandbox, beside one bare request and two bare commits for each."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.adapters.sqlite_journal import open_journal
from app.core.model import Account
from app.providers.kinds import KINDS
from app.sandbox.sevenpace.stand_in import TOKEN
from tests.benchmarks.app_process import HERE, end, home, with_home
from tests.benchmarks.commits import bare_store, commit_bare
from tests.benchmarks.figures import Figure
from tests.benchmarks.outbox import ACCOUNT, fill

KIND = "7pace"
SPEED_BOUND = 1 / 0.6
MEMORY_BOUND = 1.1
STALL_BOUND_MS = 50.0

_ONE_BY_ONE_PART = 10
_FLOOR_PART = 5
_STARTS_WITHIN_SECONDS = 30.0


class Replayed(Struct):
    """What `replay_app.py` prints."""

    left: int
    seconds: float
    warm_mib: float
    peak_mib: float
    longest_ms: list[float]
    most_work_ms: float


def measure(environment: Mapping[str, str], waiting: int) -> list[Figure]:
    """Tell so many: without windows, one by one, with tray and panel, with the outbox open."""
    with home() as folder, _sandbox(folder) as url:
        # Before and after: the floor drifts with the machine like what is above it.
        floor = [_floor(folder, url, waiting // _FLOOR_PART)]
        together = _replayed(environment, url, waiting, "headless")
        few = max(1, waiting // _ONE_BY_ONE_PART)
        alone = _replayed(environment, url, few, "headless", at_once=0)
        floor.append(_floor(folder, url, waiting // _FLOOR_PART))
        shown = _replayed(environment, url, waiting, "window")
        opened = _replayed(environment, url, waiting, "outbox")
    each = sum(floor) / len(floor)
    name = f"replay of {waiting:,}"
    return [
        Figure(
            f"{name}, each",
            1e3 * together.seconds / waiting,
            "ms",
            1e3 * each,
            SPEED_BOUND,
            f"{waiting / together.seconds:.0f} a second",
        ),
        Figure(
            "the same one by one, each",
            1e3 * alone.seconds / few,
            "ms",
            1e3 * each,
            note=f"{few:,}; information: a look and a write each",
        ),
        Figure(
            f"{name}: memory, most by when a tenth was told",
            together.peak_mib,
            "MiB",
            together.warm_mib,
            MEMORY_BOUND,
        ),
        _stall(f"{name}: longest stall, tray and panel", shown, STALL_BOUND_MS),
        Figure(
            f"{name}: most work at a stretch, tray and panel",
            shown.most_work_ms,
            "ms",
            None,
            STALL_BOUND_MS,
            "processor time of the windows' thread: others on the machine don't count",
        ),
        _stall(f"{name}: longest stall, outbox open", opened, None),
    ]


def _stall(name: str, replayed: Replayed, bound: float | None) -> Figure:
    worst = ", ".join(f"{gap:.0f}" for gap in replayed.longest_ms[::-1])
    note = f"longest: {worst}; {replayed.seconds:.1f} s in all"
    return Figure(name, max(replayed.longest_ms, default=0.0), "ms", None, bound, note)


def _replayed(
    environment: Mapping[str, str], url: str, count: int, how: str, at_once: int | None = None
) -> Replayed:
    """Fill a store and have it told; raises RuntimeError where that does not come to an end."""
    capabilities = KINDS[KIND].capabilities
    if at_once is not None:
        capabilities = replace(capabilities, creates_at_once=at_once)
    _forget(url)
    with home() as folder:
        account = Account(ACCOUNT, KIND, url, capabilities=capabilities)
        with closing(open_journal(folder)) as journal:
            fill(journal, account, count)
        done = subprocess.run(
            [sys.executable, str(HERE / "replay_app.py"), str(folder), url, how],
            env={**with_home(environment, folder), "SANDBOX_TOKEN": TOKEN},
            capture_output=True,
            check=False,
        )
    try:
        replayed = msgspec.json.decode(done.stdout.splitlines()[-1], type=Replayed)
    except (IndexError, msgspec.DecodeError) as error:
        raise RuntimeError(done.stderr.decode()) from error
    held = _held(url)
    if replayed.left or held != count:
        raise RuntimeError(f"of {count} {replayed.left} are left, and {held} are there")
    return replayed


def _floor(folder: Path, url: str, count: int) -> float:
    """Seconds of one create by a bare client and two bare commits, over so many."""
    first_at = datetime.now(UTC) - timedelta(days=4000)
    path = folder / f"bare-{time.monotonic_ns()}.sqlite3"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        closing(bare_store(path)) as connection,
        httpx.Client(base_url=url, headers=headers, trust_env=False, verify=False) as client,
    ):
        began = time.perf_counter()
        for number in range(count):
            commit_bare(connection, 2 * number)
            body = {
                "timeStamp": f"{first_at + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S}",
                "length": 60,
                "workItemId": 1349,
                "comment": f"what was done {number}",
            }
            query = {"api-version": "3.2"}
            client.post("/api/rest/workLogs", params=query, json=body).raise_for_status()
            commit_bare(connection, 2 * number + 1)
        return (time.perf_counter() - began) / count


@contextmanager
def _sandbox(folder: Path) -> Iterator[str]:
    """A sandbox in a process of its own, so that it is no part of what is measured."""
    port_file = folder / "port"
    command = [sys.executable, "-m", "app", "sandbox", KIND, "--port-file", str(port_file)]
    process = subprocess.Popen(command, cwd=HERE.parents[1], stdout=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not port_file.exists():
            if time.monotonic() > give_up or process.poll() is not None:
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{int(port_file.read_text())}/{KIND}"
    finally:
        end(process)


def _control(url: str, name: str) -> str:
    base, _slash, kind = url.rpartition("/")
    return f"{base}/control/{kind}/{name}"


def _forget(url: str) -> None:
    httpx.post(_control(url, "reset"), json={}, trust_env=False).raise_for_status()


def _held(url: str) -> int:
    ledger = httpx.get(_control(url, "ledger"), trust_env=False, timeout=60)
    return len(json.loads(ledger.content)["worklogs"])
