"""Runs one command at a desk, inside the running app or without it: the same either way."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module

from app.cli.answers import Answer, CommandRefused, Status, bearable, lines
from app.cli.call import Call
from app.cli.words import HelpAsked, parse
from app.ports.journal import JournalError, JournalLocked
from app.runtime.desk import Desk

COMMANDS = {
    "run": "house",
    "start": "tracking",
    "stop": "tracking",
    "toggle": "tracking",
    "adjust": "tracking",
    "status": "looking",
    "recent": "looking",
    "search": "looking",
    "entries": "looking",
    "entry": "entries",
    "entry_add": "entries",
    "entry_edit": "entries",
    "entry_delete": "entries",
    "undo": "entries",
    "redo": "entries",
    "sync": "syncing",
    "outbox": "outbox",
    "outbox_show": "outbox",
    "outbox_export": "outbox",
    "outbox_log": "outbox",
    "outbox_retry": "outbox_answers",
    "outbox_mend": "outbox_answers",
    "outbox_answer": "outbox_answers",
    "outbox_discard": "outbox_answers",
    "checks": "checks",
    "checks_answer": "checks",
    "account_list": "accounts",
    "account_add": "accounts",
    "account_verify": "accounts",
    "account_remove": "accounts",
    "config_get": "settings",
    "config_set": "settings",
    "doctor": "doctor",
}
"""The module of `app.cli.commands` that has the function of each command."""

READS = frozenset(
    {
        *("status", "recent", "entries", "outbox", "checks", "account_list"),
        *("outbox_show", "outbox_export", "outbox_log", "config_get", "doctor"),
    }
)
"""Commands that change nothing: without the app they ask no server and tell none."""


def execute(argv: Sequence[str], stdin: str | None, desk: Desk) -> tuple[int, str, str]:
    """Run a command's words: (exit status, standard output, standard error).

    `stdin` is what was given on standard input, None for nothing. Waits for the loop and perhaps
    for servers, so never call it on the loop's thread.
    """
    try:
        words = parse(argv)
    except HelpAsked as asked:
        return Status.DONE, asked.text, ""
    except CommandRefused as refused:
        return refused.status, "", lines(refused.sentence)
    return carry_out(words, stdin, desk)


def carry_out(words: argparse.Namespace, stdin: str | None, desk: Desk) -> tuple[int, str, str]:
    """Run a command that was read; as `execute`.

    Every word of the answer may be other people's, so none of it gets to a terminal as it is.
    """
    status, out, err = _answer(Call(desk, words, stdin))
    return status, bearable(out), bearable(err)


def _answer(call: Call) -> tuple[Status, str, str]:
    try:
        answer = _command(call.words.command)(call)
    except CommandRefused as refused:
        return refused.status, "", lines(*call.notes, refused.sentence)
    except JournalError as error:
        return status_of(error), "", lines(*call.notes, str(error))
    return answer.status, answer.out, lines(*call.notes) + answer.err


def status_of(error: JournalError) -> Status:
    """The exit status that goes with a trouble of the store."""
    return Status.LOCKED if isinstance(error, JournalLocked) else Status.FAILED


def _command(name: str) -> Callable[[Call], Answer]:
    # Late, each for itself: a command is in a hurry, and the app need not load what nobody says.
    module = import_module(f"app.cli.commands.{COMMANDS[name]}")
    command: Callable[[Call], Answer] = getattr(module, name)
    return command
