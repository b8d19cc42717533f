"""`config`: read and change settings."""

from __future__ import annotations

from typing import cast

from app.cli.answers import Answer, CommandRefused, WordsRefused, document, lines, shown, table
from app.cli.call import Call
from app.cli.words import nearest
from app.ports.settings import (
    SETTINGS,
    AnySetting,
    Setting,
    SettingsUnwritable,
    SettingWrong,
    setting_named,
)
from app.words import _


def config_get(call: Call) -> Answer:
    """Print a setting's value, or all of them."""
    call.desk.settings.reload()
    call.notes += [problem.sentence for problem in call.desk.settings.problems()]
    key = getattr(call.words, "key", None)
    if key is not None:
        value = _value(call, _setting(key))
        return Answer(document({key: value}) if call.wants_json else f"{value}\n")
    values = {setting.key: _value(call, setting) for setting in SETTINGS}
    if call.wants_json:
        return Answer(document(values))
    return Answer(table([(key, str(value)) for key, value in values.items()]))


def config_set(call: Call) -> Answer:
    """Change a setting; the running app goes by it at once."""
    setting = _setting(call.words.key)
    _set(call, setting, call.words.value)
    call.desk.apply_settings()
    value = _value(call, setting)
    if call.wants_json:
        return Answer(document({setting.key: value}))
    return Answer(lines(_("{key} is {value}.").format(key=setting.key, value=_quoted(value))))


def _setting(key: str) -> AnySetting:
    setting = setting_named(key)
    if setting is None:
        keys = [known.key for known in SETTINGS]
        raise WordsRefused(
            _("There is no setting “{key}”. Nearest: {names}.").format(
                key=shown(key), names=", ".join(nearest(key, keys) or keys)
            )
        )
    return setting


def _value(call: Call, setting: AnySetting) -> int | float | str:
    # Of which type its values are, only the setting knows; here any is fine.
    value: int | float | str = call.desk.settings.get(cast("Setting[str]", setting))
    return value


def _set(call: Call, setting: AnySetting, text: str) -> None:
    try:
        one = cast("Setting[str]", setting)
        call.desk.settings.set(one, one.read_text(text))
    except SettingWrong as wrong:
        raise WordsRefused(str(wrong)) from None
    except SettingsUnwritable as unwritable:
        raise CommandRefused(str(unwritable)) from None


def _quoted(value: int | float | str) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)
