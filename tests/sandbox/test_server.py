"""The sandbox as a program and as a thing that comes and goes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from app.sandbox.server import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Client, Control

PROGRAM = """
import sys
from pathlib import Path
from app.sandbox.server import serve
serve(["7pace"], port_file=Path(sys.argv[1]), ready=lambda port: print("ready", port, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_a_signal_ends_it_cleanly_whatever_it_was_doing(
    tmp_path: Path, number: signal.Signals
) -> None:
    port_file = tmp_path / "port"
    program = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(port_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(4)]
        port = int(port_file.read_text(encoding="utf-8"))
        assert lines[0] == f"The sandbox listens on http://127.0.0.1:{port}\n"
        assert f"--url http://127.0.0.1:{port}/7pace" in lines[1]
        assert "sandbox-7pace-token" in lines[1]
        assert lines[2] == f"Its page: http://127.0.0.1:{port}/\n"
        assert lines[3] == f"ready {port}\n"
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            client.post("/control/7pace/faults", json={"kind": "drop-before", "times": 1})
            with pytest.raises(httpx.RemoteProtocolError):
                client.get("/7pace/api/rest/me")
            client.post("/control/7pace/faults", json={"kind": "slow", "seconds": 600})
            with pytest.raises(httpx.ReadTimeout):
                client.get("/7pace/api/rest/me", timeout=0.2)
            program.send_signal(number)
            output, errors = program.communicate(timeout=20)
    finally:
        program.kill()
        program.wait(timeout=10)
    assert (program.returncode, output, errors) == (0, "", "")
    assert not port_file.exists()


def test_it_listens_on_loopback_alone(sandbox: Sandbox) -> None:
    with socket.socket() as probe, pytest.raises(OSError, match="refused"):
        probe.connect(("127.0.0.2", sandbox.port))


def test_it_goes_away_and_comes_back_with_all_it_holds(
    sandbox: Sandbox, client: Client, control: Control
) -> None:
    client.create()
    client.start(tfsId=1349)
    port = sandbox.port
    sandbox.stop()
    with pytest.raises(httpx.ConnectError):
        client.track()
    sandbox.start()
    assert sandbox.port == port
    assert client.track()["trackingState"] == "tracking"
    assert len(control.ledger()["worklogs"]) == 1


def test_two_sandboxes_hold_two_worlds(client: Client, sandbox: Sandbox) -> None:
    client.create()
    with Sandbox(["7pace"]) as other:
        assert other.port != sandbox.port
        assert other.ledger("7pace")["worklogs"] == []


def test_a_taken_port_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(["7pace"], port=sandbox.port).start()


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no “jira”\. It has: 7pace"):
        Sandbox(["jira"])


def test_no_kind_means_all() -> None:
    assert "/7pace" in Sandbox([]).url("7pace")


def test_a_test_may_act_without_http(sandbox: Sandbox, client: Client) -> None:
    sandbox.elsewhere("7pace", do="start", tfsId=1349)
    sandbox.fault("7pace", {"kind": "enum-numbers"})
    assert client.track()["trackingState"] == 0
    with sandbox.lock("7pace"):
        assert sandbox.world("7pace").worklogs == {}
    sandbox.reset("7pace")
    assert sandbox.ledger("7pace")["requests"] == []


def test_importing_it_loads_no_server() -> None:
    """The command line imports it to know the kinds; the web stack comes when it serves."""
    code = "import sys, app.sandbox.server; print({'starlette', 'uvicorn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
