"""Secrets: refused with a sentence where they can't be had or do not work, and never in a file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.end_to_end.driver import ACCOUNT, KIND, TOKEN, SandboxProcess, Timekept

# A name that no other test keeps a secret by: all tests share one keyring.
NAME = "Kept apart"
ADD = ("account", "add", KIND, "--name", NAME, "--token-stdin", "--url")


@pytest.mark.parametrize("app_runs", [False, True], ids=["without the app", "with the app"])
def test_what_does_not_work_is_said_and_not_kept(
    with_keyring: Timekept, sandbox: SandboxProcess, app_runs: bool
) -> None:
    if app_runs:
        with_keyring.start_app()
    before = with_keyring.json("account", "list")

    def refused(url: str, secret: str, status: int, sentence: str) -> None:
        said = with_keyring.run(*ADD, url, stdin=secret)
        assert (said.status, said.out) == (status, ""), said
        assert sentence in said.err
        assert said.err.endswith(".\n")
        assert with_keyring.json("account", "list") == before
        assert kept(with_keyring) is None
        if secret.strip():
            assert secret.strip() not in said.err
            assert secret.strip().encode() not in with_keyring.bytes_of_files()

    refused(sandbox.url, "a-wrong-token-4711\n", 1, "does not take this token")
    refused(sandbox.url, "\n", 2, "Standard input was empty")
    refused(sandbox.url, "", 2, "Standard input was empty")
    refused("http://192.0.2.1/7pace", TOKEN, 2, "Plain http:// is accepted for this computer alone")
    refused("http://localhost.example/", TOKEN, 2, "Plain http:// is accepted for this computer")
    refused("no address", TOKEN, 2, "address")

    with_keyring.ok(*ADD, sandbox.url, stdin=TOKEN + "\n")
    assert kept(with_keyring) == TOKEN
    with_keyring.ok("start", "1349")
    with_keyring.ok("stop")
    with_keyring.ok("sync")
    assert len(sandbox.worklogs) == 1
    assert TOKEN.encode() not in with_keyring.bytes_of_files()
    with_keyring.ok("account", "remove", NAME)
    assert kept(with_keyring) is None


def test_without_a_keyring_nothing_is_kept(timekept: Timekept, sandbox: SandboxProcess) -> None:
    said = timekept.run(*ADD, sandbox.url, stdin=TOKEN)
    assert said.status == 1
    assert "keyring" in said.err
    assert "gnome-keyring" in said.err
    assert said.err.endswith("Nothing was kept.\n")
    assert [account["name"] for account in timekept.json("account", "list")] == ["local"]
    assert TOKEN.encode() not in timekept.bytes_of_files()


def test_a_token_that_is_revoked_asks_for_a_sign_in_and_loses_nothing(
    work: Timekept, sandbox: SandboxProcess
) -> None:
    sandbox.fault("401")
    work.ok("start", "1349", "--comment", "Fix timer")
    work.ok("stop")
    said = work.run("sync")
    assert said.status == 4
    assert states(work) == {"local": "online", ACCOUNT: "sign-in-required"}
    assert "wants a sign-in: `timekept account verify Work`" in work.ok("status").out
    sandbox.mend()
    refused = work.run("account", "verify", ACCOUNT, "--token-stdin", stdin="wrong-again\n")
    assert refused.status == 1
    work.ok("account", "verify", ACCOUNT, "--token-stdin", stdin=TOKEN + "\n")
    work.ok("sync")
    assert [worklog.comment for worklog in sandbox.worklogs] == ["Fix timer"]
    assert states(work) == {"local": "online", ACCOUNT: "online"}


def states(timekept: Timekept) -> dict[str, str]:
    """How each account stands."""
    return {a["name"]: a["state"] for a in timekept.json("status")["accounts"]}


def kept(timekept: Timekept) -> str | None:
    """What the keyring has by that name, asked by another program."""
    # A home of its own has secrets of its own.
    service = f"Timekept {timekept.home}"
    program = (
        f"import keyring, sys; sys.stdout.write(keyring.get_password({service!r}, {NAME!r}) or '')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=timekept.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout or None
