"""Where files live, and that they are the user's alone."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from app.adapters.folders import FoldersUnusable, find_folders


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_timekept_home_holds_everything(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    folders = find_folders({"TIMEKEPT_HOME": str(home)})
    assert not home.exists()
    folders.make()
    assert mode(home) == 0o700
    for file in (folders.database_file, folders.settings_file, folders.log_file):
        assert file.parent == home
    assert folders.settings_file.name == "settings.toml"


def test_an_open_folder_of_our_own_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    find_folders({"TIMEKEPT_HOME": str(home)}).make()
    assert mode(home) == 0o700


def test_without_timekept_home_the_systems_places_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIMEKEPT_HOME", raising=False)
    run = tmp_path / "run"
    run.mkdir()
    for name, place in (
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        monkeypatch.setenv(name, str(tmp_path / place))
    folders = find_folders()
    folders.make()
    assert folders.data == tmp_path / "data" / "timekept"
    assert folders.settings_file == tmp_path / "config" / "timekept" / "settings.toml"
    assert folders.log_file.is_relative_to(tmp_path / "state" / "timekept")
    assert folders.socket_file.is_relative_to(run)
    for folder in (folders.data, folders.settings, folders.log, folders.run):
        assert mode(folder) == 0o700


def test_a_socket_fits_its_address_however_long_the_home_is(tmp_path: Path) -> None:
    run = tmp_path / "r"
    home = tmp_path / ("long-" * 30)
    environ = {"TIMEKEPT_HOME": str(home), "XDG_RUNTIME_DIR": str(run)}
    folders = find_folders(environ)
    folders.make()
    assert folders.run.parent == run
    assert mode(folders.run) == 0o700
    assert find_folders(environ) == folders
    assert find_folders({**environ, "TIMEKEPT_HOME": str(home) + "x"}).run != folders.run
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folders.socket_file))


@pytest.mark.parametrize("what", ["file", "shared", "strangers", "below a file"])
def test_what_is_no_folder_of_ours_is_refused(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    if what == "file":
        place.write_text("")
    elif what == "below a file":
        (tmp_path / "file").write_text("")
        place = tmp_path / "file" / "place"
    else:
        place.mkdir()
    if what == "shared":
        place.chmod(0o1777)
    if what == "strangers":
        somebody = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: somebody)
    with pytest.raises(FoldersUnusable, match="place"):
        find_folders({"TIMEKEPT_HOME": str(place)}).make()
