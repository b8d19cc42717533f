"""What the account dialog knows of a kind of account."""

from __future__ import annotations

from msgspec import Struct


class OptionView(Struct, frozen=True):
    """Something a kind of account may be told besides address and secret; it can stay empty."""

    name: str
    title: str
    hint: str = ""


class KindView(Struct, frozen=True):
    """A kind of account: what it is called and what signing in takes.

    `secret_name` is what the vendor calls the secret, `example_url` shows how an address looks.
    `options` are `OptionView`s, or bare names, which are then shown as they are.
    """

    name: str
    title: str
    needs_url: bool = True
    needs_secret: bool = True
    secret_name: str = "token"
    example_url: str = ""
    options: tuple[OptionView | str, ...] = ()
