"""The rules of the house that no other tool holds: first lines, the map, names, sizes, start-up."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
import readme_map

if TYPE_CHECKING:
    from pathlib import Path

ROOT = readme_map.ROOT
MODULES = readme_map.modules()
CODE = sorted(
    path for folder in ("app", "tests", "packaging") for path in (ROOT / folder).rglob("*.py")
)
# A file this long is surely two things; from 300 lines on look for the seam.
MOST_LINES = 400
# They say nothing of what is inside, so everything ends up there.
EMPTY_NAMES = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_by(path: Path) -> set[str]:
    """Return the top names of all that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", CODE, ids=place)
def test_a_module_opens_with_a_line_that_says_what_it_is_for(path: Path) -> None:
    line = readme_map.first_line(path)
    if path.name == "__init__.py" and path.read_text(encoding="utf-8") == "":
        assert "app" not in path.relative_to(ROOT).parts, "folders of the app say what they hold"
        return
    assert line.endswith((".", "?", "!")), f"the first line is no sentence: {line!r}"


@pytest.mark.parametrize("path", CODE, ids=place)
def test_a_file_is_one_thing(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines: find the seam"
    assert path.stem not in EMPTY_NAMES, "say what it holds"


def test_the_map_in_the_readme_is_up_to_date() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_map.with_map(readme, readme_map.map_of()) == readme, (
        "run: python packaging/readme_map.py"
    )


def test_the_map_notices_a_new_module(tmp_path: Path) -> None:
    (tmp_path / "app" / "ui").mkdir(parents=True)
    (tmp_path / "app" / "__init__.py").write_text('"""All of it."""\n')
    (tmp_path / "app" / "ui" / "__init__.py").write_text('"""What is seen."""\n')
    (tmp_path / "app" / "ui" / "tray.py").write_text('"""The icon."""\n')
    (tmp_path / "app" / "start.py").write_text('"""The way in."""\n')
    made = readme_map.map_of(tmp_path)
    assert made.splitlines() == [
        "- **`app/`** All of it.",
        "  - `start.py` The way in.",
        "- **`app/ui/`** What is seen.",
        "  - `tray.py` The icon.",
    ]
    readme = f"Before\n{readme_map.BEGIN}\nold\n{readme_map.END}\nAfter\n"
    renewed = readme_map.with_map(readme, made)
    assert renewed != readme
    assert readme_map.with_map(renewed, made) == renewed


@pytest.mark.parametrize("words", ["--help", "status"])
def test_a_command_loads_neither_qt_nor_httpx(words: str) -> None:
    """Start-up of a command is measured, and what it imports is most of that."""
    program = (
        "import contextlib, sys, app.cli\n"
        "from app.__main__ import main\n"
        "with contextlib.suppress(SystemExit):\n"
        "    main()\n"
        "heavy = {'PySide6', 'apscheduler', 'httpx', 'keyring', 'pynput', 'starlette'}\n"
        "print('loaded:', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["loaded: []"], done.stdout + done.stderr


# Each outside thing has its own adapters, whose names tell which.
HELD_BY = {
    "apscheduler": ("apscheduler_",),
    "keyring": ("keyring_",),
    "pynput": ("hotkeys_pynput", "idle_pynput"),
    "sqlite3": ("sqlite_",),
}


@pytest.mark.parametrize("library", HELD_BY)
def test_an_outside_thing_stays_behind_its_own_adapter(library: str) -> None:
    holders = [path for path in MODULES if library in imported_by(path)]
    assert holders, "nobody needs it any more"
    assert [place(path) for path in holders if not path.stem.startswith(HELD_BY[library])] == []


def test_every_provider_is_held_apart_from_the_others() -> None:
    """The contract names each provider's file, so a new one must be added to it."""
    from app.providers.kinds import KINDS

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    apart = next(
        contract["modules"]
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract["type"] == "independence"
    )
    assert sorted(apart) == sorted({kind.module for kind in KINDS.values()})


def test_the_layers_notice_a_wrong_arrow(tmp_path: Path) -> None:
    """The contracts are alive: one wrong import in a copy of the app breaks each of them."""
    wrong = {
        "core/wrong_core.py": "import time\nimport app.words\nimport httpx\nimport sqlite3\n",
        "ports/wrong_port.py": "from PySide6 import QtCore\nimport starlette\n",
        "providers/local.py": "import app.providers.shared\n",
        "providers/shared.py": "import app.providers.sevenpace\n",
        "providers/sevenpace.py": "",
    }
    for name, text in wrong.items():
        target = tmp_path / "app" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (target.parent / "__init__.py").touch()
        target.write_text(text)
    (tmp_path / "app" / "words").mkdir()
    for folder in ("app", "app/words"):
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    verdicts = [line for line in done.stdout.splitlines() if line.endswith(("KEPT", "BROKEN"))]
    assert len(verdicts) >= 7, done.stdout + done.stderr
    assert [line for line in verdicts if line.endswith("KEPT")] == []
