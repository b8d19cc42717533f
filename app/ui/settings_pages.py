"""The pages of the settings: time, hotkeys, look and about, and the frame they share."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ports.hotkey_words import HotkeyUnreadable, read_hotkey
from app.ui.account_field import FormField, wrapping
from app.ui.band import Band
from app.ui.choice import Choice
from app.ui.label import Label
from app.ui.line_edit import LineEdit
from app.ui.mark_label import MarkLabel
from app.ui.settings_keys import KeyField
from app.ui.settings_views import HotkeyView, SettingsView, SourceView
from app.ui.theme import PAGE_TITLE, px
from app.words import _, ngettext
from app.words.lengths import length

IDLE_AFTER_SECONDS = "presence.idle_after_seconds"
DAY_STARTS_AT = "timesheet.day_starts_at"
DAY_TARGET_HOURS = "timesheet.day_target_hours"
TRAY_INK = "ui.tray_ink"
_MINUTES = (1, 2, 3, 5, 10, 15, 20, 30, 60)


class Page(QScrollArea):
    """A page with its title; it scrolls where there is too little room."""

    changed = Signal(str, object)
    """A setting's key and its new value, which holds at once."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        inside = Band(fill="window")
        self.setWidget(inside)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(px(24), px(20), px(24), px(20))
        self.column.setSpacing(px(16))
        head = QVBoxLayout()
        head.setSpacing(px(6))
        head.addWidget(Label(title, factor=PAGE_TITLE, bold=True))
        if text:
            head.addWidget(wrapping(text))
        self.column.addLayout(head)
        self.fields: dict[str, FormField] = {}

    def add_field(self, key: str, field: FormField, width: int = 0) -> FormField:
        """Add the field of a setting; `width` is that of its control, 0 for all there is."""
        self.fields[key] = field
        if width:
            field.widget.setMaximumWidth(width)
        self.column.addWidget(field)
        return field

    def refuse(self, key: str, sentence: str) -> bool:
        """Say at its field that a value was refused; return whether the field is here."""
        field = self.fields.get(key)
        if field is not None:
            field.refuse(sentence)
        return field is not None


class TimePage(Page):
    """When one counts as away, when days begin, and how long they should be."""

    def __init__(self) -> None:
        super().__init__(_("Time"))
        self.idle = Choice()
        self.starts = Choice()
        self.target = LineEdit()
        self.add_field(
            IDLE_AFTER_SECONDS,
            FormField(_("Away after"), self.idle, _("Shorter absences are never asked about.")),
            px(200),
        )
        self.source = SourceLine()
        self.column.addWidget(self.source)
        self.add_field(
            DAY_STARTS_AT,
            FormField(
                _("A day begins at"),
                self.starts,
                _("What you do before this time belongs to the day before."),
            ),
            px(200),
        )
        self.add_field(
            DAY_TARGET_HOURS,
            FormField(
                _("Target for a day"),
                self.target,
                _("Hours and minutes, such as 7:30. Empty for none."),
            ),
            px(200),
        )
        self.column.addStretch(1)
        self.idle.activated.connect(self._idle_chosen)
        self.starts.activated.connect(self._start_chosen)
        self.target.editingFinished.connect(self._target_typed)
        self._target_shown = ""

    def show_view(self, view: SettingsView) -> None:
        """Show the values that hold."""
        wanted = sorted({*(60 * it for it in _MINUTES), view.idle_after_seconds})
        _fill(self.idle, [(_idle_words(it), it) for it in wanted], view.idle_after_seconds)
        hours = sorted({*(f"{it:02}:00" for it in range(7)), view.day_starts_at})
        _fill(self.starts, [(it, it) for it in hours], view.day_starts_at)
        self._target_shown = length(view.day_target_hours * 3600) if view.day_target_hours else ""
        if not self.target.hasFocus() or not self.target.isModified():
            self.target.setText(self._target_shown)
        self.source.show_source(view.presence_source)

    def _idle_chosen(self) -> None:
        self.fields[IDLE_AFTER_SECONDS].refuse("")
        self.changed.emit(IDLE_AFTER_SECONDS, self.idle.currentData())

    def _start_chosen(self) -> None:
        self.fields[DAY_STARTS_AT].refuse("")
        self.changed.emit(DAY_STARTS_AT, self.starts.currentData())

    def _target_typed(self) -> None:
        typed = self.target.text().strip()
        if typed == self._target_shown:
            self.fields[DAY_TARGET_HOURS].refuse("")
            return
        hours = read_hours(typed)
        if hours is None:
            self.fields[DAY_TARGET_HOURS].refuse(
                _("“{words}” is no length of a day. Type it as 7:30 or 7.5, at most 24.").format(
                    words=typed
                )
            )
            return
        self.fields[DAY_TARGET_HOURS].refuse("")
        self._target_shown = typed
        self.changed.emit(DAY_TARGET_HOURS, hours)


class HotkeyPage(Page):
    """The global hotkeys, and what grants them."""

    def __init__(self) -> None:
        super().__init__(_("Hotkeys"), _("They work in every window."))
        self.source = SourceLine()
        self.column.addWidget(self.source)
        self._keys: dict[str, KeyField] = {}
        self.rest = wrapping(
            _("Click a field and press the keys. Backspace is for none."), small=True
        )
        self.command = LineEdit()
        self.command.setText("timekept toggle")
        self.command.setReadOnly(True)
        self._tail = FormField(
            _("If a key stays dead, bind this command in the desktop’s own settings"), self.command
        )
        self.column.addWidget(self.rest)
        self.column.addWidget(self._tail)
        self.column.addStretch(1)

    def key_field(self, key: str) -> KeyField:
        """Return the field of the hotkey with that setting's key."""
        return self._keys[key]

    def show_view(self, view: SettingsView) -> None:
        """Show the hotkeys and how they stand."""
        self.source.show_source(view.hotkey_source)
        for hotkey in view.hotkeys:
            if hotkey.key not in self._keys:
                self._add(hotkey)
            self._keys[hotkey.key].setText(hotkey.keys)
            field = self.fields[hotkey.key]
            field.refuse("" if hotkey.works else hotkey.state)
            if hotkey.works:
                field.rename(hotkey.title, hotkey.state)

    def _add(self, hotkey: HotkeyView) -> None:
        taken = KeyField()
        self._keys[hotkey.key] = taken
        field = FormField(hotkey.title, taken)
        field.widget.setMaximumWidth(px(240))
        self.fields[hotkey.key] = field
        self.column.insertWidget(self.column.indexOf(self.rest), field)
        taken.pressed.connect(lambda keys: self._pressed(hotkey.key, keys))

    def _pressed(self, key: str, keys: str) -> None:
        field = self.fields[key]
        if keys:
            try:
                keys = str(read_hotkey(keys))
            except HotkeyUnreadable as unreadable:
                field.refuse(unreadable.why)
                return
        field.refuse("")
        self._keys[key].setText(keys)
        self.changed.emit(key, keys)


class LookPage(Page):
    """The ink of the tray icon: no desktop tells how dark its panel is."""

    def __init__(self) -> None:
        super().__init__(_("Look"))
        self._group = QButtonGroup(self)
        self.choices: dict[str, QRadioButton] = {}
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, px(4), 0, 0)
        column.setSpacing(px(12))
        for value, words in (
            ("follow", _("Follow the windows")),
            ("light", _("For a light panel")),
            ("dark", _("For a dark panel")),
        ):
            button = QRadioButton(words)
            button.setAccessibleName(words)
            self.choices[value] = button
            self._group.addButton(button)
            column.addWidget(button)
            button.clicked.connect(lambda _checked=False, it=value: self._chosen(it))
        self.add_field(
            TRAY_INK,
            FormField(
                _("Icon in the tray"),
                box,
                _("A dark bar over light windows is common; no desktop tells which it is."),
            ),
        )
        self.column.addStretch(1)

    def show_view(self, view: SettingsView) -> None:
        """Show the ink that holds."""
        self.choices[view.tray_ink].setChecked(True)

    def _chosen(self, value: str) -> None:
        self.fields[TRAY_INK].refuse("")
        self.changed.emit(TRAY_INK, value)


class AboutPage(Page):
    """What this is, and where it keeps things."""

    def __init__(self) -> None:
        super().__init__(_("About"))
        self.lines = wrapping("")
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.lines)
        self.column.addStretch(1)

    def show_view(self, view: SettingsView) -> None:
        """Show the lines."""
        self.lines.setText("\n".join(view.about))


class SourceLine(Band):
    """What is really used now, at the place where one would doubt it."""

    def __init__(self) -> None:
        super().__init__(fill="alternate", edge=False, bar="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(10), px(12), px(10))
        row.setSpacing(px(8))
        self.mark = MarkLabel("tick")
        self.words = Label()
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def show_source(self, source: SourceView) -> None:
        """Show the sentence and whether it works."""
        self.mark.set_mark(
            "tick" if source.works else "held", "muted" if source.works else "warning"
        )
        self.words.setText(source.sentence)
        if source.works:
            self.set_look(fill="alternate", bar="muted")
        else:
            self.set_look(fill="warning-soft", bar="warning")
        self.setAccessibleName(source.sentence)
        self.setVisible(bool(source.sentence))


def read_hours(typed: str) -> float | None:
    """Return the hours that `7:30`, `7.5` or `8` mean, 0 for nothing, None for what can't be."""
    if not typed:
        return 0
    hours, colon, minutes = typed.replace(",", ".").partition(":")
    try:
        if colon and not (minutes.isdecimal() and len(minutes) == 2 and int(minutes) < 60):
            return None
        value = float(hours) + (int(minutes) / 60 if colon else 0)
    except ValueError:
        return None
    if not 0 <= value <= 24:
        return None
    return int(value) if value == int(value) else value


def _idle_words(seconds: int) -> str:
    if seconds % 60:
        return ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
    minutes = seconds // 60
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def _fill(box: QComboBox, choices: list[tuple[str, object]], chosen: object) -> None:
    shown = [(box.itemText(at), box.itemData(at)) for at in range(box.count())]
    if shown != choices:
        box.clear()
        for words, value in choices:
            box.addItem(words, value)
    box.setCurrentIndex(box.findData(chosen))
