"""The log: a file for the user alone that keeps a bounded length and holds no secret."""

from __future__ import annotations

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from app.adapters.late_log import listen

_MOST_BYTES = 1_000_000
_KEPT_FILES = 3
_HIDDEN = "[hidden]"

# Longer ones hold what a server said, and searching them for secrets takes its time.
_MOST_CHARACTERS = 20_000

# The value after a name that announces a secret, in a header, a query, JSON or a Python repr.
_NAMED_SECRET = re.compile(
    r"""(?ix)
    ( ["']? (?: [\w-]{0,40} (?: token | secret | password | passwd | api[-_]?key | cookie ) )
      ["']? \s* (?: [:=] | ["'] \s* , ) \s* )
    ( "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | [^\s&,;)}\]"']+ )
    """
)
_AUTHORIZATION = re.compile(
    r"""(?ix)
    ( ["']? (?:proxy-)? authorization ["']? \s* (?: [:=] | , ) \s* )
    ( "[^"]*" | '[^']*' | (?: \w+ \s+ )? [^\s,;)}\]"']+ )
    """
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{6,}")
_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")


def redacted(text: str) -> str:
    """The text with everything that looks like a secret taken out."""
    text = _AUTHORIZATION.sub(rf"\1{_HIDDEN}", text)
    text = _BEARER.sub(rf"\1\2{_HIDDEN}", text)
    text = _WEB_TOKEN.sub(_HIDDEN, text)
    text = _NAMED_SECRET.sub(rf"\1{_HIDDEN}", text)
    return _IN_ADDRESS.sub(f"{_HIDDEN}@", text)


class RedactingFormatter(logging.Formatter):
    """Lines in UTC with nothing secret in them, tracebacks included.

    Lines after a record's first are set in, so that what a server said can never pass for a record.
    """

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        """Set the one form that every line has."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        import time

        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One record, redacted; control characters of a terminal are shown, not sent."""
        text = super().format(record)
        if len(text) > _MOST_CHARACTERS:
            text = text[:_MOST_CHARACTERS] + "…"
        first, *rest = redacted(text).splitlines() or [""]
        lines = [first, *("    " + line for line in rest)]
        return "\n".join("".join(map(_visible, line)) for line in lines)


class PrivateFileHandler(RotatingFileHandler):
    """A rotating file that only its owner can read, from its first byte on."""

    def _open(self) -> Any:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        file = open(  # noqa: SIM115 - the handler closes it
            self.baseFilename, self.mode, encoding="utf-8", opener=private, errors="replace"
        )
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)
        return file


def open_log(path: Path, level: int = logging.INFO) -> logging.Handler:
    """Send the root logger's records to a file, its folder being there.

    Returns the handler, to close.

    Raises OSError when the file cannot be written. Chatty libraries are held to warnings.
    """
    handler = log_handler(path)
    listen(handler, level)
    return handler


def log_handler(path: Path) -> logging.Handler:
    """Open the file for redacted records; nobody sends it any yet. Raises OSError."""
    handler = PrivateFileHandler(path, maxBytes=_MOST_BYTES, backupCount=_KEPT_FILES)
    handler.setFormatter(RedactingFormatter())
    return handler


def close_log(handler: logging.Handler) -> None:
    """Undo `open_log`."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def _visible(character: str) -> str:
    if character.isprintable() or character == "\t":
        return character
    return character.encode("unicode_escape").decode("ascii")
