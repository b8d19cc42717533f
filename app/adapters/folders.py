"""Where Timekept's files live, and that nobody else can read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from app.words import _

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS, with the zero at its end.
_SOCKET_PATH_MOST_BYTES = 103


class FoldersUnusable(Exception):
    """A folder cannot be made, or is not the user's own. The text is for people."""


class Folders(Struct, frozen=True):
    """The places of all files. Nothing is made until `make` is called.

    `home` is the one folder they all stand below where the user chose one, else None.
    """

    data: Path
    settings: Path
    log: Path
    run: Path
    home: Path | None = None

    @property
    def database_file(self) -> Path:
        """The store."""
        return self.data / "timekept.sqlite3"

    @property
    def settings_file(self) -> Path:
        """The settings."""
        return self.settings / "settings.toml"

    @property
    def log_file(self) -> Path:
        """The newest log; older ones have a number after it."""
        return self.log / "timekept.log"

    @property
    def socket_file(self) -> Path:
        """The control socket, always short enough for the address of one."""
        return self.run / "control.sock"

    def make(self) -> None:
        """Make what is missing, for the user alone (0700). Raises FoldersUnusable."""
        for folder in dict.fromkeys((self.data, self.settings, self.log, self.run)):
            _make_private(folder)


def find_folders(environ: Mapping[str, str] | None = None) -> Folders:
    """The folders of this user: all below `TIMEKEPT_HOME` when that is set, else where the system
    has such things.
    """
    environ = os.environ if environ is None else environ
    home = environ.get("TIMEKEPT_HOME", "")
    if home:
        base = Path(home).expanduser().absolute()
        return Folders(base, base, base, _short_enough(base, environ), base)
    from platformdirs import PlatformDirs

    places = PlatformDirs("timekept", appauthor=False)
    data = Path(places.user_data_dir)
    # Where the system has no folder that lives as long as the login, the data's own serves.
    login = environ.get("XDG_RUNTIME_DIR")
    run = Path(login, "timekept") if login else data
    return Folders(
        data,
        Path(places.user_config_dir),
        Path(places.user_log_dir),
        _short_enough(run, environ),
    )


def _short_enough(folder: Path, environ: Mapping[str, str]) -> Path:
    """The folder, or, when a socket's address could not name a file in it, a short one that stands
    for it.
    """
    if len(os.fsencode(folder / "control.sock")) <= _SOCKET_PATH_MOST_BYTES:
        return folder
    # Late: hardly any path is that long, and start-up is measured.
    import hashlib

    stands_for = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    user = os.getuid() if hasattr(os, "getuid") else 0
    # Whoever made it before us is found out when it is made: it must be ours and 0700.
    base = environ.get("XDG_RUNTIME_DIR") or "/tmp"
    return Path(base) / f"timekept-{user}-{stands_for}"


def _make_private(folder: Path) -> None:
    """Make a folder 0700, or see to it that an existing one is ours, and tighten it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            if not folder.is_dir():
                raise
        if os.name != "posix":
            return
        found = folder.stat()
        # A folder with the sticky bit is shared by all, as /tmp is: closing it would lock others
        # out.
        if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
            raise FoldersUnusable(
                _("{folder} is not a folder of your own: choose another one.").format(folder=folder)
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        raise FoldersUnusable(
            _("{folder} cannot be used: {reason}.").format(folder=folder, reason=error.strerror)
        ) from error
