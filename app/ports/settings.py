"""The settings: each one's key, default, allowed values, and the port that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar, cast

from msgspec import Struct

from app.ports.hotkey_words import HotkeyUnreadable, read_hotkey
from app.words import _

T = TypeVar("T", int, float, str)


class SettingWrong(Exception):
    """A value that a setting does not take. `allowed` says in words what it does take."""

    def __init__(self, key: str, given: object, allowed: str) -> None:
        """Keep the key, what was given and what is allowed; the text names all three."""
        super().__init__(
            _("{key} cannot be {given}: allowed is {allowed}.").format(
                key=key, given=_shown(given), allowed=allowed
            )
        )
        self.key = key
        self.given = given
        self.allowed = allowed


class Setting(Struct, Generic[T], frozen=True):
    """One setting: where it stands in the file, and its value when the file says nothing."""

    key: str
    default: T

    def allowed(self) -> str:
        """What values it takes, in words."""
        raise NotImplementedError

    def read(self, value: object) -> T:
        """The value, checked; raises SettingWrong. Takes what TOML gives."""
        raise NotImplementedError

    def read_text(self, text: str) -> T:
        """The value from words on a command line, checked; raises SettingWrong."""
        raise NotImplementedError


class WholeNumber(Setting[int], frozen=True):
    """A whole number within limits that both belong to it."""

    least: int
    most: int

    def allowed(self) -> str:
        """What values it takes, in words."""
        return _("a whole number from {least} to {most}").format(least=self.least, most=self.most)

    def read(self, value: object) -> int:
        """The number, checked. TOML's true and false are no numbers here."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise SettingWrong(self.key, value, self.allowed())
        if not self.least <= value <= self.most:
            raise SettingWrong(self.key, value, self.allowed())
        return value

    def read_text(self, text: str) -> int:
        """The number from words."""
        try:
            return self.read(int(text))
        except ValueError:
            raise SettingWrong(self.key, text, self.allowed()) from None


class Number(Setting[float], frozen=True):
    """A number, whole or not, within limits that both belong to it."""

    least: float
    most: float

    def allowed(self) -> str:
        """What values it takes, in words."""
        return _("a number from {least:g} to {most:g}").format(least=self.least, most=self.most)

    def read(self, value: object) -> float:
        """The number, checked; a NaN is within no limits."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise SettingWrong(self.key, value, self.allowed())
        if not self.least <= value <= self.most:
            raise SettingWrong(self.key, value, self.allowed())
        return value

    def read_text(self, text: str) -> float:
        """The number from words; a whole one stays whole."""
        try:
            number = float(text)
        except ValueError:
            raise SettingWrong(self.key, text, self.allowed()) from None
        return self.read(int(number) if number.is_integer() else number)


class Words(Setting[str], frozen=True):
    """A text; the settings below that need more say what."""

    def allowed(self) -> str:
        """What values it takes, in words."""
        return _("a text on one line")

    def read(self, value: object) -> str:
        """The text, checked by `fits`."""
        if not isinstance(value, str) or not self.fits(value):
            raise SettingWrong(self.key, value, self.allowed())
        return value

    def read_text(self, text: str) -> str:
        """The text as given."""
        return self.read(text)

    def fits(self, value: str) -> bool:
        """Whether the text is one that this setting takes."""
        return value.isprintable()


class Choice(Words, frozen=True):
    """One of a few words."""

    choices: tuple[str, ...]

    def allowed(self) -> str:
        """What values it takes, in words."""
        return ", ".join(self.choices)

    def fits(self, value: str) -> bool:
        """Whether it is one of the words."""
        return value in self.choices


class TimeOfDay(Words, frozen=True):
    """A time of day as HH:MM."""

    def allowed(self) -> str:
        """What values it takes, in words."""
        return _("a time of day from 00:00 to 23:59")

    def fits(self, value: str) -> bool:
        """Whether it is two digits, a colon and two digits within a day."""
        hours, colon, minutes = value.partition(":")
        digits = (hours + minutes).isascii() and (hours + minutes).isdecimal()
        if not (digits and colon and len(hours) == len(minutes) == 2):
            return False
        return int(hours) < 24 and int(minutes) < 60


class HotkeySetting(Words, frozen=True):
    """A key combination, or nothing for no hotkey."""

    def allowed(self) -> str:
        """What values it takes, in words."""
        return _("a key combination such as Ctrl+Alt+S, or an empty text for none")

    def fits(self, value: str) -> bool:
        """Whether the combination can be read."""
        if not value:
            return True
        try:
            read_hotkey(value)
        except HotkeyUnreadable:
            return False
        return True


HTTP_TIMEOUT_SECONDS = Number("http.timeout_seconds", 10, 1, 300)
SYNC_SETTLE_SECONDS = Number("sync.settle_seconds", 30, 0, 3600)
SYNC_POLL_SECONDS = Number("sync.poll_seconds", 30, 1, 86_400)
SYNC_COMMAND_WAIT_SECONDS = Number("sync.command_wait_seconds", 5, 0, 300)
PRESENCE_IDLE_AFTER_SECONDS = WholeNumber("presence.idle_after_seconds", 300, 1, 86_400)
TIMESHEET_DAY_STARTS_AT = TimeOfDay("timesheet.day_starts_at", "00:00")
TIMESHEET_DAY_TARGET_HOURS = Number("timesheet.day_target_hours", 8, 0, 24)
HOTKEYS_TOGGLE = HotkeySetting("hotkeys.toggle", "Ctrl+Alt+S")
HOTKEYS_PANEL = HotkeySetting("hotkeys.panel", "Ctrl+Alt+T")
UI_TRAY_INK = Choice("ui.tray_ink", "follow", ("follow", "light", "dark"))
ACCOUNT_DEFAULT = Words("account.default", "")

AnySetting = Setting[int] | Setting[float] | Setting[str]

SETTINGS: tuple[AnySetting, ...] = (
    HTTP_TIMEOUT_SECONDS,
    SYNC_SETTLE_SECONDS,
    SYNC_POLL_SECONDS,
    SYNC_COMMAND_WAIT_SECONDS,
    PRESENCE_IDLE_AFTER_SECONDS,
    TIMESHEET_DAY_STARTS_AT,
    TIMESHEET_DAY_TARGET_HOURS,
    HOTKEYS_TOGGLE,
    HOTKEYS_PANEL,
    UI_TRAY_INK,
    ACCOUNT_DEFAULT,
)
_BY_KEY = {setting.key: setting for setting in SETTINGS}


def setting_named(key: str) -> AnySetting | None:
    """The setting of that key, or None."""
    return _BY_KEY.get(key)


class SettingsProblem(Struct, frozen=True):
    """Something in the file that is not as it should be.

    `sentence` names file, key and what is allowed.
    """

    file: str
    key: str
    sentence: str


class SettingsUnwritable(Exception):
    """The file could not be written; nothing was changed. The text is for people."""


class Settings(Protocol):
    """The user's settings: whatever is missing or wrong has its default."""

    def get(self, setting: Setting[T]) -> T:
        """The value now.

        Never raises: a wrong value is reported by `problems` and the default given.
        """
        ...

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a value durably. Raises SettingWrong or SettingsUnwritable."""
        ...

    def problems(self) -> Sequence[SettingsProblem]:
        """What was wrong when the settings were last read, in the order of the file."""
        ...

    def reload(self) -> None:
        """Read anew, for when the file was changed by hand."""
        ...


def set_read(settings: Settings, setting: AnySetting, value: object) -> None:
    """Keep a value from outside, if it is one. Raises SettingWrong or SettingsUnwritable."""
    # Whatever its kind: what `read` gives is what `set` takes.
    one = cast("Setting[str]", setting)
    settings.set(one, one.read(value))


def _shown(given: object) -> str:
    """A value as it would stand in the file, and never at any length."""
    text = f"“{given}”" if isinstance(given, str) else str(given)
    if isinstance(given, bool):
        text = text.lower()
    return text if len(text) <= 60 else text[:59] + "…"
