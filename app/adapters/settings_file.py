"""The settings in `settings.toml`: read leniently, written at once, the user's comments kept."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.ports.settings import (
    Setting,
    SettingsProblem,
    SettingsUnwritable,
    SettingWrong,
    setting_named,
)
from app.words import _

if TYPE_CHECKING:
    import tomlkit

T = TypeVar("T", int, float, str)


class SettingsFile:
    """`app.ports.settings.Settings` over one TOML file, which need not be there."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        self._path = path
        self._values: dict[str, object] = {}
        self._problems: list[SettingsProblem] = []
        self.reload()

    def get(self, setting: Setting[T]) -> T:
        """The value in the file, or the default."""
        if setting.key in self._values:
            return setting.read(self._values[setting.key])
        return setting.default

    def problems(self) -> Sequence[SettingsProblem]:
        """What was wrong when the file was last read."""
        return tuple(self._problems)

    def reload(self) -> None:
        """Read the file anew."""
        self._values, self._problems = {}, []
        try:
            text = self._read_text()
        except OSError as error:
            self._complain("", _("it cannot be read ({reason})").format(reason=error.strerror))
            return
        except UnicodeDecodeError:
            self._complain("", _("it is not TOML (it is not UTF-8)"))
            return
        if not text:
            return
        import tomllib

        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._complain("", _("it is not TOML ({reason})").format(reason=error))
            return
        for key, value in _leaves(table):
            self._take(key, value)

    def set(self, setting: Setting[T], value: T) -> None:
        """Write one value; everything else in the file stays as it is.

        A file that is not TOML is set aside under another name, which `problems` then tells.
        """
        setting.read(value)
        import tomlkit
        from tomlkit.exceptions import ParseError

        aside = None
        try:
            # Read anew, since another process may have written meanwhile.
            try:
                document = tomlkit.parse(self._read_text())
            except (ParseError, UnicodeDecodeError):
                aside = self._set_aside()
                document = tomlkit.document()
            _put(document, setting.key, value)
            self._write(tomlkit.dumps(document))
        except OSError as error:
            raise SettingsUnwritable(
                _("{file} cannot be written: {reason}.").format(
                    file=self._path, reason=error.strerror
                )
            ) from error
        self.reload()
        if aside is not None:
            self._complain("", _("it was not TOML and is now kept as {name}").format(name=aside))

    def _take(self, key: str, value: object) -> None:
        setting = setting_named(key)
        if setting is None:
            self._complain(key, _("there is no such setting, so it does nothing"))
            return
        try:
            self._values[key] = setting.read(value)
        except SettingWrong as wrong:
            self._problems.append(
                SettingsProblem(
                    str(self._path),
                    key,
                    _("{file}: {wrong} The default, {default}, is used.").format(
                        file=self._path, wrong=wrong, default=setting.default
                    ),
                )
            )

    def _complain(self, key: str, what: str) -> None:
        where = _("{file}, {key}").format(file=self._path, key=key) if key else str(self._path)
        sentence = _("{where}: {what}.").format(where=where, what=what)
        self._problems.append(SettingsProblem(str(self._path), key, sentence))

    def _read_text(self) -> str:
        """The file's text, "" when there is none. Raises UnicodeDecodeError and OSError."""
        try:
            return self._path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return ""

    def _set_aside(self) -> Path:
        """Copy a broken file to a name that no other file has; the original is replaced at the
        very end.
        """
        import shutil

        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"{self._path.name}.broken-{stamp}")
        number = 1
        while aside.exists():
            number += 1
            aside = self._path.with_name(f"{self._path.name}.broken-{stamp}-{number}")
        shutil.copy2(self._path, aside)
        return aside

    def _write(self, text: str) -> None:
        """Replace the file at once or not at all, for the owner alone."""
        # A link is followed, so that settings kept elsewhere (in a dotfiles folder) stay there.
        target = Path(os.path.realpath(self._path))
        descriptor, name = tempfile.mkstemp(prefix=".settings-", suffix=".toml", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        if os.name == "posix":
            folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _leaves(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a TOML table with its dotted key, in the order of the file."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _put(document: tomlkit.TOMLDocument, key: str, value: object) -> None:
    """Set a dotted key, making its table when there is none; what is in the way is replaced."""
    import tomlkit

    table: Any = document
    *tables, name = key.split(".")
    for part in tables:
        if not isinstance(table.get(part), Mapping):
            table[part] = tomlkit.table()
        table = table[part]
    table[name] = value
