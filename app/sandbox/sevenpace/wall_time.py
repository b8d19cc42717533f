"""Wall time as 7pace keeps it: local, without an offset, with up to seven digits of a second."""

import re
from datetime import UTC, date, datetime, timedelta

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(?:Z|[+-]\d\d:?\d\d)?$",
    re.IGNORECASE,
)
_LOCALE_FORMS = ("%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y")


def read_wall(text: str) -> datetime:
    """Return the wall reading in `text`, naive; an offset is ignored. Raises `ValueError`."""
    found = _ISO.match(text.strip())
    if found is not None:
        year, month, day, hour, minute, second, fraction = found.groups(default="0")
        microsecond = int(fraction.ljust(6, "0")[:6])
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), microsecond
        )
    for form in _LOCALE_FORMS:
        try:
            # Without a zone on purpose: the server keeps what the clock on the wall said.
            return datetime.strptime(text.strip(), form).replace(tzinfo=None)
        except ValueError:
            continue
    raise ValueError(f"“{text}” is not a date and time")


def wall_text(wall: datetime) -> str:
    """Return a naive moment as the vendor writes it: a fraction has no closing zeros.

    A moment of the server's clock has seven digits. Python holds six: the last is made up.
    """
    head = wall.strftime("%Y-%m-%dT%H:%M:%S")
    if wall.microsecond == 0:
        return head
    if wall.microsecond % 1000 == 0:
        return head + f".{wall.microsecond // 1000:03d}".rstrip("0")
    return head + f".{wall.microsecond:06d}{wall.microsecond % 9 + 1}"


def instant_text(instant: datetime) -> str:
    """Return an aware instant in UTC with `Z`, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rounded(wall: datetime) -> datetime:
    """Round as a database column of 1/300 s does: an edited row comes back with fewer digits.

    A true column may carry into the next second; this stops at .997, so that seconds stay.
    """
    ticks = min(round(wall.microsecond * 300 / 1_000_000), 299)
    return wall.replace(microsecond=round(ticks * 10 / 3) * 1000)


def on_the_wall(instant: datetime, zone_minutes: int) -> datetime:
    """Return what a clock `zone_minutes` east of UTC shows at `instant`, naive."""
    return instant.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=zone_minutes)


def week_start(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())
