"""Looking for garbage in a process that stays: not during the start, nor later in its fruits."""

from __future__ import annotations

import gc


def no_collection_yet() -> None:
    """Look for no garbage: what the start loads stays, and to look through it takes its time."""
    gc.disable()


def collect_once() -> None:
    """Make the room free that reading the command line took, for what is loaded next."""
    gc.collect()


def collect_from_now_on() -> None:
    """Look for garbage again, but never among what the start has loaded: that stays anyway."""
    gc.collect()
    gc.freeze()
    gc.enable()
