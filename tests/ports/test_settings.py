"""What each setting takes, from a file and from words."""

from __future__ import annotations

import pytest

from app.ports.settings import (
    ACCOUNT_DEFAULT,
    HOTKEYS_TOGGLE,
    HTTP_TIMEOUT_SECONDS,
    PRESENCE_IDLE_AFTER_SECONDS,
    SETTINGS,
    SYNC_SETTLE_SECONDS,
    TIMESHEET_DAY_STARTS_AT,
    UI_TRAY_INK,
    AnySetting,
    SettingWrong,
    setting_named,
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_default_is_allowed_and_each_key_found(setting: AnySetting) -> None:
    assert setting.read(setting.default) == setting.default
    assert setting.read_text(str(setting.default)) == setting.default
    assert setting_named(setting.key) is setting
    assert setting.allowed()


def test_an_unknown_key_is_none() -> None:
    assert setting_named("sync.speed") is None


@pytest.mark.parametrize(
    "setting,text,value",
    [
        (PRESENCE_IDLE_AFTER_SECONDS, " 60 ", 60),
        (HTTP_TIMEOUT_SECONDS, "2.5", 2.5),
        (SYNC_SETTLE_SECONDS, "0", 0),
        (TIMESHEET_DAY_STARTS_AT, "04:30", "04:30"),
        (HOTKEYS_TOGGLE, "", ""),
        (HOTKEYS_TOGGLE, "Super+F1", "Super+F1"),
        (UI_TRAY_INK, "light", "light"),
        (ACCOUNT_DEFAULT, "Büro", "Büro"),
    ],
)
def test_words_are_read(setting: AnySetting, text: str, value: object) -> None:
    assert setting.read_text(text) == value


@pytest.mark.parametrize(
    "setting,text",
    [
        (PRESENCE_IDLE_AFTER_SECONDS, "1.5"),
        (PRESENCE_IDLE_AFTER_SECONDS, "0"),
        (PRESENCE_IDLE_AFTER_SECONDS, "86401"),
        (PRESENCE_IDLE_AFTER_SECONDS, "9" * 5000),
        (HTTP_TIMEOUT_SECONDS, "nan"),
        (HTTP_TIMEOUT_SECONDS, "inf"),
        (HTTP_TIMEOUT_SECONDS, ""),
        (TIMESHEET_DAY_STARTS_AT, "24:00"),
        (TIMESHEET_DAY_STARTS_AT, "4:00"),
        (TIMESHEET_DAY_STARTS_AT, "04:60"),
        (TIMESHEET_DAY_STARTS_AT, "٠٤:٣٠"),
        (TIMESHEET_DAY_STARTS_AT, "0430"),
        (HOTKEYS_TOGGLE, "S"),
        (UI_TRAY_INK, "Light"),
        (ACCOUNT_DEFAULT, "two\nlines"),
    ],
)
def test_wrong_words_say_what_is_allowed(setting: AnySetting, text: str) -> None:
    with pytest.raises(SettingWrong) as wrong:
        setting.read_text(text)
    assert setting.key in str(wrong.value)
    assert setting.allowed() in str(wrong.value)
    assert len(str(wrong.value)) < 250


@pytest.mark.parametrize(
    "setting,value",
    [
        (PRESENCE_IDLE_AFTER_SECONDS, True),
        (PRESENCE_IDLE_AFTER_SECONDS, 60.0),
        (HTTP_TIMEOUT_SECONDS, True),
        (HTTP_TIMEOUT_SECONDS, [1]),
        (UI_TRAY_INK, 1),
    ],
)
def test_another_type_of_the_file_is_refused(setting: AnySetting, value: object) -> None:
    with pytest.raises(SettingWrong):
        setting.read(value)


def test_true_is_shown_as_the_file_writes_it() -> None:
    with pytest.raises(SettingWrong, match="cannot be true"):
        HTTP_TIMEOUT_SECONDS.read(True)
