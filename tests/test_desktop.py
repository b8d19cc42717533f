"""The rig itself: a bare tray program on it is seen, clicked, typed into and pictured."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QImage

from tests.desktop import Desktop, DesktopError, bus_name_has_owner, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BARE_TRAY = """
import sys
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QLineEdit, QSystemTrayIcon

app = QApplication([])
picture = QPixmap(22, 22)
picture.fill(QColor("#0b7258"))
tray = QSystemTrayIcon(QIcon(picture))
line = QLineEdit()
line.setWindowTitle("Bare tray")

def clicked(reason):
    print("clicked", reason.name, flush=True)
    line.show()
    line.activateWindow()

tray.activated.connect(clicked)
line.returnPressed.connect(lambda: print("typed", line.text(), flush=True))
tray.show()
sys.exit(app.exec())
"""


@pytest.fixture
def bare_tray(desktop: Desktop) -> Iterator[subprocess.Popen[str]]:
    """Run a program that has a tray icon and, after a click on it, a line to type into."""
    with subprocess.Popen(
        [sys.executable, "-c", BARE_TRAY],
        env=desktop.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        program.terminate()


def test_a_tray_icon_is_clicked_and_its_window_typed_into(
    desktop: Desktop, bare_tray: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert bare_tray.stdout is not None
    icon = desktop.screen.wait_for_tray_icon(bare_tray.pid)
    assert icon.y + icon.height <= desktop.screen.height
    assert not desktop.screen.windows(bare_tray.pid)

    desktop.click(icon)
    assert bare_tray.stdout.readline() == "clicked Trigger\n"
    desktop.focus(desktop.screen.wait_for_window(bare_tray.pid, "Bare tray"))
    desktop.type_text("Fix timer")
    desktop.press("Return")
    assert bare_tray.stdout.readline() == "typed Fix timer\n"

    picture = QImage(str(desktop.screenshot(tmp_path / "screen.png")))
    assert (picture.width(), picture.height()) == (desktop.screen.width, desktop.screen.height)
    assert picture.pixelColor(*icon.middle) == QColor("#0b7258")


def test_a_middle_click_is_told_apart(desktop: Desktop, bare_tray: subprocess.Popen[str]) -> None:
    assert bare_tray.stdout is not None
    desktop.click(desktop.screen.wait_for_tray_icon(bare_tray.pid), button=2)
    assert bare_tray.stdout.readline() == "clicked MiddleClick\n"


def test_notifications_have_a_server(desktop: Desktop) -> None:
    assert bus_name_has_owner(desktop.bus_address, "org.freedesktop.Notifications")


def test_the_rig_stays_away_from_the_persons_desktop(desktop: Desktop) -> None:
    assert "DISPLAY" not in os.environ
    assert desktop.environment["DISPLAY"].startswith(":")


def test_waiting_has_a_bound_and_a_reason() -> None:
    with pytest.raises(DesktopError, match=r"Waited 0\.1 s for a moon of cheese"):
        wait_until(lambda: False, "a moon of cheese", 0.1)


def test_the_keyring_of_the_tests_is_open_and_theirs(keyring_session: str) -> None:
    """What the test command unlocked takes a secret and gives it back, without a question."""
    program = (
        "import keyring; keyring.set_password('timekept-rig', 'a', 'b');"
        "assert keyring.get_password('timekept-rig', 'a') == 'b';"
        "keyring.delete_password('timekept-rig', 'a')"
    )
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": keyring_session}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=30)
