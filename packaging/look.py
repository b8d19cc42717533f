"""Paints every state of tray and panel to PNG files, to be looked at: light, dark, and large type.

    python packaging/look.py FOLDER [--font Inter]

Runs on any display, best on a virtual one. One picture for the icons, and by theme and size one
each for the menus and the panels, with long words and with none.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEventLoop, QLocale, QPoint, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.panel import Panel
from app.ui.tray import Tray
from app.ui.tray_icon import tray_pixmap
from app.ui.tray_menu import TrayMenu
from app.ui.views import (
    ActivityView,
    MenuLine,
    NoticeView,
    PanelView,
    RecentView,
    RunningView,
    SearchHit,
    StartHint,
    SyncView,
    TrayMark,
    TrayShape,
    TrayView,
)

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 12, 10, 17, 20, tzinfo=ZONE).astimezone(UTC)
DAY = datetime(2026, 11, 12, 0, 0, tzinfo=ZONE).astimezone(UTC)
STATES: list[tuple[TrayShape, TrayMark]] = [
    ("stopped", ""),
    ("running", ""),
    ("asking", ""),
    ("running", "wait"),
    ("stopped", "wait"),
    ("running", "attention"),
    ("stopped", "attention"),
    ("connecting", ""),
    ("signed-out", ""),
]


def at(hour: int, minute: int) -> datetime:
    """Return a moment of the sample day, in UTC."""
    return datetime(2026, 11, 12, hour, minute, tzinfo=ZONE).astimezone(UTC)


RECENTS = (
    RecentView("1350", "Work", 0, "Review sign-in flow", label="#1350", note="0:45"),
    RecentView(
        "1362", "Work", 0, "Write release notes for the quarter", label="#1362", note="0:20"
    ),
    RecentView("p1", "Studio", 1, "Project Alpha / Planning", note="1:10"),
    RecentView("s1", "Side", 2, "Support rota", note="0:15"),
)
RUNNING = RunningView(
    title="Fix login timer",
    where="#1349 · Project Alpha · Work",
    account_index=0,
    started_at=at(9, 12),
    item_key="1349",
    account="Work",
    activity_id="dev",
    activities=(ActivityView("dev", "Development"), ActivityView("test", "Testing")),
    start_hints=(
        StartHint("Last stop, 09:05", at(9, 5)),
        StartHint("First input today, 08:52", at(8, 52)),
    ),
)
LONG = RunningView(
    title="Überprüfung der Anmeldezeitgeberüberschreitung <b>im</b> Produktivsystem & überall",
    where="#1234567 · A project with quite a long name / and a task with another · Work at home",
    account_index=3,
    started_at=NOW - timedelta(hours=23, minutes=48),
    comment="A comment that somebody wrote with great care, and which will not fit",
    no_activities="Clockify has no activity types.",
)
OK = SyncView("ok", "All on the servers")


def running_view(**changes: object) -> PanelView:
    """Return the usual view of a running track with some fields changed."""
    values: dict[str, object] = {
        "running": RUNNING,
        "day_seconds": 3 * 3600 + 30 * 60,
        "day_started_at": DAY,
        "sync": OK,
        "target_seconds": 8 * 3600,
        "recents": RECENTS,
    }
    return PanelView(**(values | changes))  # type: ignore[arg-type]  # sample values by name


STOPPED_FIRST = running_view(
    running=None, day_seconds=0, recents=(), taught=False, sync=SyncView("ok", "Nothing waits")
)
STOPPED = running_view(running=None, day_seconds=4 * 3600 + 2100, continues="Fix login timer")
HITS = [
    SearchHit("Your history", "1349", "Work", 0, "Fix login timer", label="#1349", runs=True),
    SearchHit(
        "Your history",
        "1371",
        "Work",
        0,
        "Login page: wrong text on small screens",
        label="#1371",
        note="2:30",
    ),
    SearchHit("Your history", "b", "Studio", 1, "Project Beta / Remember login", note="0:40"),
    SearchHit("Work", "1398", "Work", 0, "Rate limit for login attempts", label="#1398"),
    SearchHit("Work", "1402", "Work", 0, "Audit trail for every login and sign-out", label="#1402"),
    SearchHit(
        "Side",
        "w",
        "Side",
        1,
        "Website / login copy",
        section_note="is offline; names as of Friday",
    ),
]
OFFLINE = SyncView(
    "offline",
    "3 changes wait",
    detail="Work is offline since 09:40. All is kept here.",
    next_try="Next try at 10:20",
)
SIGN_IN = NoticeView(
    "sign-in",
    "Work wants you to sign in again.",
    "The track runs on. 2 changes are kept here and will be told after the sign-in.",
    action="Sign in…",
    account="Work",
)


def panels() -> list[tuple[str, Panel]]:
    """Return the panel in every state, with a name each."""
    made: list[tuple[str, Panel]] = []

    def add(
        name: str, view: PanelView, words: str = "", hits: list[SearchHit] | None = None
    ) -> Panel:
        panel = Panel(lambda: NOW, ZONE)
        panel.show_view(view)
        made.append((name, panel))
        panel.open_near()
        if words:
            panel.body.search.setText(words)
            panel.show_hits(hits or [])
        return panel

    add("Running", running_view())
    add("Stopped, before the first entry", STOPPED_FIRST)
    add("Searching", running_view(), "login", HITS)
    editing = add("Editing the start", running_view())
    editing.change_start()
    editing.body.editor.hints[0].click()
    editing.show_start_note("It touches “Planning” and overlaps nothing.")
    add("Offline, three changes wait", running_view(sync=OFFLINE))
    add(
        "Sign-in required",
        running_view(sync=SyncView("sign-in", "Sign in to Work", account="Work"), notice=SIGN_IN),
    )
    add("Stopped", STOPPED)
    add("Nothing found, stopped", STOPPED, "logn", [])
    add("Long words", running_view(running=LONG, sync=OFFLINE))
    refused = add("Refused start", running_view())
    refused.change_start()
    refused.body.editor.field.setText("25:90")
    refused.body.editor.save.click()
    said = add("Refused by the core", running_view())
    said.show_refusal("activity", "Work does not know this activity type. Development is kept.")
    keys = add("Keys", running_view())
    keys.show_keys()
    return made


def settle(app: QApplication) -> None:
    """Let what is due be laid out and painted."""
    for _each in range(8):
        app.processEvents()
    # A loop of its own: quitting the application would close the windows.
    loop = QEventLoop()
    QTimer.singleShot(150, loop.quit)
    loop.exec()


def sheet(pictures: list[tuple[str, QPixmap]], columns: int, ground: QColor, ink: QColor) -> QImage:
    """Return the pictures in rows, each below its name."""
    wide = max(picture.width() for _name, picture in pictures) + 32
    rows = [pictures[i : i + columns] for i in range(0, len(pictures), columns)]
    heights = [max(picture.height() for _name, picture in row) + 48 for row in rows]
    image = QImage(wide * columns + 32, sum(heights) + 16, QImage.Format.Format_RGB32)
    image.fill(ground)
    painter = QPainter(image)
    top = 8
    for row, height in zip(rows, heights, strict=True):
        for column, (name, picture) in enumerate(row):
            painter.setPen(ink)
            painter.drawText(32 + column * wide, top + 20, name)
            painter.drawPixmap(32 + column * wide, top + 32, picture)
        top += height
    painter.end()
    return image


def framed(widget: QWidget) -> QPixmap:
    """Return a picture of the widget with a thin line around it, where a window has its frame."""
    picture = widget.grab()
    painter = QPainter(picture)
    painter.setPen(theme.app_look().border)
    painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return picture


def icons() -> QImage:
    """Return the tray icons at each size, on a light and on a dark panel."""
    sizes = (16, 22, 24, 32, 48, 64)
    image = QImage(140 + 2 * 320, len(STATES) * 80, QImage.Format.Format_RGB32)
    image.fill(QColor("#EBEDEF"))
    painter = QPainter(image)
    painter.fillRect(460, 0, 320, image.height(), QColor("#17181C"))
    for row, (shape, mark) in enumerate(STATES):
        painter.setPen(QColor("#1B1F24"))
        painter.drawText(8, row * 80 + 44, f"{shape} {mark}")
        for start, colour in ((140, QColor("#1B1F24")), (460, QColor("#F4F6F8"))):
            left = start + 10
            for size in sizes:
                painter.drawPixmap(
                    QPoint(left, row * 80 + 40 - size // 2), tray_pixmap(shape, mark, size, colour)
                )
                left += size + 14
    painter.end()
    return image


def menus(app: QApplication) -> list[tuple[str, QPixmap]]:
    """Return the tray menu while a track runs, and stopped with things to settle."""
    running = TrayView(
        "running",
        "Fix login timer, 1:05 since 09:12",
        "Today 4:35 of 8:00",
        primary=MenuLine("stop", "Stop", hint="Ctrl+Alt+S"),
        can_edit_track=True,
        recents=RECENTS,
        sync_line="Everything is on the servers",
        panel_hint="Ctrl+Alt+T",
    )
    stopped = TrayView(
        "stopped",
        "Nothing is running",
        "Today 4:35 of 8:00",
        mark="attention",
        asks=(
            MenuLine("check", "Answer: you were away for 0:42…", "moon"),
            MenuLine("outbox", "3 changes wait for Side…", "arrow-up"),
            MenuLine("sign-in", "Sign in to Work again…", "held", account="Work"),
        ),
        primary=MenuLine("continue", "Continue Fix login timer & <b>all</b>", hint="Ctrl+Alt+S"),
        recents=RECENTS[:2],
        panel_hint="Ctrl+Alt+T",
    )
    pictures = []
    tray = Tray(running)
    for name, view in (("Running, all told", running), ("Stopped, things to settle", stopped)):
        menu = TrayMenu(tray)
        menu.show_view(view)
        menu.popup(QPoint(20, 20))
        settle(app)
        menu.setActiveAction(menu.primary)
        settle(app)
        pictures.append((name, menu.grab()))
        menu.close()
    return pictures


def main() -> None:
    """Write the pictures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--font", default="Inter")
    asked.add_argument("--only", default="", help="only pictures whose name holds this")
    words = asked.parse_args()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    words.folder.mkdir(parents=True, exist_ok=True)
    family = words.font if words.font in QFontDatabase.families() else app.font().family()
    theme.dress(app)
    icons().save(str(words.folder / "icons.png"))
    for name, palette in (("light", theme.light_palette()), ("dark", theme.dark_palette())):
        ground = QColor("#DADDE2" if name == "light" else "#101112")
        ink = QColor("#59626D" if name == "light" else "#A4ADB7")
        app.setPalette(palette)
        for percent in (100, 125, 200):
            if words.only and words.only not in f"{name}-{percent}":
                continue
            font = QFont(family)
            font.setPointSizeF(9.75 * percent / 100)
            app.setFont(font)
            pictures = []
            for title, panel in panels():
                panel.activateWindow()
                settle(app)
                pictures.append((title, framed(panel)))
                panel.hide()
                panel.deleteLater()
            sheet(pictures, 4, ground, ink).save(str(words.folder / f"panel-{name}-{percent}.png"))
            sheet(menus(app), 2, ground, ink).save(str(words.folder / f"menu-{name}-{percent}.png"))


if __name__ == "__main__":
    main()
