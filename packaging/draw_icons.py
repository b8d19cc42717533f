"""Draws `resources/icons/*.svg` from the geometry of the marks: run it after changing a shape here.

Every mark is one path on a 16 grid in one colour: it can be filled without an SVG library.
Where a mark stands on the dial, 1.3 of the dial is cut away around it, which needs real outlines.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainterPath, QPainterPathStroker, QTransform

ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
CUT = 1.3
FINE = 12.0
"""Qt flattens curves when it joins and cuts outlines: on this scale the corners can't be seen."""


class Shape(QPainterPath):
    """An outline that is joined (`|`), cut (`-`) and clipped (`&`) on the larger scale."""

    def __or__(self, other: QPainterPath) -> Shape:
        """Return what either covers."""
        return _down(_up(self).united(_up(other)))

    def __sub__(self, other: QPainterPath) -> Shape:
        """Return what this one covers and the other does not."""
        return _down(_up(self).subtracted(_up(other)))

    def __and__(self, other: QPainterPath) -> Shape:
        """Return what both cover."""
        return _down(_up(self).intersected(_up(other)))


def _up(path: QPainterPath) -> QPainterPath:
    return QTransform.fromScale(FINE, FINE).map(path)


def _down(path: QPainterPath) -> Shape:
    return Shape(QTransform.fromScale(1 / FINE, 1 / FINE).map(path))


def polygon(*points: tuple[float, float]) -> Shape:
    """Return a closed outline through the points."""
    path = Shape(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    path.closeSubpath()
    return path


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Shape:
    """Return a rectangle by its edges."""
    path = Shape()
    rect = QRectF(left, top, right - left, bottom - top)
    if radius:
        path.addRoundedRect(rect, radius, radius)
    else:
        path.addRect(rect)
    return path


def disc(radius: float, x: float = 8, y: float = 8) -> Shape:
    """Return a filled circle."""
    path = Shape()
    path.addEllipse(QPointF(x, y), radius, radius)
    return path


def ring(radius: float, width: float = 2, x: float = 8, y: float = 8) -> Shape:
    """Return a circle line of `width` whose middle has `radius`."""
    return disc(radius + width / 2, x, y) - disc(radius - width / 2, x, y)


def stroke(path: Shape, width: float = 2, *, soft: bool = False) -> Shape:
    """Return the outline of a line of `width` along the path."""
    stroker = QPainterPathStroker()
    stroker.setWidth(width * FINE)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap if soft else Qt.PenCapStyle.FlatCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin if soft else Qt.PenJoinStyle.MiterJoin)
    return _down(stroker.createStroke(_up(path)).simplified())


def line(*points: tuple[float, float], width: float = 2, soft: bool = False) -> Shape:
    """Return the outline of a line through the points."""
    path = Shape(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    return stroke(path, width, soft=soft)


def grown(path: Shape, by: float = CUT) -> Shape:
    """Return the path and `by` all around it."""
    return path | stroke(path, by * 2, soft=True)


def question(x: float, top: float, radius: float, width: float) -> Shape:
    """Return a question mark from `top` down; `radius` is that of the bow's middle line."""
    middle = top + width / 2 + radius
    foot = middle + radius * 1.55
    bow = Shape(QPointF(x - radius, middle))
    bow.arcTo(QRectF(x - radius, middle - radius, radius * 2, radius * 2), 180, -195)
    bow.cubicTo(
        QPointF(x + radius * 0.75, middle + radius * 0.85),
        QPointF(x, middle + radius * 0.75),
        QPointF(x, foot),
    )
    dot = foot + width * 0.45
    return stroke(bow, width) | box(x - width / 2, dot, x + width / 2, dot + width)


def hands() -> Shape:
    """Return the hands at nine o'clock."""
    return box(7, 4, 9, 9) | box(4.5, 7, 9, 9)


def dial(runs: bool, mark: Shape | None = None, *, with_hands: bool = True) -> Shape:
    """Return the dial: a ring with hands, or a disc without them; cut free around a mark."""
    path = disc(7) if runs else ring(6)
    if with_hands:
        path = path - hands() if runs else path | hands()
    return path if mark is None else (path - grown(mark)) | mark


def arcs() -> Shape:
    """Return the ring in four arcs, with gaps at 12, 3, 6 and 9."""
    return ring(6) - box(6.6, 0, 9.4, 16) - box(0, 6.6, 16, 9.4)


def struck() -> Shape:
    """Return the ring with a bar from corner to corner, cut free on both sides."""
    bar = line((1.2, 1.2), (14.8, 14.8), width=2)
    return (ring(6) - line((0, 0), (16, 16), width=2 + 2 * 1.0)) | bar


def bubble() -> Shape:
    """Return the speech bubble with the question mark cut out of it."""
    shape = box(1, 1, 15, 13, 2) | polygon((4, 12), (4, 16), (9, 12))
    return shape - question(8, 2.4, 2.1, 2)


def dotted_arrow() -> Shape:
    """Return an open arrow up with a stem of dots: on its way."""
    return line((2.6, 8.4), (8, 3), (13.4, 8.4)) | box(7, 8, 9, 10) | box(7, 12, 9, 14)


def triangle() -> Shape:
    """Return the warning triangle with a stroke and a dot cut out."""
    shape = grown(polygon((8, 2.6), (14, 13.4), (2, 13.4)), 0.9)
    return shape - box(7.1, 5.6, 8.9, 10.2) - box(7.1, 11.3, 8.9, 13)


def moon() -> Shape:
    """Return the crescent."""
    return disc(6.6, 7.6, 8.4) - disc(5.6, 11.4, 5.2)


def hatch() -> Shape:
    """Return slanted strokes in a box."""
    strokes = Shape()
    for shift in (-8, -3, 2, 7, 12):
        strokes = strokes | line((shift - 2, 16), (shift + 14, 0), width=1.6)
    return strokes & box(1, 2, 15, 14)


def two_boxes() -> Shape:
    """Return two boxes, one over the other."""
    front = box(6, 6, 15, 14) - box(8, 8, 13, 12)
    back = (box(1, 2, 10, 10) - box(3, 4, 8, 8)) - grown(box(6, 6, 15, 14), 1)
    return back | front


def padlock() -> Shape:
    """Return a padlock."""
    bow = Shape(QPointF(5, 8))
    bow.lineTo(QPointF(5, 5))
    bow.arcTo(QRectF(5, 2, 6, 6), 180, -180)
    bow.lineTo(QPointF(11, 8))
    return stroke(bow) | (box(3, 7, 13, 14, 1) - box(7, 9, 9, 12))


def pencil() -> Shape:
    """Return a pencil: edited by hand."""
    shaft = polygon((3, 10.6), (10.2, 3.4), (12.6, 5.8), (5.4, 13), (2.4, 13.6))
    return shaft | polygon((11, 2.6), (12, 1.6), (14.4, 4), (13.4, 5))


def marks() -> dict[str, Shape]:
    """Return every mark by its file name."""
    arrow = polygon((12, 8), (15.5, 12), (13, 12), (13, 16), (11, 16), (11, 12), (8.5, 12))
    bang = box(11, 6, 14, 12) | box(11, 13, 14, 16)
    clock_hands = line((8, 4.6), (8, 8.6), (10.8, 8.6), width=1.8)
    drawn = {
        "tray-stopped": dial(False),
        "tray-running": dial(True),
        "tray-asking": bubble(),
        "tray-connecting": arcs(),
        "tray-signed-out": struck(),
    }
    for name, runs in (("stopped", False), ("running", True)):
        for mark_name, mark in (("wait", arrow), ("attention", bang)):
            drawn[f"tray-{name}-{mark_name}"] = dial(runs, mark)
            drawn[f"tray-{name}-{mark_name}-16"] = dial(runs, mark, with_hands=False)
    drawn |= {
        "tick": line((2.6, 8.4), (6.2, 12), (13.4, 4.4), width=2),
        "arrow-up": polygon((8, 2), (13, 8), (9, 8), (9, 14), (7, 14), (7, 8), (3, 8)),
        "arrow-dotted": dotted_arrow(),
        "doubtful": ring(6.1, 1.6) | question(8, 4, 1.5, 1.5),
        "held": triangle(),
        "conflict": polygon((5, 1.4), (8.6, 6), (6, 6), (6, 14), (4, 14), (4, 6), (1.4, 6))
        | polygon((11, 14.6), (14.6, 10), (12, 10), (12, 2), (10, 2), (10, 10), (7.4, 10)),
        "clock": ring(6.1, 1.6) | clock_hands,
        "padlock": padlock(),
        "dial": dial(True),
        "dial-stopped": dial(False),
        "hatch": hatch(),
        "overlap": two_boxes(),
        "stop": box(3, 3, 13, 13),
        "start": polygon((4, 2.4), (13.4, 8), (4, 13.6)),
        "moon": moon(),
        "plus": box(7, 2, 9, 14) | box(2, 7, 14, 9),
        "search": ring(4.4, 1.8, 6.6, 6.6) | line((9.4, 9.4), (14, 14), width=2.2),
        "cross": line((3.4, 3.4), (12.6, 12.6)) | line((12.6, 3.4), (3.4, 12.6)),
        "pencil": pencil(),
        "question": question(8, 1.5, 2.9, 2),
    }
    return drawn


def svg(path: QPainterPath) -> str:
    """Return the path as an SVG document in the current colour."""
    parts: list[str] = []
    count, at = path.elementCount(), 0
    open_subpath = False
    while at < count:
        element = path.elementAt(at)
        if element.isMoveTo():
            parts.append(("Z" if open_subpath else "") + f"M{element.x:.2f} {element.y:.2f}")
            open_subpath = True
        elif element.isLineTo():
            parts.append(f"L{element.x:.2f} {element.y:.2f}")
        else:
            points = [path.elementAt(at + i) for i in range(3)]
            parts.append("C" + " ".join(f"{p.x:.2f} {p.y:.2f}" for p in points))
            at += 2
        at += 1
    outline = "".join(parts) + "Z"
    for long, short in ((".00", ""), ("-0 ", "0 ")):
        outline = outline.replace(long, short)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">\n'
        f'  <path fill="currentColor" fill-rule="evenodd" d="{outline}"/>\n'
        "</svg>\n"
    )


def main() -> None:
    """Write every mark to its file; a second run changes nothing."""
    application = QGuiApplication(sys.argv)
    ICONS.mkdir(parents=True, exist_ok=True)
    for name, path in marks().items():
        (ICONS / f"{name}.svg").write_text(svg(path), encoding="utf-8")
    del application


if __name__ == "__main__":
    main()
