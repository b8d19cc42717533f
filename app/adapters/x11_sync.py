"""What idle alarms take of X's SYNC extension, which python-xlib does not have.

Shapes and numbers are those of the X Synchronization Extension Protocol, version 3.1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from Xlib.display import Display
from Xlib.protocol import rq

EXTENSION = "SYNC"
IDLE_COUNTER = "IDLETIME"
TIME_COUNTER = "SERVERTIME"

# The attributes of an alarm that CreateAlarm gives: all of them, in the order of their bits.
_EVERY_ATTRIBUTE = 0b111111
_ABSOLUTE = 0
_ALARM_NOTIFY = 1


class Transition(IntEnum):
    """How a counter must pass an alarm's value to set it off.

    With no delta the alarm stays armed.
    """

    UPWARDS = 0
    DOWNWARDS = 1


class _Initialize(rq.ReplyRequest):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(0),
        rq.RequestLength(),
        rq.Card8("major_version"),
        rq.Card8("minor_version"),
        rq.Pad(2),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card8("major_version"),
        rq.Card8("minor_version"),
        rq.Pad(22),
    )


class _ListSystemCounters(rq.ReplyRequest):
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(1), rq.RequestLength())
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card32("how_many"),
        rq.Pad(20),
        rq.Binary("counters", pad=0),
    )


class _QueryCounter(rq.ReplyRequest):
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(5), rq.RequestLength(), rq.Card32("counter"))
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Pad(1),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Int32("value_high"),
        rq.Card32("value_low"),
        rq.Pad(16),
    )


class _CreateAlarm(rq.Request):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(8),
        rq.RequestLength(),
        rq.Card32("alarm"),
        rq.Card32("attributes"),
        rq.Card32("counter"),
        rq.Card32("value_type"),
        rq.Int32("value_high"),
        rq.Card32("value_low"),
        rq.Card32("test_type"),
        rq.Int32("delta_high"),
        rq.Card32("delta_low"),
        rq.Card32("events"),
    )


class _DestroyAlarm(rq.Request):
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(11), rq.RequestLength(), rq.Card32("alarm"))


class AlarmNotify(rq.Event):
    """An alarm went off: `alarm`, the counter's value in two halves, the server's time in
    milliseconds.
    """

    _code = None
    _fields = rq.Struct(
        rq.Card8("type"),
        rq.Card8("kind"),
        rq.Card16("sequence_number"),
        rq.Card32("alarm"),
        rq.Int32("value_high"),
        rq.Card32("value_low"),
        rq.Int32("alarm_high"),
        rq.Card32("alarm_low"),
        rq.Card32("timestamp"),
        rq.Card8("state"),
        rq.Pad(3),
    )


class SyncExtension:
    """SYNC on one connection."""

    def __init__(self, display: Display) -> None:
        """Agree on the version. Raises LookupError when the server has no SYNC."""
        found = display.query_extension(EXTENSION)
        if found is None or not found.present:
            raise LookupError(EXTENSION)
        self._display = display.display
        self._opcode = found.major_opcode
        display.extension_add_event(found.first_event + _ALARM_NOTIFY, AlarmNotify)
        _Initialize(display=self._display, opcode=self._opcode, major_version=3, minor_version=1)

    def counter(self, name: str) -> int | None:
        """The id of a system counter, or None."""
        reply = _ListSystemCounters(display=self._display, opcode=self._opcode)
        return dict(_named_counters(bytes(reply.counters), reply.how_many)).get(name)

    def value(self, counter: int) -> int:
        """What a counter stands at."""
        reply = _QueryCounter(display=self._display, opcode=self._opcode, counter=counter)
        return whole_value(reply)

    def create_alarm(self, counter: int, value: int, transition: Transition) -> int:
        """An alarm that goes off each time the counter passes a value; its id."""
        alarm = int(self._display.allocate_resource_id())
        _CreateAlarm(
            display=self._display,
            opcode=self._opcode,
            alarm=alarm,
            attributes=_EVERY_ATTRIBUTE,
            counter=counter,
            value_type=_ABSOLUTE,
            value_high=value >> 32,
            value_low=value & 0xFFFFFFFF,
            test_type=transition.value,
            delta_high=0,
            delta_low=0,
            events=1,
        )
        return alarm

    def destroy_alarm(self, alarm: int) -> None:
        """Disarm an alarm for good."""
        _DestroyAlarm(display=self._display, opcode=self._opcode, alarm=alarm)
        self._display.free_resource_id(alarm)


def whole_value(halves: Any) -> int:
    """The 64-bit value that an event or a reply carries in two halves."""
    return (int(halves.value_high) << 32) + int(halves.value_low)


def _named_counters(data: bytes, how_many: int) -> Iterator[tuple[str, int]]:
    """Name and id of each counter: id, resolution (8 bytes), length of the name, name, padding to
    4.
    """
    at = 0
    for _number in range(how_many):
        counter = int.from_bytes(data[at : at + 4], sys.byteorder)
        length = int.from_bytes(data[at + 12 : at + 14], sys.byteorder)
        yield data[at + 14 : at + 14 + length].decode("latin-1"), counter
        at += (14 + length + 3) // 4 * 4
