"""The command of the README that shows the app without a display, as a person would run it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.timeout(180)
def test_run_without_a_display_takes_a_picture_of_tray_and_panel(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "packaging/dev.sh", "run", "--once"],
        cwd=ROOT,
        env=os.environ | {"TIMEKEPT_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "virtual display" in done.stderr
    path = re.search(r"^Screenshot of tray and panel: (.+\.png)$", done.stdout, re.MULTILINE)
    assert path, done.stdout
    picture = QImage(path[1])
    # The tray is the lit strip in the lower right corner; what else is lit is the panel.
    assert picture.pixelColor(picture.width() - 1, picture.height() - 1).lightness() > 0
    lit = sum(
        picture.pixelColor(x, y).lightness() > 0
        for x in range(0, picture.width(), 8)
        for y in range(0, picture.height() - 40, 8)
    )
    assert lit > 300 * 400 / 64, "there is no panel to be seen"


def test_other_words_are_refused_with_what_to_say() -> None:
    done = subprocess.run(
        ["sh", "packaging/dev.sh", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "packaging/dev.sh test" in done.stderr
