"""Wake-ups by APScheduler that neither suspend nor a clock that is set can swallow."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from app.adapters.system_clock import boot_seconds

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

# Waits end by a clock that stands still during suspend and knows nothing of a wall clock that is
# set, so no wait is longer than this: the most that a wake can come late by, at 0.07 wake-ups a
# second.
LOOK_SECONDS = 15.0

# Below this the two clocks only drift; above it somebody set one of them.
_SET_SECONDS = 2.0


class ApschedulerWakes:
    """`app.ports.scheduler.Scheduler` over one thread that waits and one that calls."""

    def __init__(self) -> None:
        """Start waiting. APScheduler is imported here, so make this after the tray is up."""
        self._scheduler = _new_scheduler()
        self._scheduler.start()
        self._lock = threading.Lock()
        self._numbers = count(1)
        # A key's job has a number of its own, so that one already on its way finds out that it is
        # no longer wanted.
        self._jobs: dict[str, str] = {}
        self._stopped = False

    def wake_at(self, key: str, at: datetime, call: Callable[[], None]) -> None:
        """Call once at an instant of the wall clock."""
        if at.tzinfo is None:
            raise ValueError("an instant needs its zone")
        self._replace(key, call, trigger="date", run_date=at)

    def every(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        """Call again and again."""
        self._replace(key, call, trigger="interval", seconds=seconds)

    def cancel(self, key: str) -> None:
        """Drop what a key holds."""
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is not None:
            self._remove(job)

    def _replace(self, key: str, call: Callable[[], None], **when: object) -> None:
        with self._lock:
            before = self._jobs.get(key)
            job = self._jobs[key] = f"{key} {next(self._numbers)}"

        def fire() -> None:
            # It may have been replaced on its way, or by two threads at once: the latest counts.
            with self._lock:
                current = self._jobs.get(key) == job
            if current:
                call()
            else:
                self._remove(job)

        # Never below our lock: the scheduler has one of its own.
        if before is not None:
            self._remove(before)
        self._scheduler.add_job(fire, id=job, name=key, **when)

    def _remove(self, job: str) -> None:
        from apscheduler.jobstores.base import JobLookupError

        # It ran, or was never there: either way it is gone.
        with contextlib.suppress(JobLookupError):
            self._scheduler.remove_job(job)

    def stop(self) -> None:
        """End the threads; a call that has begun is waited for."""
        with self._lock:
            stopped, self._stopped = self._stopped, True
            self._jobs.clear()
        if not stopped:
            self._scheduler.shutdown(wait=True)


def _new_scheduler() -> BackgroundScheduler:
    """A scheduler whose thread looks at the clocks every `LOOK_SECONDS`."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.interval import IntervalTrigger

    class LookingScheduler(BackgroundScheduler):  # type: ignore[misc]  # it comes without types
        """A background scheduler that notices when the wall clock was set."""

        _gap: float | None = None

        def _process_jobs(self) -> float:
            """Run what is due; the seconds to wait until the next look."""
            gap = time.time() - boot_seconds()
            if self._gap is not None and abs(gap - self._gap) > _SET_SECONDS:
                self._put_right_intervals()
            self._gap = gap
            wait: float | None = super()._process_jobs()
            return LOOK_SECONDS if wait is None else min(wait, LOOK_SECONDS)

        def _put_right_intervals(self) -> None:
            """Count intervals anew: by the wall clock alone one would stall for as long as it was
            set back.
            """
            now = datetime.now(UTC)
            for job in self.get_jobs():
                if isinstance(job.trigger, IntervalTrigger):
                    length: timedelta = job.trigger.interval
                    job.reschedule(IntervalTrigger(seconds=length.total_seconds(), timezone=UTC))
                    job.modify(next_run_time=now + length)

    return LookingScheduler(
        timezone=UTC,
        # Not on the scheduler's own thread, which holds its lock and would not bear a call that
        # sets or cancels what is just running. One thread keeps the calls in order.
        executors={"default": ThreadPoolExecutor(1)},
        # Late is better than never, and once is enough.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
