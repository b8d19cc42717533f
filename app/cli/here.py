"""The long way: no app runs, so this process opens the store, or becomes the app itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.cli.answers import CommandRefused, Status, lines
from app.cli.client import connect, forward, guessed_socket, read_stdin, say
from app.words import _

if TYPE_CHECKING:
    from argparse import Namespace

    from app.core.restoring import Repair

_LOCK_WAIT_SECONDS = 10.0
_LOOK_FOR_APP_EACH_SECONDS = 0.5
"""While another process holds the store it may be the app that just starts: look for its socket."""
_LOOK_FOR_STORE_EACH_SECONDS = 0.05


def run_here(argv: list[str]) -> int:
    """Carry out a command in this process; the exit status."""
    try:
        if argv in ([], ["run"]):
            # What opens the app needs no parser, and its icon is waited for.
            return _open_app(argv)
        return _read_and_run(argv)
    except CommandRefused as refused:
        say("", lines(refused.sentence))
        return refused.status


def _read_and_run(argv: list[str]) -> int:
    from app.cli.words import HelpAsked, parse

    try:
        words = parse(argv)
        stdin = read_stdin(argv)
        if _wants_prompt(words):
            typed = _prompt(has_kept=words.command == "account_verify")
            if typed or words.command != "account_verify":
                argv, stdin = [*argv, "--token-stdin"], typed
                words = parse(argv)
    except HelpAsked as asked:
        say(asked.text, "")
        return Status.DONE
    return _run(words, argv, stdin)


def _run(words: Namespace, argv: list[str], stdin: str | None) -> int:
    if words.command == "run":
        return _open_app(
            argv, headless=words.headless, demo=words.demo, show_panel=words.show_panel
        )
    if words.command == "sandbox":
        from app.cli.becoming import be_sandbox

        return be_sandbox(words.kinds, words.port, words.port_file)
    if words.command == "completion":
        from app.cli.completion import script

        say(script(words.shell), "")
        return Status.DONE
    if words.command == "doctor" and words.offline:
        from app.cli.commands.doctor import offline

        status, out, err = offline(words)
        say(out, err)
        return status
    asked = _ask_app(argv, stdin)
    return _at_a_desk(words, argv, stdin) if asked is None else asked


def _open_app(
    argv: list[str], *, headless: bool = False, demo: bool = False, show_panel: bool = False
) -> int:
    """Be the app; one that runs already is shown instead, unless this is the demonstration."""
    from app.cli.becoming import be_app

    asked = None if demo else _ask_app(argv, None)
    if asked is None and not demo:
        asked = _outwait_store(argv)
    if asked is not None:
        return asked
    try:
        return be_app(headless=headless, demo=demo, show_panel=show_panel)
    except CommandRefused as refused:
        # Of two that were started at once, the other may have been quicker.
        asked = _outwait_store(argv) if refused.status is Status.LOCKED else None
        if asked is None:
            raise
        return asked


def _ask_app(argv: list[str], stdin: str | None) -> int | None:
    """Have the running app do it, wherever its socket is; None when none runs."""
    from app.adapters.folders import FoldersUnusable, find_folders

    try:
        usual = str(find_folders().socket_file)
    except FoldersUnusable as unusable:
        raise CommandRefused(str(unusable)) from None
    for path in dict.fromkeys((guessed_socket(), usual)):
        connection = connect(path)
        if connection is not None:
            return forward(connection, path, argv, stdin)
    return None


def _outwait_store(argv: list[str]) -> int | None:
    """Wait while another process holds the store; if that is an app that just starts, show it.

    None once the store is free, and after the time that anybody waits for it.
    """
    from app.adapters.folders import find_folders
    from app.adapters.store_lock import LOCK_NAME, StoreLock
    from app.ports.journal import JournalError

    lock = StoreLock(find_folders().data / LOCK_NAME)
    give_up_at = time.monotonic() + _LOCK_WAIT_SECONDS
    try:
        while not lock.try_acquire() and time.monotonic() < give_up_at:
            asked = _ask_app(argv, None)
            if asked is not None:
                return asked
            time.sleep(_LOOK_FOR_STORE_EACH_SECONDS)
    except JournalError:
        # There is no folder yet, or it cannot be used: opening the store says which.
        return None
    lock.release()
    return None


def _at_a_desk(words: Namespace, argv: list[str], stdin: str | None) -> int:
    import logging

    from app.adapters.folders import FoldersUnusable
    from app.bootstrap import open_desk
    from app.cli.execute import READS, carry_out, status_of
    from app.ports.journal import JournalError, JournalLocked

    give_up_at = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        try:
            desk = open_desk(
                wait_seconds=_LOOK_FOR_APP_EACH_SECONDS, tells=words.command not in READS
            )
        except JournalLocked as locked:
            asked = _ask_app(argv, stdin)
            if asked is not None:
                return asked
            if time.monotonic() >= give_up_at:
                raise CommandRefused(str(locked), Status.LOCKED) from None
        except JournalError as error:
            raise CommandRefused(str(error), status_of(error)) from None
        except FoldersUnusable as unusable:
            raise CommandRefused(str(unusable)) from None
        else:
            break
    repaired = "" if desk.repair is None else _repaired(desk.repair)
    try:
        problems = [problem.sentence for problem in desk.settings.problems()]
        status, out, err = carry_out(words, stdin, desk)
        desk.copy_if_due()
    except Exception as error:
        # Not the words, which may have come with a secret; the log has where it happened.
        logging.getLogger(__name__).exception("a command failed")
        raise CommandRefused(
            _("Something inside Timekept failed ({kind}); {file} has more.").format(
                kind=type(error).__name__, file=desk.folders.log_file
            )
        ) from None
    finally:
        desk.close()
    # `config` and `doctor` tell of them by themselves.
    if not words.command.startswith(("config", "doctor")):
        err = lines(*problems) + err
    if repaired:
        err = lines(repaired) + err
    say(out, err)
    return status


def _repaired(repair: Repair) -> str:
    from app.words.repairs import repair_sentence

    kept = _("The damaged file is kept as {file}; `timekept doctor` has more.").format(
        file=repair.set_aside
    )
    return f"{repair_sentence(repair)} {kept}"


def _wants_prompt(words: Namespace) -> bool:
    """Whether a secret is needed that can be asked for at this terminal."""
    import sys

    if words.command not in ("account_add", "account_verify") or words.token_stdin:
        return False
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if words.command == "account_verify":
        return True
    from app.providers.kinds import KINDS

    kind = KINDS.get(words.kind)
    return kind is not None and kind.needs_secret


def _prompt(*, has_kept: bool) -> str:
    import getpass

    text = _("Token (it is not shown): ")
    if has_kept:
        text = _("Token (it is not shown; Enter alone tries the kept one): ")
    try:
        return getpass.getpass(text)
    except EOFError:
        return ""
