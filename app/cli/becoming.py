"""The commands that stay: the tray app, the app without a screen, the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.answers import CommandRefused, Status, WordsRefused, shown
from app.words import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.runtime.desk import Desk


_LOCK_WAIT_SECONDS = 1.0
"""How long the app waits for the store: whoever held it for longer was waited for before."""


def be_app(*, headless: bool, demo: bool, show_panel: bool) -> int:
    """Be the app until it is quit; the exit status."""
    from app.adapters.folders import FoldersUnusable
    from app.ports.journal import JournalError, JournalLocked

    if headless and demo:
        raise WordsRefused(_("--demo shows the tray, so it does not go with --headless."))
    try:
        if headless:
            from app.bootstrap import run_headless
            from app.runtime.control import ControlUnavailable

            try:
                return run_headless(_execute, wait_seconds=_LOCK_WAIT_SECONDS)
            except ControlUnavailable as unavailable:
                raise CommandRefused(str(unavailable)) from None
        from app.bootstrap.windows import NoDisplay, run_app

        try:
            if demo:
                from app.bootstrap.demo import run_demo

                return run_demo(_execute, show_panel=show_panel)
            return run_app(_execute, show_panel=show_panel, wait_seconds=_LOCK_WAIT_SECONDS)
        except NoDisplay as none:
            raise CommandRefused(str(none)) from None
    except JournalError as error:
        locked = isinstance(error, JournalLocked)
        raise CommandRefused(str(error), Status.LOCKED if locked else Status.FAILED) from None
    except FoldersUnusable as unusable:
        raise CommandRefused(str(unusable)) from None


def _execute(argv: Sequence[str], stdin: str | None, desk: Desk) -> tuple[int, str, str]:
    """Run a command that came in; nothing of it is loaded before, since the icon comes first."""
    from app.cli.execute import execute

    return execute(argv, stdin, desk)


def be_sandbox(kinds: Sequence[str], port: str, port_file: str | None) -> int:
    """Be the servers until a signal comes."""
    import logging

    from app.cli.words import nearest
    from app.sandbox.registry import KINDS
    from app.sandbox.server import serve

    for kind in kinds:
        if kind not in KINDS:
            raise WordsRefused(
                _("The sandbox has no “{kind}”. Nearest: {names}.").format(
                    kind=shown(kind), names=", ".join(nearest(kind, KINDS) or KINDS)
                )
            )
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise WordsRefused(
            _("--port takes a number from 0 to 65535, not “{word}”.").format(word=shown(port))
        )
    logging.basicConfig(level=logging.WARNING)
    try:
        serve(kinds, int(port), None if port_file is None else Path(port_file))
    except OSError as error:
        raise CommandRefused(
            _("The sandbox could not start: {reason}.").format(reason=error.strerror or error)
        ) from None
    return Status.DONE
