"""Looks what works on this desktop: keyring, idle source, hotkey, tray, notifications."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

from msgspec import Struct

from app.adapters.idle_sources import SourceTried
from app.ports.sensors import HotkeyTaken, HotkeyUnreadable, Source, SourceUnavailable
from app.words import _

_ANSWER_SECONDS = 2.0


class Row(Struct, frozen=True):
    """What was looked at, whether it works (None: it is not wanted or could not be asked), and what
    there is to say.
    """

    name: str
    works: bool | None
    text: str


def keyring() -> Row:
    """The keyring that serves."""
    from app.adapters.keyring_secrets import KeyringSecrets
    from app.ports.secrets import SecretsUnavailable

    try:
        return Row("keyring", True, KeyringSecrets().describe())
    except SecretsUnavailable as unavailable:
        return Row("keyring", False, str(unavailable))


def idle(idle_after_seconds: int) -> Row:
    """The source of idleness that works here."""
    from app.adapters.idle_sources import choose_idle_source

    choice = choose_idle_source(idle_after_seconds, _ignore, _ignore)
    if choice.source is None:
        return Row("idle", False, _reasons(choice.tried))
    choice.source.stop()
    return Row("idle", True, choice.source.name)


def hotkey(keys: str) -> Row:
    """Whether the toggle's combination can be had."""
    from app.adapters.hotkey_sources import choose_hotkeys

    if not keys:
        return Row("hotkey", None, _("hotkeys.toggle is empty: there is none."))
    choice = choose_hotkeys()
    if choice.source is None:
        return Row("hotkey", False, _reasons(choice.tried))
    try:
        choice.source.bind("toggle", keys, lambda: None)
        text = _("{keys} by {source}").format(keys=keys, source=choice.source.name)
        return Row("hotkey", True, text)
    except (HotkeyTaken, HotkeyUnreadable) as refused:
        return Row("hotkey", False, str(refused))
    except SourceUnavailable as unavailable:
        return Row("hotkey", False, unavailable.reason)
    finally:
        choice.source.stop()


def tray() -> Row:
    """Whether the desktop has a host for tray icons."""
    from app.adapters.tray_host_watch import DBusTrayHostWatch

    watch = DBusTrayHostWatch()
    try:
        watch.start(lambda _present: None)
        present = _asked(watch, watch.present)
    except SourceUnavailable as unavailable:
        return Row("tray", False, unavailable.reason)
    finally:
        watch.stop()
    if present:
        return Row("tray", True, _("This desktop has a host for tray icons."))
    # An XEMBED tray is not on D-Bus; the icon is shown there all the same.
    return Row("tray", None, _("No tray host on D-Bus; an older one may serve all the same."))


def notifications() -> Row:
    """Whether the desktop shows notifications, and with buttons."""
    from app.adapters.notifications import DesktopNotifier

    notifier = DesktopNotifier()
    try:
        notifier.start(lambda _key, _button: None, _ignore, lambda _key, _reason: None)
        buttons = _asked(notifier, notifier.has_buttons)
    except SourceUnavailable as unavailable:
        return Row("notifications", False, unavailable.reason)
    finally:
        notifier.stop()
    if buttons is None:
        return Row("notifications", False, _("No notification server answers."))
    with_them = _("Notifications are shown, with buttons.")
    return Row(
        "notifications", True, with_them if buttons else _("Notifications are shown, no buttons.")
    )


def _asked(source: Source, answer: Callable[[], bool | None]) -> bool | None:
    """The answer of a source on the bus, once it has come."""
    give_up_at = time.monotonic() + _ANSWER_SECONDS
    while answer() is None:
        descriptor, left = source.fileno(), give_up_at - time.monotonic()
        if descriptor is None or left <= 0:
            return None
        if select.select([descriptor], [], [], left)[0]:
            source.dispatch()
    return answer()


def _reasons(tried: tuple[SourceTried, ...]) -> str:
    return " ".join(f"{one.name}: {one.reason}" for one in tried)


def _ignore(_what: object) -> None:
    """Nobody listens while we only look."""
