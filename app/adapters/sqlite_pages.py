"""Reads an SQLite file page by page, without SQLite: one bad page does not hide the others.

The form is that of https://www.sqlite.org/fileformat.html. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from app.adapters.sqlite_log import Log

MAGIC = b"SQLite format 3\x00"
HEADER_BYTES = 100
USUAL_PAGE_BYTES = 4096

TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER = 13, 5, 10, 2
TREE_KINDS = frozenset({TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER})

# Our longest document is far below it; a length beyond is a damaged one.
_MOST_PAYLOAD_BYTES = 64 * 1024 * 1024

Value = int | float | str | bytes | None


class Record(Struct, frozen=True):
    """One row of a page: its row id (0 in an index), its values, and whether it may be an older
    state of the row, since a newer form of one of its pages is lost.
    """

    row_id: int
    values: tuple[Value, ...]
    stale: bool = False


class Damaged(ValueError):
    """Bytes that make no sense where they stand."""


class Pages:
    """The pages of a store, each in its newest readable form: from the log, else from the file."""

    def __init__(self, path: Path, log: Log) -> None:
        """Open for reading; a file that is missing is an empty one. Raises OSError. Close it."""
        self._file: BinaryIO = path.open("rb") if path.exists() else BytesIO()
        header = self._file.read(HEADER_BYTES)
        self._log = log
        self.header_reads = header.startswith(MAGIC)
        self.page_bytes = log.page_bytes or _page_bytes(header)
        reserved = header[20] if self.header_reads and header[20] <= 64 else 0
        self.usable = self.page_bytes - reserved
        size = self._file.seek(0, 2)
        self.count = max(-(-size // self.page_bytes), max(log.pages, default=0))
        self.overflow: set[int] = set()
        """Pages that hold the rest of a long row that could be read."""

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def page(self, number: int) -> bytes:
        """One page, whole. Raises Damaged where there is none."""
        page = self._log.pages.get(number)
        if page is None:
            if not 1 <= number <= self.count:
                raise Damaged(f"there is no page {number}")
            self._file.seek((number - 1) * self.page_bytes)
            page = self._file.read(self.page_bytes)
        if len(page) < self.page_bytes:
            raise Damaged(f"page {number} is cut")
        return page

    def stale(self, number: int) -> bool:
        """Whether a newer form of this page was lost."""
        return self._log.lost or number in self._log.damaged_pages

    def kind(self, number: int) -> int:
        """The kind of tree page that this is, 0 for none."""
        try:
            kind = self.page(number)[_tree_at(number)]
        except Damaged:
            return 0
        return kind if kind in TREE_KINDS else 0

    def children(self, number: int) -> Iterator[int]:
        """The pages below an inner page, from the left. Raises Damaged; what came before counts."""
        page = self.page(number)
        for at in self._cells(number, page):
            yield int.from_bytes(page[at : at + 4], "big")
        right = _tree_at(number) + 8
        yield int.from_bytes(page[right : right + 4], "big")

    def records(self, number: int) -> Iterator[Record | None]:
        """The rows in one page; None for each that cannot be read. Raises Damaged."""
        page = self.page(number)
        kind = page[_tree_at(number)]
        if kind == TABLE_INNER:
            return
        for at in self._cells(number, page):
            try:
                yield self._record(page, at, kind, self.stale(number))
            except (ValueError, IndexError):
                yield None

    def free(self) -> frozenset[int] | None:
        """The pages that hold nothing any more; None where the list of them cannot be read."""
        if not self.header_reads:
            return None
        try:
            first = self.page(1)
            trunk, left = _u32(first, 32), _u32(first, 36)
            found: set[int] = set()
            while trunk:
                page = self.page(trunk)
                count = _u32(page, 4)
                if trunk in found or count > self.usable // 4 - 2:
                    return None
                found.add(trunk)
                found.update(_u32(page, 8 + 4 * place) for place in range(count))
                trunk = _u32(page, 0)
        except Damaged:
            return None
        return frozenset(found) if len(found) == left else None

    def _cells(self, number: int, page: bytes) -> Iterator[int]:
        """Where the cells of a tree page begin. Raises Damaged."""
        at = _tree_at(number)
        kind = page[at]
        if kind not in TREE_KINDS:
            raise Damaged(f"page {number} is none of a tree")
        count = int.from_bytes(page[at + 3 : at + 5], "big")
        pointers = at + (12 if kind in (TABLE_INNER, INDEX_INNER) else 8)
        if pointers + 2 * count > self.usable:
            raise Damaged(f"page {number} claims {count} cells")
        for place in range(pointers, pointers + 2 * count, 2):
            cell = int.from_bytes(page[place : place + 2], "big")
            if pointers + 2 * count <= cell < self.usable:
                yield cell

    def _record(self, page: bytes, at: int, kind: int, stale: bool) -> Record:
        if kind == INDEX_INNER:
            at += 4
        size, at = _varint(page, at)
        row_id = 0
        if kind == TABLE_LEAF:
            row_id, at = _varint(page, at)
        if size > _MOST_PAYLOAD_BYTES:
            raise Damaged(f"a row claims {size} bytes")
        here = self._bytes_here(size, is_table=kind == TABLE_LEAF)
        payload = page[at : at + here]
        chain: list[int] = []
        if here < size:
            following = _u32(page, at + here)
            parts = [payload]
            left = size - here
            while left > 0:
                if following in chain:
                    raise Damaged("a row goes round in a circle")
                rest = self.page(following)
                chain.append(following)
                parts.append(rest[4 : 4 + min(left, self.usable - 4)])
                left -= self.usable - 4
                following = _u32(rest, 0)
            payload = b"".join(parts)
        values = values_of(payload, size)
        self.overflow.update(chain)
        return Record(row_id, values, stale or any(map(self.stale, chain)))

    def _bytes_here(self, size: int, *, is_table: bool) -> int:
        """How many bytes of a row stand in its tree page; the rest is in a chain of others."""
        usable = self.usable
        most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (usable - 12) * 32 // 255 - 23
        here = least + (size - least) % (usable - 4)
        return here if here <= most else least


def values_of(payload: bytes, size: int) -> tuple[Value, ...]:
    """The values of a record. Raises Damaged, and IndexError and ValueError for nonsense."""
    if len(payload) < size:
        raise Damaged("a row is cut")
    body, at = _varint(payload, 0)
    if body > size:
        raise Damaged("a row has no body")
    kinds = []
    while at < body:
        kind = payload[at]
        at += 1
        if kind >= 0x80:
            kind, at = _varint(payload, at - 1)
        kinds.append(kind)
    at = body
    values: list[Value] = []
    for kind in kinds:
        if kind >= 13 and kind & 1:
            # Nearly everything is text: a repair of a long history is waited for.
            end = at + (kind >> 1) - 6
            values.append(payload[at:end].decode())
            at = end
        else:
            value, at = _value(payload, at, kind)
            values.append(value)
    if at != size:
        raise Damaged("a row has another length")
    return tuple(values)


_INT_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind in _INT_BYTES:
        end = at + _INT_BYTES[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind == 7:
        import struct

        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind < 12:
        raise Damaged(f"there is no kind {kind} of value")
    end = at + (kind - 12) // 2
    return payload[at:end], end


def _page_bytes(header: bytes) -> int:
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    sound = header.startswith(MAGIC) and size >= 512 and size & (size - 1) == 0
    return size if sound else USUAL_PAGE_BYTES


def _tree_at(number: int) -> int:
    return HEADER_BYTES if number == 1 else 0


def _u32(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 4], "big")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next thing begins. Raises IndexError."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - (1 << 64) if value >= 1 << 63 else value, at + 9
