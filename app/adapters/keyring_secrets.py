"""Secrets in the keyring that keyring's own configuration names; never in a file of ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.ports.secrets import SecretsUnavailable
from app.words import _

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "Timekept"

# What keyring offers and no secret belongs in: nothing at all, or files that are plain, or that
# ask for their password on standard input.
_REFUSED_MODULES = (
    "keyring.backends.fail",
    "keyring.backends.null",
    "keyrings.alt",
    "keyrings.cryptfile",
)
_GNOME_KEYRING_DESKTOPS = frozenset(
    ["budgie", "gnome", "lxde", "mate", "pantheon", "ubuntu", "unity", "x-cinnamon", "xfce"]
)
_REFUSED_WORDS = ("plaintext", "uncrypted")


class KeyringSecrets:
    """`app.ports.secrets.Secrets` over the keyring package.

    Calls may block for as long as the desktop asks for a password, and the first one imports a
    lot: make them on a worker's thread, after the tray is up. `home` is where the files are when
    that is not the usual place: two homes may have accounts of the same name, and neither must
    overwrite or forget the other's secret.
    """

    def __init__(self, home: Path | None = None) -> None:
        """Nothing is asked of the keyring yet."""
        self._service = SERVICE if home is None else f"{SERVICE} {home}"

    def get(self, account: str) -> str | None:
        """The secret of an account, or None."""
        return _asked(lambda backend: backend.get_password(self._service, account))

    def set(self, account: str, secret: str) -> None:
        """Keep a secret, replacing an older one."""
        if not secret:
            raise ValueError("an empty secret is none")
        _asked(lambda backend: backend.set_password(self._service, account, secret))

    def delete(self, account: str) -> None:
        """Forget the secret of an account."""

        def forget(backend: KeyringBackend) -> None:
            # Back ends disagree on what deleting nothing is, so nothing is never deleted.
            if backend.get_password(self._service, account) is not None:
                backend.delete_password(self._service, account)

        _asked(forget)

    def describe(self) -> str:
        """The name of the keyring that serves, for `doctor`. Raises SecretsUnavailable."""
        return _asked(lambda backend: str(backend.name))


def _asked(question: Callable[[KeyringBackend], T]) -> T:
    """Ask the keyring, and say in words what it could not do. No secret comes into these words."""
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

    try:
        return question(_trusted_backend())
    except SecretsUnavailable:
        raise
    except NoKeyringError:
        raise SecretsUnavailable(_("No keyring serves this session."), keyring_hint()) from None
    except KeyringLocked:
        raise SecretsUnavailable(
            _("The keyring is locked."), _("Unlock it, then try again.")
        ) from None
    except InitError as error:
        raise SecretsUnavailable(
            _("The keyring could not be opened: {error}").format(error=error), keyring_hint()
        ) from None
    except KeyringError as error:
        raise SecretsUnavailable(
            _("The keyring refused ({kind}).").format(kind=type(error).__name__)
        ) from None
    except Exception as error:
        # The back ends let through whatever lies below them (D-Bus, ctypes, files). Only the kind
        # is told, and the chain is cut: the text of such an error may quote what was to be kept.
        raise SecretsUnavailable(
            _("The keyring failed ({kind}).").format(kind=type(error).__name__), keyring_hint()
        ) from None


def _trusted_backend() -> KeyringBackend:
    """The back end that keyring's configuration names, or the first good one of a chain."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    named: KeyringBackend = keyring.get_keyring()
    if isinstance(named, ChainerBackend):
        links: list[KeyringBackend] = named.backends
        for link in links:
            if not _is_refused(link):
                return link
        raise SecretsUnavailable(_("No keyring serves this session."), keyring_hint())
    if not _is_refused(named):
        return named
    if type(named).__module__ == "keyring.backends.fail":
        raise SecretsUnavailable(_("No keyring serves this session."), keyring_hint())
    raise SecretsUnavailable(
        _("keyring is set to “{backend}”, which keeps secrets unprotected or not at all.").format(
            backend=f"{type(named).__module__}.{type(named).__qualname__}"
        ),
        keyring_hint(),
    )


def _is_refused(backend: KeyringBackend) -> bool:
    kind = type(backend)
    if kind.__module__.startswith(_REFUSED_MODULES):
        return True
    return any(word in kind.__qualname__.lower() for word in _REFUSED_WORDS)


def keyring_hint(environ: Mapping[str, str] | None = None) -> str:
    """What to install or do so that this desktop has a keyring, in one sentence or two."""
    environ = os.environ if environ is None else environ
    if sys.platform == "darwin":
        return _("Open Keychain Access and see that the login keychain is there and unlocked.")
    if sys.platform == "win32":
        return _("See that the Windows service “Credential Manager” (VaultSvc) runs.")
    usual_bus = Path(environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
    if not environ.get("DBUS_SESSION_BUS_ADDRESS") and not usual_bus.exists():
        return _(
            "This session has no D-Bus session bus: log in through a desktop, or start Timekept "
            "below “dbus-run-session” with gnome-keyring unlocked in it."
        )
    desktops = environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":")
    if "kde" in desktops:
        return _(
            "Install KWallet (package kwalletmanager), switch it on in System Settings, "
            "and log in anew."
        )
    if _GNOME_KEYRING_DESKTOPS & set(desktops):
        return _("Install GNOME Keyring (package gnome-keyring) and log in anew.")
    return _(
        "Install GNOME Keyring (package gnome-keyring), or KeePassXC with its Secret Service "
        "switched on, and log in anew."
    )
