"""What readings of idle time mean: which of them can be true, and when the user left and came back.

Two clocks take part. Sources count input age on one that stands still during suspend, so whether
there was input between two looks is found on that one; how long the user was away is told on the
boot clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from app.adapters.system_clock import boot_seconds
from app.ports.sensors import SourceUnavailable
from app.words import _

# Readings jitter by scheduling and by the server's coarse clock; a lie is larger.
_JITTER_SECONDS = 2.0
# Two looks that differ by less saw the same last input.
_SAME_SECONDS = 0.5
_ABSURD_SECONDS = 366 * 86_400.0


class IdleReadings:
    """Passes on readings that can be true and refuses the others."""

    def __init__(self, wraps_at_seconds: float | None = None) -> None:
        """`wraps_at_seconds` is where the source's counter begins again at zero, if it does."""
        self._wraps_at = wraps_at_seconds
        self._before: tuple[float, float] | None = None

    def take(self, idle_seconds: float, at: float, took_seconds: float = 0.0) -> float:
        """A reading made at the moment `at` of `time.monotonic`, mended where the counter began
        again.

        `took_seconds` is how long the look took, by which the moment is unsure. Raises
        SourceUnavailable for a reading that cannot be: negative, absurd, older than time allows,
        or an idle time that went back to a moment at which an earlier look had seen no input.
        """
        idle = idle_seconds
        unsure = _JITTER_SECONDS + took_seconds
        if self._before is not None and self._wraps_at is not None:
            expected = self._before[1] + at - self._before[0]
            if abs(expected - self._wraps_at * (expected // self._wraps_at) - idle) <= unsure:
                idle += self._wraps_at * (expected // self._wraps_at)
        if not 0 <= idle <= _ABSURD_SECONDS:
            raise SourceUnavailable(
                _("It says that the last input was {seconds} s ago.").format(seconds=idle_seconds)
            )
        if self._before is not None:
            looked_at, was_idle = self._before
            input_at, input_was_at = at - idle, looked_at - was_idle
            if input_at < input_was_at - unsure:
                raise SourceUnavailable(_("Its idle time grows faster than time passes."))
            if input_was_at + unsure < input_at < looked_at - unsure:
                raise SourceUnavailable(_("Its idle time goes back without input."))
        self._before = (at, idle)
        return idle


class IdleWatch:
    """Turns readings into one call when the user has left and one when the user is back."""

    def __init__(
        self,
        idle_after_seconds: int,
        on_idle: Callable[[int], None],
        on_return: Callable[[int], None],
        monotonic_seconds: Callable[[], float] = time.monotonic,
        boot_clock_seconds: Callable[[], float] = boot_seconds,
    ) -> None:
        """Present until a reading says otherwise."""
        self._idle_after = idle_after_seconds
        self._on_idle = on_idle
        self._on_return = on_return
        self._monotonic = monotonic_seconds
        self._boot = boot_clock_seconds
        self._input_at: float | None = None
        self._input_boot_at = 0.0
        self._left_boot_at = 0.0
        self._away = False

    def see(self, idle_seconds: float, ago_seconds: float = 0.0) -> None:
        """Take in how long there had been no input as of so many seconds ago."""
        input_at = self._monotonic() - ago_seconds - idle_seconds
        boot_now = self._boot() - ago_seconds
        if self._input_at is None or input_at > self._input_at + _SAME_SECONDS:
            fresh = self._input_at is not None
            self._input_at, self._input_boot_at = input_at, boot_now - idle_seconds
            if self._away and fresh:
                self._away = False
                self._on_return(max(0, int(self._input_boot_at - self._left_boot_at)))
        # Of the same last input the newer reading is a little off, and an alarm comes only once:
        # whichever of the two is longer counts.
        gone_for = max(idle_seconds, boot_now - self._input_boot_at)
        if not self._away and gone_for >= self._idle_after:
            self._away, self._left_boot_at = True, self._input_boot_at
            self._on_idle(int(gone_for))

    def next_look_seconds(self, idle_seconds: float) -> float:
        """When a source that must be asked is to be asked again, as of a reading of now.

        Present: when the threshold could be reached at the earliest. Away: in a second.
        """
        if self._away:
            return 1.0
        return max(0.05, self._idle_after - idle_seconds)
