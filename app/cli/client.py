"""The short way: hand the words to the running app and print what it says.

Most of what a command costs is what it imports, so only what this needs is imported here; the long
way, for when no app runs, is `app.cli.here`.
"""

from __future__ import annotations

import json
import os
import socket
import sys

VERSION = 1

INTERRUPTED = 130

CONNECT_SECONDS = 2.0

# These work in this process, whoever runs.
_STAY_HERE = frozenset({"sandbox", "completion"})


def run(argv: list[str]) -> int:
    """Carry out a command; the exit status."""
    try:
        status = _run(argv)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone; the interpreter must not try to flush once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(argv: list[str]) -> int:
    if "_ARGCOMPLETE" in os.environ:
        from app.cli.completion import complete

        complete()
    argv = with_places(argv)
    if not stays_here(argv) and not prompts(argv):
        path = guessed_socket()
        connection = connect(path)
        if connection is not None:
            return forward(connection, path, argv, read_stdin(argv))
    from app.cli.here import run_here

    return run_here(argv)


def stays_here(argv: list[str]) -> bool:
    """Whether the words are for this process alone, even while the app runs."""
    if not argv:
        return False
    if argv[0] in _STAY_HERE or not {"-h", "--help", "--version"}.isdisjoint(argv):
        return True
    # The demo has a home of its own; `--offline` looks from outside.
    apart = {"run": "--demo", "doctor": "--offline"}.get(argv[0])
    return apart is not None and apart in argv


def with_places(argv: list[str]) -> list[str]:
    """The words with the FILE as it is seen from here: the running app stands in another folder."""
    if argv[:2] != ["outbox", "export"]:
        return argv
    words = (
        word if word.startswith("-") else os.path.abspath(word)  # noqa: PTH100 - as below
        for word in argv[2:]
    )
    return [*argv[:2], *words]


def prompts(argv: list[str]) -> bool:
    """Whether a secret is to be asked for at this terminal: then the words have to be understood
    first.
    """
    signs_in = argv[:2] in (["account", "add"], ["account", "verify"])
    return signs_in and "--token-stdin" not in argv and sys.stdin is not None and sys.stdin.isatty()


def guessed_socket() -> str:
    """Where the control socket is, for the usual environment.

    A guess that saves time: `app.adapters.folders` has the rule, and is asked by the long way
    where nothing answers here.
    """
    home = os.environ.get("TIMEKEPT_HOME", "")
    if home:
        folder = os.path.abspath(os.path.expanduser(home))  # noqa: PTH100, PTH111 - pathlib costs more than all of this
    elif os.environ.get("XDG_RUNTIME_DIR"):
        folder = os.environ["XDG_RUNTIME_DIR"] + "/timekept"
    else:
        share = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")  # noqa: PTH111 - as above
        folder = share + "/timekept"
    return folder + "/control.sock"


def connect(path: str) -> socket.socket | None:
    """The connection to the running app; None when none runs, or it is not the same user's."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    try:
        # A stranger's socket at this place must not hear what we say.
        if os.stat(path).st_uid != os.geteuid():  # noqa: PTH116 - as above
            return None
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(path)
        connection.settimeout(None)
    except OSError:
        connection.close()
        return None
    return connection


def read_stdin(argv: list[str]) -> str | None:
    """What was given on standard input, where the words ask for it; else nothing is read."""
    if sys.stdin is None:
        return None
    if "--token-stdin" in argv:
        return sys.stdin.buffer.readline(65536).decode("utf-8", "replace")
    if "-" in argv:
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    return None


def forward(connection: socket.socket, path: str, argv: list[str], stdin: str | None) -> int:
    """Have the running app do it, print what it says, and return its exit status."""
    if shows_progress(argv):
        from app.cli.progress import following

        with following(path):
            received = _exchange(connection, argv, stdin)
    else:
        received = _exchange(connection, argv, stdin)
    try:
        reply = json.loads(received)
        status = int(reply["status"])
        say(reply["stdout"], reply["stderr"])
    except (ValueError, KeyError, TypeError):
        from app.words import _

        say("", _("The running Timekept ended before it answered. Look with `timekept status`.\n"))
        return 1
    return status


def _exchange(connection: socket.socket, argv: list[str], stdin: str | None) -> bytes:
    request = json.dumps({"version": VERSION, "argv": argv, "stdin": stdin})
    received = bytearray()
    with connection:
        try:
            connection.sendall(request.encode() + b"\n")
            while piece := connection.recv(65536):
                received += piece
        except OSError:
            # It ended meanwhile; what it had said counts, if it was all.
            pass
    return bytes(received)


def shows_progress(argv: list[str]) -> bool:
    """Whether somebody at a terminal waits until all is told."""
    if argv[:1] != ["sync"] and argv[:2] != ["outbox", "send"]:
        return False
    waits = any(word.partition("=")[0] == "--wait" for word in argv)
    return waits and sys.stderr is not None and sys.stderr.isatty()


def say(out: str, err: str) -> None:
    """Print what is for standard output and for standard error, in whatever encoding these have."""
    for text, stream in ((out, sys.stdout), (err, sys.stderr)):
        if text and stream is not None:
            encoding = getattr(stream, "encoding", None) or "utf-8"
            stream.write(text.encode(encoding, "replace").decode(encoding))
            stream.flush()
