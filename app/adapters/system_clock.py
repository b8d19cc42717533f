"""The machine's clocks: wall time, one that counts suspend, the boot's name and the zone."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """`app.ports.clock.Clock` over the operating system. Cheap enough for every message."""

    def __init__(self) -> None:
        """Read the boot's name once: it lives as long as the process at least."""
        self._boot_id = _read_boot_id()
        self._zone_name = ""
        self._zone_seen: object = None

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime in whole seconds, cut."""
        return datetime.now(UTC).replace(microsecond=0)

    def boot_seconds(self) -> float:
        """Seconds on the boot clock; see `boot_seconds`."""
        return boot_seconds()

    def boot_id(self) -> str:
        """The kernel's name of this boot, or one of this process where the kernel has none."""
        return self._boot_id

    def zone(self) -> tuple[str, int]:
        """The zone's name and its offset now in minutes east; a changed zone is seen at the next
        call.
        """
        seen = _zone_signs()
        if seen != self._zone_seen:
            self._zone_name, self._zone_seen = _read_zone_name(), seen
        offset = _offset(self._zone_name)
        if offset is not None:
            return self._zone_name, _minutes(offset)
        if hasattr(time, "tzset"):
            time.tzset()
        minutes = _minutes(datetime.now().astimezone().utcoffset() or timedelta())
        return _fixed_zone_name(minutes), minutes


def boot_seconds() -> float:
    """Seconds since some moment before the boot's start, suspend included; never set by anyone.

    `time.monotonic` stops during suspend on Linux and macOS, so it does not serve there; on
    Windows it counts on (Python's documentation of `time.monotonic`; clock_gettime(2), also that
    of Darwin).
    """
    if sys.platform == "linux":
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        seconds = time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        seconds = time.monotonic()
    return seconds


def _read_boot_id() -> str:
    """A name that no other boot has.

    One of this process alone is safe too: its readings never compare.
    """
    if sys.platform == "linux":
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        except OSError:
            pass
    elif sys.platform == "darwin":
        import subprocess

        found = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"],
            capture_output=True,
            text=True,
            check=False,
        )
        if found.returncode == 0 and found.stdout.strip():
            return found.stdout.strip()
    elif sys.platform == "win32":
        import winreg

        where = (
            r"SYSTEM\CurrentControlSet\Control\Session Manager"
            r"\Memory Management\PrefetchParameters"
        )
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, where) as key:
                return f"windows-{winreg.QueryValueEx(key, 'BootId')[0]}"
        except OSError:
            pass
    import uuid

    return f"process-{uuid.uuid4()}"


def _zone_signs() -> object:
    """What changes when the zone does, cheap to look at: reading the zone itself takes files."""
    signs: list[object] = [os.environ.get("TZ")]
    if sys.platform == "win32":
        signs.append(int(time.monotonic()) // 60)
    else:
        for path in ("/etc/localtime", "/etc/timezone"):
            try:
                found = os.lstat(path)
            except OSError:
                signs.append(None)
            else:
                signs.append((found.st_ino, found.st_mtime_ns))
    return signs


def _read_zone_name() -> str:
    """The IANA name of the user's zone, or "" where the system keeps none."""
    wanted = os.environ.get("TZ", "").lstrip(":")
    if wanted:
        return wanted if _offset(wanted) is not None else ""
    # Most systems link to the zone's file, so tzlocal is only imported for the rest of them.
    name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    if name and _offset(name) is not None:
        return name
    try:
        import tzlocal

        return str(tzlocal.reload_localzone().key)
    except (LookupError, OSError, ValueError, AttributeError):
        # ZoneInfoNotFoundError is a KeyError; a fixed zone has no key.
        return ""


def _offset(name: str) -> timedelta | None:
    """How far a zone is east of UTC now; None for a name that the zone database does not have."""
    from zoneinfo import ZoneInfo

    if not name:
        return None
    try:
        return datetime.now(ZoneInfo(name)).utcoffset()
    except (LookupError, OSError, ValueError):
        return None


def _minutes(offset: timedelta) -> int:
    return round(offset.total_seconds() / 60)


def _fixed_zone_name(minutes: int) -> str:
    """A zone of the database with that offset; its signs are turned round, as POSIX has them."""
    hours, rest = divmod(abs(minutes), 60)
    if rest or hours > 12:
        return "UTC"
    if not hours:
        return "Etc/UTC"
    return f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}"
