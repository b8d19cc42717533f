"""What a benchmark found: ours beside the floor, a ratio against a bound; and the table of it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

from msgspec import Struct


class Figure(Struct, frozen=True):
    """One line of the table.

    `ours` and `floor` are medians in `unit`. `bound` is the most that `ratio` may be; None means
    that the line only tells. Without a floor the bound is on `ours` itself.
    """

    name: str
    ours: float
    unit: str
    floor: float | None = None
    bound: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """What the bound is about: ours by the floor, or ours where there is no floor."""
        return self.ours if self.floor is None else self.ours / self.floor

    @property
    def kept(self) -> bool:
        """Whether the bound is kept; a line without one cannot fail."""
        return self.bound is None or self.ratio <= self.bound


def compared(
    name: str, ours: Sequence[float], floor: Sequence[float], unit: str, bound: float | None
) -> Figure:
    """The line of two series that were measured in turns; its note tells how they spread."""
    note = f"{len(ours)} × each; middle half {_middle_half(ours)} / {_middle_half(floor)}"
    return Figure(name, median(ours), unit, median(floor), bound, note)


def _middle_half(values: Sequence[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:.4g}"
    low, _middle, high = quantiles(values, n=4, method="inclusive")
    return f"{low:.4g}-{high:.4g}"


def table(figures: Sequence[Figure]) -> str:
    """The lines under their headings, aligned, as plain text."""
    rows = [("", "ours", "floor", "", "ratio", "bound", "ok", "")]
    for it in figures:
        rows.append(
            (
                it.name,
                f"{it.ours:.4g}",
                "" if it.floor is None else f"{it.floor:.4g}",
                it.unit,
                "" if it.floor is None else f"{it.ratio:.2f}",
                "" if it.bound is None else f"{it.bound:.4g}",
                "" if it.bound is None else ("yes" if it.kept else "NO"),
                it.note,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    left = (0, 3, 7)
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
