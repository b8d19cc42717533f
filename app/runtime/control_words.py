"""What a command and the running app say to each other: one line of JSON there, one back.

A request is `{"version": 1, "argv": ["start", "1349"], "stdin": "…" or null}`, the reply
`{"status": 0, "stdout": "…", "stderr": "…"}`; then the app ends the connection. The command
must not close its sending side before: to the app that is the end of the connection.
"""

from __future__ import annotations

import msgspec

from app.words import _

VERSION = 1

# The most that a request may have, its line end included: 1 MiB.
MOST_BYTES = 1 << 20


class Request(msgspec.Struct, frozen=True):
    """A command's words, and what it was given on standard input (None: nothing)."""

    version: int
    argv: tuple[str, ...]
    stdin: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """What the command is to print, and its exit status."""

    status: int
    stdout: str = ""
    stderr: str = ""

    def line(self) -> bytes:
        """The reply on the wire. A lone surrogate, which JSON has not, becomes a question mark."""
        try:
            return msgspec.json.encode(self) + b"\n"
        except UnicodeEncodeError:
            mended = Reply(self.status, _mended(self.stdout), _mended(self.stderr))
            return msgspec.json.encode(mended) + b"\n"


class RequestUnreadable(Exception):
    """The line is no request; the text is a sentence for people."""


def read_request(line: bytes) -> Request:
    """The request of a line. Raises RequestUnreadable."""
    try:
        request = msgspec.json.decode(line, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestUnreadable(
            _("The running Timekept could not read the command ({reason}).").format(reason=error)
        ) from None
    if request.version != VERSION:
        raise RequestUnreadable(
            _("The running Timekept is of another version: quit it and start it anew.")
        )
    return request


def too_long_sentence() -> str:
    """What the sender of too long a request is told."""
    return _("The command is too long for the running Timekept: the most is {most} bytes.").format(
        most=MOST_BYTES
    )


def _mended(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
