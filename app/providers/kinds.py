"""The kinds of account there are: one line each, and how to make the provider of one.

Nothing here imports a provider or an HTTP client before it is asked for: start-up is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from msgspec import Struct

from app.core.model import Account
from app.core.remote import ALL_FIELDS, Capabilities, Field
from app.ports.provider import Provider
from app.providers.throttle import Gates


class Kind(Struct, frozen=True):
    """What has to be known of a provider before it is loaded.

    `title` is its name as people read it (English, a key for translation where it is a sentence).
    `secret_name` is what the vendor calls the secret. `options` are the names that
    `Account.options` may hold.
    """

    name: str
    title: str
    capabilities: Capabilities
    module: str
    needs_url: bool = True
    needs_secret: bool = True
    secret_name: str = "token"
    options: tuple[str, ...] = ()


class _Module(Protocol):
    """What a provider's module has."""

    def make(
        self,
        account: Account,
        secret: str,
        zone: Callable[[], str],
        timeout_seconds: float,
        gates: Gates,
    ) -> Provider: ...


_HOME = "app.providers."

# `capabilities` of `local`: all is told by being committed, so nothing is ever pending.
_LOCAL = Capabilities(
    kept_here=True,
    start_carries_time=True,
    stop_names_track=True,
    adjustable=ALL_FIELDS,
    searches_items=False,
)
# `capabilities` of `7pace`: APIS.md 7.1. startTracking has no start time, stopTracking no name.
_7PACE = Capabilities(
    adjustable=frozenset({Field.COMMENT, Field.ACTIVITY}),
    tellable=ALL_FIELDS - {Field.TAGS},
    server_checks=True,
    wall_time=True,
    # The server takes 500 (APIS.md 4.3). To decide on what became of fifty and to keep it takes the
    # windows' thread some 20 ms: of many more the tray would be felt to stand still.
    creates_at_once=50,
)

_7PACE_OPTIONS = ("api_version", "limits")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("local", "On this computer", _LOCAL, _HOME + "local", False, False),
            Kind("7pace", "7pace Timetracker", _7PACE, _HOME + "sevenpace", options=_7PACE_OPTIONS),
        )
    }
)


def make(
    account: Account,
    secret: str,
    zone: Callable[[], str],
    timeout_seconds: float,
    gates: Gates | None = None,
) -> Provider:
    """Load and make the provider of `account`; nothing is sent yet.

    `zone` gives the IANA name of the user's zone whenever it is asked. Accounts that are made with
    the same `gates` keep to the limits of one server together. Raises ProviderError where the
    address or an option cannot be used (AddressRefused, NOT_SENT) or the secret cannot be one
    (SIGN_IN_REQUIRED), and KeyError for a kind that is not in KINDS.
    """
    module = cast("_Module", import_module(KINDS[account.kind].module))
    return module.make(account, secret, zone, timeout_seconds, gates or Gates())
