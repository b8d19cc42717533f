"""Reads SQLite's write-ahead log without SQLite: which commits in it are whole, and which are lost.

SQLite takes a log up to its first bad frame and forgets the rest in silence. What follows such a
frame was told to be done, so it counts here. The form is that of
https://www.sqlite.org/walformat.html.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from msgspec import Struct

_MAGICS = {0x377F0682: "<", 0x377F0683: ">"}
_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_INDEX_BYTES = 100


class Log(Struct, frozen=True):
    """What a log holds.

    `pages` are the newest readable forms of pages. `damaged_pages` have a newer one that cannot be
    read. `lost` says that commits are gone of which nobody knows what they changed. `bad_frames`
    counts what a crash does not explain.
    """

    page_bytes: int = 0
    pages: dict[int, bytes] = {}
    damaged_pages: frozenset[int] = frozenset()
    lost: bool = False
    bad_frames: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is missing that a commit put in."""
        return not self.lost and not self.bad_frames


class _Frame(Struct, frozen=True):
    number: int
    commits: bool
    sound: bool
    page: bytes


def read_log(database: Path, *, should_be_there: bool, same_boot: bool) -> Log:
    """The log beside `database`. Raises OSError.

    `should_be_there`: whoever had the store last did not close it, so there must be one.
    `same_boot`: the machine ran on since, so that even what was not flushed yet is in the file.
    """
    path = database.with_name(database.name + "-wal")
    content = path.read_bytes() if path.exists() else None
    index = _committed_frames(database)
    committed, salts = index or (0, b"")
    if not content:
        # An empty one is right where nothing was written since all of it was copied.
        missing = should_be_there and content is None and index is None
        return Log(lost=committed > 0 or missing)
    order = _MAGICS.get(int.from_bytes(content[:4], "big"))
    page_bytes = int.from_bytes(content[8:12], "big")
    if order is None or page_bytes not in (512 << power for power in range(8)):
        return Log(lost=committed > 0 or len(content) > _HEADER_BYTES + _FRAME_HEADER_BYTES)
    frames = _frames(content, order, page_bytes)
    kept, bad = _kept(frames, same_boot)
    if salts == content[16:24] and committed > len(frames):
        return Log(page_bytes=page_bytes, pages=_newest(kept)[0], lost=True, bad_frames=bad)
    pages, damaged = _newest(kept)
    return Log(page_bytes=page_bytes, pages=pages, damaged_pages=damaged, bad_frames=bad)


def _frames(content: bytes, order: str, page_bytes: int) -> list[_Frame]:
    """All whole frames of this log's own round; each is checked against the one before it."""
    salts = content[16:24]
    seed = _checksum(content[:24], order, (0, 0))
    frames = []
    each = _FRAME_HEADER_BYTES + page_bytes
    for at in range(_HEADER_BYTES, len(content) - each + 1, each):
        header, page = content[at : at + _FRAME_HEADER_BYTES], content[at + 24 : at + each]
        # The checksums are always written with the high byte first.
        told: tuple[int, int] = struct.unpack(">II", header[16:24])
        sound = header[8:16] == salts and told == _checksum(
            page, order, _checksum(header[:8], order, seed)
        )
        frames.append(_Frame(_u32(header, 0), _u32(header, 4) != 0, sound, page))
        seed = told
    # Behind this round stand frames of an older one, which were all copied into the file.
    while frames and not frames[-1].sound and not _of_round(content, len(frames), page_bytes):
        frames.pop()
    return frames


def _of_round(content: bytes, count: int, page_bytes: int) -> bool:
    at = _HEADER_BYTES + (count - 1) * (_FRAME_HEADER_BYTES + page_bytes)
    return content[at + 8 : at + 16] == content[16:24]


def _kept(frames: list[_Frame], same_boot: bool) -> tuple[list[_Frame], int]:
    """The frames up to the last commit that counts, and how many of them are bad.

    A power cut may tear the last commit, which was not told to be done then. Within one boot
    nothing tears.
    """
    first_bad = next((n for n, frame in enumerate(frames) if not frame.sound), len(frames))
    later = [n for n, frame in enumerate(frames) if frame.commits and n >= first_bad]
    if len([n for n in later if frames[n].sound]) < (1 if same_boot else 2) and not (
        same_boot and first_bad < len(frames) and later
    ):
        later = []
    before = [n for n, frame in enumerate(frames[:first_bad]) if frame.commits]
    end = max((*before, *later), default=-1) + 1
    kept = frames[:end]
    return kept, sum(not frame.sound for frame in kept)


def _newest(frames: list[_Frame]) -> tuple[dict[int, bytes], frozenset[int]]:
    pages = {}
    damaged = set()
    for frame in frames:
        if frame.sound:
            pages[frame.number] = frame.page
            damaged.discard(frame.number)
        else:
            damaged.add(frame.number)
    return pages, frozenset(damaged)


def _committed_frames(database: Path) -> tuple[int, bytes] | None:
    """How many frames the log's index says were committed, 0 if all of them were copied into the
    file, and their salts.

    The index is no part of the store; None where it is missing or says nothing.
    """
    try:
        with database.with_name(database.name + "-shm").open("rb") as file:
            index = file.read(_INDEX_BYTES)
    except OSError:
        return None
    if len(index) < _INDEX_BYTES or index[:48] != index[48:96] or not index[12]:
        return None
    most, copied = (int.from_bytes(index[at : at + 4], sys.byteorder) for at in (16, 96))
    return (most if copied < most else 0), index[32:40]


def _checksum(data: bytes, order: str, seed: tuple[int, int]) -> tuple[int, int]:
    first, second = seed
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")
