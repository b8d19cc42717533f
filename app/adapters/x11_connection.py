"""A connection of our own to the X server: quiet, read without waiting, its errors in words."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from app.ports.sensors import SourceUnavailable
from app.words import _

if TYPE_CHECKING:
    from Xlib.display import Display

_log = logging.getLogger(__name__)


class X11Connection:
    """A display connection whose events come by `drain`; any trouble is a SourceUnavailable."""

    def __init__(self, display_name: str | None = None) -> None:
        """Connect to the named display, or to the session's. Raises SourceUnavailable.

        Xwayland is refused: it sees only what is typed and moved over its own windows.
        """
        if not (display_name or os.environ.get("DISPLAY")):
            raise SourceUnavailable(_("This session has no X display."))
        try:
            from Xlib import error
        except ImportError:
            raise SourceUnavailable(_("python-xlib is not installed.")) from None
        self._errors: tuple[type[BaseException], ...] = (
            error.ConnectionClosedError,
            error.DisplayError,
            error.XError,
            OSError,
        )
        opened = _opened(display_name)
        if opened is None:
            raise SourceUnavailable(
                _("The X display {name} cannot be opened.").format(
                    name=display_name or os.environ["DISPLAY"]
                )
            )
        self.display = opened
        self.open = True
        # An error nobody waits for would be printed to standard error otherwise.
        self.display.set_error_handler(_note)
        if self._is_xwayland():
            self.close()
            raise SourceUnavailable(
                _("This X display is Xwayland, which does not see what goes to other windows.")
            )

    def fileno(self) -> int | None:
        """The socket, for as long as it is open."""
        return int(self.display.fileno()) if self.open else None

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what the X server or the socket says into SourceUnavailable."""
        if not self.open:
            raise SourceUnavailable(_("The connection to the X display is closed."))
        try:
            yield
        except self._errors as trouble:
            self.open = False
            raise SourceUnavailable(_("The connection to the X display was lost.")) from trouble

    def drain(self, take: Callable[[Any], None]) -> None:
        """Hand every event that has come to `take`, without waiting.

        To be called after each request that has a reply too: its answer may have brought events
        with it, for which the socket will not become readable again.
        """
        with self.guarded():
            while self.open and self.display.pending_events():
                take(self.display.next_event())

    def close(self) -> None:
        """Close; closing twice is fine."""
        if self.open:
            self.open = False
            with contextlib.suppress(*self._errors):
                self.display.close()

    def _is_xwayland(self) -> bool:
        """Xwayland 23.1 and later names itself by an extension, each of them by its outputs."""
        with self.guarded():
            if "XWAYLAND" in self.display.list_extensions():
                return True
            if not self.display.has_extension("RANDR"):
                return False
            resources = self.display.screen().root.xrandr_get_screen_resources_current()
            return any(
                self.display.xrandr_get_output_info(
                    output, resources.config_timestamp
                ).name.startswith("XWAYLAND")
                for output in resources.outputs
            )


def _opened(display_name: str | None) -> Display | None:
    """The display, or None; nothing is printed, and nothing is left open but the display."""
    from Xlib.display import Display

    # python-xlib prints to standard output when there is no authority file, and leaves a socket
    # that did not connect to be closed with a warning.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return Display(display_name)
        except Exception as trouble:
            # A display's name that cannot be read, a server that refuses, a broken authority file:
            # each comes as a type of its own, down to struct.error.
            _log.info("the X display cannot be opened: %s", trouble)
            return None


def _note(error: object, _request: object) -> None:
    _log.info("the X server answered %s", error)
