"""How often a server may be asked, in words."""

from __future__ import annotations

from app.words import ngettext

MINUTE_SECONDS = 60
HOUR_SECONDS = 3600


def requests_taken(name: str, calls: int, seconds: int) -> str:
    """Say how many requests an account, or a server, takes within so many seconds: a sentence."""
    if seconds == 1:
        words = ngettext(
            "{name} takes {count} request a second.",
            "{name} takes {count} requests a second.",
            calls,
        )
    elif seconds == MINUTE_SECONDS:
        words = ngettext(
            "{name} takes {count} request a minute.",
            "{name} takes {count} requests a minute.",
            calls,
        )
    elif seconds == HOUR_SECONDS:
        words = ngettext(
            "{name} takes {count} request an hour.",
            "{name} takes {count} requests an hour.",
            calls,
        )
    else:
        words = ngettext(
            "{name} takes {count} request in {seconds} seconds.",
            "{name} takes {count} requests in {seconds} seconds.",
            calls,
        )
    return words.format(name=name, count=calls, seconds=seconds)
