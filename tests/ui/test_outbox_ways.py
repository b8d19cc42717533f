"""The ways to what is held: the panel's notice and the tray's line lead to the very operation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.model import Hold, HoldReason, Subject
from app.core.remote import Facts
from app.core.state import AppState
from app.ui.presenter_sync import SyncWords
from app.ui.tray import Tray
from app.ui.views import MenuLine, NoticeView
from tests.fakes.adapters.system_clock import FakeClock
from tests.ui.outbox_stage import state_of
from tests.ui.panel_rig import Rig
from tests.ui.sample_views import RUNS, TRAY_RUNS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# The platform without a screen has no stack of windows and no tray.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support",
    "No such signal QPlatformNativeInterface::systemTrayWindowChanged",
    extend=True,
)
NOW = datetime(2026, 11, 12, 14, 25, tzinfo=UTC)
HELD = Subject("late", "Work", Facts(NOW, NOW), order=9, hold=Hold(HoldReason.REFUSED, NOW))


def words_of(state: AppState) -> tuple[NoticeView | None, tuple[MenuLine, ...]]:
    words = SyncWords(FakeClock(NOW), lambda at: f"{at:%H:%M}")
    return words.notice(state), words.asks(state)


def test_notice_and_line_name_the_oldest_that_is_held() -> None:
    notice, asks = words_of(state_of(HELD, replace(HELD, id="early", order=2)))
    assert notice is not None
    assert (notice.kind, notice.subject) == ("held", "early")
    assert [(line.verb, line.subject) for line in asks] == [("outbox", "early")]


def test_the_notice_leads_to_its_operation(qtbot: QtBot) -> None:
    notice = NoticeView("held", "Work refused this entry.", action="Show…", subject="s7")
    rig = Rig(qtbot).open(replace(RUNS, notice=notice))
    with qtbot.waitSignal(rig.panel.notice.operation_asked) as asked:
        QTest.mouseClick(rig.body.notice.action, Qt.MouseButton.LeftButton)
    assert asked.args == ["s7"]


def test_the_line_of_the_menu_leads_to_its_operation(qtbot: QtBot) -> None:
    tray = Tray(TRAY_RUNS)
    qtbot.waitUntil(lambda: tray.menu is not None)
    waits = MenuLine("outbox", "2 changes wait…", "arrow-up")
    needs = MenuLine("outbox", "1 change needs you…", "held", subject="s7")
    tray.show_view(replace(TRAY_RUNS, asks=(waits, needs)))
    assert tray.menu is not None
    lines = {action.text(): action for action in tray.menu.actions() if action.isVisible()}
    with qtbot.waitSignal(tray.open_operation) as asked:
        lines["1 change needs you…"].trigger()
    assert asked.args == ["s7"]
    with qtbot.waitSignal(tray.open_outbox):
        lines["2 changes wait…"].trigger()
