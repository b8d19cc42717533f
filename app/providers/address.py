"""Which addresses an account may have: HTTPS anywhere, plain HTTP on this computer alone."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from app.core.remote import Trouble, TroubleKind
from app.ports.provider import ProviderError
from app.words import _


class AddressRefused(ProviderError):
    """The address cannot be used. Raised before any byte leaves; `trouble.words` is a sentence."""

    def __init__(self, words: str) -> None:
        """Keep the sentence; the kind is NOT_SENT, since nothing was or will be."""
        super().__init__(Trouble(TroubleKind.NOT_SENT, words))


class Address(Struct, frozen=True):
    """Where a server is. `host` has no brackets, `path` no slash at its end; it may be empty."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def is_loopback(self) -> bool:
        """Whether this computer itself is meant."""
        return _is_loopback(self.host)

    @property
    def url(self) -> str:
        """The address as one text, put together from its checked parts."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read_address(text: str, cut: tuple[str, ...] = ()) -> Address:
    """Read and check the base address of an account.

    `cut` are path endings, in lower case, that people paste along and that are not part of it.
    Raises AddressRefused for what is no address, for `http://` to another computer (`DESIGN.md`
    §7), and for a name or password in it: those would end up in settings and logs.
    """
    text = text.strip()
    if not text:
        raise AddressRefused(_("The address of the server is missing."))
    # A backslash and white space are read differently by different programs: no address has them.
    if any(sign.isspace() or sign == "\\" or not sign.isprintable() for sign in text):
        raise AddressRefused(_("The address of the server cannot be read."))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except (ValueError, UnicodeError):
        raise AddressRefused(_("The address of the server cannot be read.")) from None
    if parts.scheme not in ("http", "https"):
        raise AddressRefused(_("The address of the server must begin with https://."))
    if not host:
        raise AddressRefused(_("The address of the server cannot be read."))
    if "@" in parts.netloc:
        raise AddressRefused(_("The address must not hold a user name or a password."))
    if parts.query or parts.fragment:
        raise AddressRefused(_("The address must end before “?” and “#”."))
    if parts.scheme == "http" and not _is_loopback(host):
        raise AddressRefused(
            _(
                "Plain http:// is accepted for this computer alone; the address must begin with https://."
            )
        )
    return Address(parts.scheme, host, port, _path(parts.path, cut))


def _path(path: str, cut: tuple[str, ...]) -> str:
    path = path.rstrip("/")
    for ending in cut:
        if path.lower().endswith(ending):
            return path[: -len(ending)].rstrip("/")
    return path


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # An IPv4 address dressed as an IPv6 one is not worth its special cases.
    return (isinstance(address, IPv4Address) and address.is_loopback) or str(address) == "::1"
