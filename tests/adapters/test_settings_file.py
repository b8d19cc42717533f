"""The settings file: what is read, what is refused, what a change leaves as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.adapters.settings_file import SettingsFile
from app.ports.settings import (
    ACCOUNT_DEFAULT,
    HOTKEYS_TOGGLE,
    HTTP_TIMEOUT_SECONDS,
    PRESENCE_IDLE_AFTER_SECONDS,
    SETTINGS,
    SYNC_SETTLE_SECONDS,
    TIMESHEET_DAY_STARTS_AT,
    UI_TRAY_INK,
    SettingsUnwritable,
    SettingWrong,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_everything_has_its_default(path: Path) -> None:
    settings = SettingsFile(path)
    assert [settings.get(setting) for setting in SETTINGS] == [s.default for s in SETTINGS]  # type: ignore[misc]
    assert settings.problems() == ()
    assert not path.exists()


def test_values_are_read(path: Path) -> None:
    path.write_text(
        "[http]\ntimeout_seconds = 2.5\n"
        '[presence]\nidle_after_seconds = 60\n[hotkeys]\ntoggle = ""\n'
    )
    settings = SettingsFile(path)
    assert settings.get(HTTP_TIMEOUT_SECONDS) == 2.5
    assert settings.get(PRESENCE_IDLE_AFTER_SECONDS) == 60
    assert settings.get(HOTKEYS_TOGGLE) == ""
    assert settings.get(SYNC_SETTLE_SECONDS) == 30
    assert settings.problems() == ()


def test_a_wrong_value_is_named_and_the_rest_kept(path: Path) -> None:
    path.write_text(
        '[http]\ntimeout_seconds = "soon"\n[sync]\nsettle_seconds = 7\n'
        "[presence]\nidle_after_seconds = 0\n[ui]\ntray_ink = 'pink'\n"
    )
    settings = SettingsFile(path)
    assert settings.get(HTTP_TIMEOUT_SECONDS) == 10
    assert settings.get(SYNC_SETTLE_SECONDS) == 7
    first, second, third = settings.problems()
    assert first.sentence == (
        f"{path}: http.timeout_seconds cannot be “soon”: allowed is a number from 1 to 300. "
        "The default, 10, is used."
    )
    assert (first.file, first.key) == (str(path), "http.timeout_seconds")
    assert second.key == "presence.idle_after_seconds"
    assert "follow, light, dark" in third.sentence


def test_an_unknown_key_is_reported_and_kept(path: Path) -> None:
    path.write_text("[sync]\nspeed = 3\n[future]\nthing = [1, 2]\n")
    settings = SettingsFile(path)
    assert [problem.key for problem in settings.problems()] == ["sync.speed", "future.thing"]
    settings.set(SYNC_SETTLE_SECONDS, 5)
    text = path.read_text()
    assert "speed = 3" in text
    assert "thing = [1, 2]" in text
    assert SettingsFile(path).get(SYNC_SETTLE_SECONDS) == 5


def test_a_change_leaves_everything_else_as_it_was(path: Path) -> None:
    text = (
        "# my settings\n\n[sync]   # how often\n"
        "settle_seconds = 30 # long\npoll_seconds   =  60\n\n"
        "[hotkeys]\n# the one I use\ntoggle = 'Ctrl+Alt+S'\n"
    )
    path.write_text(text)
    settings = SettingsFile(path)
    settings.set(SYNC_SETTLE_SECONDS, 12)
    assert path.read_text() == text.replace("settle_seconds = 30 ", "settle_seconds = 12 ")
    settings.set(TIMESHEET_DAY_STARTS_AT, "04:00")
    assert path.read_text().startswith(text.replace("settle_seconds = 30 ", "settle_seconds = 12 "))
    assert settings.get(TIMESHEET_DAY_STARTS_AT) == "04:00"
    assert SettingsFile(path).problems() == ()


def test_the_file_is_the_users_alone_and_nothing_lies_beside_it(path: Path) -> None:
    path.write_text("")
    path.chmod(0o644)
    SettingsFile(path).set(ACCOUNT_DEFAULT, "Büro “1”\\")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SettingsFile(path).get(ACCOUNT_DEFAULT) == "Büro “1”\\"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("broken", [b"[sync\nx", b"\xff\xfe broken", b"a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_named_and_set_aside(path: Path, broken: bytes) -> None:
    path.write_bytes(broken)
    settings = SettingsFile(path)
    assert settings.get(SYNC_SETTLE_SECONDS) == 30
    (problem,) = settings.problems()
    assert str(path) in problem.sentence
    assert "TOML" in problem.sentence
    assert path.read_bytes() == broken
    settings.set(SYNC_SETTLE_SECONDS, 9)
    settings.reload()
    assert settings.get(SYNC_SETTLE_SECONDS) == 9
    (aside,) = [other for other in path.parent.iterdir() if other != path]
    assert aside.name.startswith("settings.toml.broken-")
    assert aside.read_bytes() == broken
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_it_was_set_aside_is_told(path: Path) -> None:
    for number in range(2):
        path.write_text(f"[broken {number}")
        settings = SettingsFile(path)
        settings.set(SYNC_SETTLE_SECONDS, 9)
        (problem,) = settings.problems()
        assert "settings.toml.broken-" in problem.sentence
    assert len(list(path.parent.iterdir())) == 3


def test_what_another_process_wrote_meanwhile_is_kept(path: Path) -> None:
    ours, theirs = SettingsFile(path), SettingsFile(path)
    theirs.set(HTTP_TIMEOUT_SECONDS, 3)
    ours.set(SYNC_SETTLE_SECONDS, 4)
    assert SettingsFile(path).get(HTTP_TIMEOUT_SECONDS) == 3
    assert ours.get(HTTP_TIMEOUT_SECONDS) == 3


def test_a_wrong_value_is_never_written(path: Path) -> None:
    with pytest.raises(SettingWrong, match="a whole number from 1 to 86400"):
        SettingsFile(path).set(PRESENCE_IDLE_AFTER_SECONDS, 0)
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsUnwritable, match="cannot be written"):
        SettingsFile(tmp_path / "missing" / "settings.toml").set(SYNC_SETTLE_SECONDS, 1)
    assert (
        SettingsFile(tmp_path).problems()[0].sentence.startswith(f"{tmp_path}: it cannot be read")
    )


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles"
    kept.mkdir()
    (kept / "timekept.toml").write_text("# mine\n")
    path.symlink_to(kept / "timekept.toml")
    SettingsFile(path).set(UI_TRAY_INK, "dark")
    assert path.is_symlink()
    assert "# mine" in (kept / "timekept.toml").read_text()
    assert list(kept.iterdir()) == [kept / "timekept.toml"]


@pytest.mark.parametrize(
    "before",
    ["", "sync = 3\n", "sync.settle_seconds = 1\n", "sync = { settle_seconds = 1 }\n", "[sync]\n"],
)
def test_any_way_of_writing_a_table_takes_a_value(path: Path, before: str) -> None:
    path.write_text(before)
    settings = SettingsFile(path)
    settings.set(SYNC_SETTLE_SECONDS, 8)
    assert settings.get(SYNC_SETTLE_SECONDS) == 8
    assert settings.problems() == ()
