"""The editor of a row: start, end, work item, comment and activity, in the row's own place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.ui.band import Band
from app.ui.button import Button
from app.ui.label import Label, Number
from app.ui.line_edit import LineEdit
from app.ui.marks import account_pixmap
from app.ui.refusal import Refusal
from app.ui.start_text import StartTextError
from app.ui.theme import (
    SMALL,
    app_look,
    px,
    set_tab_order,
)
from app.ui.timesheet_fields import PlainChoice, TimeField
from app.ui.timesheet_item_field import ItemField
from app.ui.timesheet_times import before, read_in_day, read_stop
from app.ui.timesheet_views import AccountChoice, DayRow, DayView, EntryEdit
from app.ui.views import SearchHit
from app.words import _
from app.words.lengths import length

Field = Literal["", "start", "stop", "item", "comment", "activity", "account"]
_KEYS_ENTER = (0x01000004, 0x01000005)
_KEY_ESCAPE = 0x01000000


class RowEditor(Band):
    """Edits one entry, or a new one; nothing holds before Save, and Esc takes it back.

    What was refused stays in the fields. `now` returns the moment, an aware UTC datetime.
    """

    saved = Signal(object)
    """An `EntryEdit` with what was changed."""
    left = Signal()
    """Cancel, Esc, or a Save that changes nothing."""
    resized = Signal()
    """It wants another height now."""

    def __init__(
        self,
        now: Callable[[], datetime],
        find_items: Callable[[str], Sequence[SearchHit]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, fill="window", top=True, bottom=True)
        self._now = now
        self._row: DayRow | None = None
        self._view: DayView | None = None
        self._narrow: bool | None = None
        self._as_shown: tuple[str, ...] = ()
        self.start = TimeField(_("Start"))
        self.stop = TimeField(_("End"))
        self.length = Number("00:00", bold=True)
        self.item = ItemField(find_items)
        self.comment = LineEdit()
        self.comment.setAccessibleName(_("Comment"))
        self.activity = PlainChoice(_("Activity"))
        self.account = PlainChoice(_("Account"))
        self.refusal = Refusal()
        self.cancel = Button(_("Cancel"))
        self.save = Button(_("Save"), bold=True)
        self.save.setDefault(True)
        self._labels = {
            "start": Label(_("Start"), tone="muted", factor=SMALL, wrap=False),
            "stop": Label(_("End"), tone="muted", factor=SMALL, wrap=False),
            "length": Label(_("Length"), tone="muted", factor=SMALL, wrap=False),
            "item": Label(_("Work item"), tone="muted", factor=SMALL, wrap=False),
            "comment": Label(_("Comment"), tone="muted", factor=SMALL, wrap=False),
            "activity": Label(_("Activity"), tone="muted", factor=SMALL, wrap=False),
            "account": Label(_("Account"), tone="muted", factor=SMALL, wrap=False),
        }
        self._fields: dict[str, QWidget] = {
            "start": self.start,
            "stop": self.stop,
            "length": self.length,
            "item": self.item,
            "comment": self.comment,
            "activity": self.activity,
            "account": self.account,
        }
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(16), px(8), px(16), px(12))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        self._foot = QWidget(self)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, px(4), 0, 0)
        foot.setSpacing(px(8))
        foot.addWidget(self.refusal, 1)
        foot.addStretch(0)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        for widget in (*self._labels.values(), *self._fields.values()):
            widget.setParent(self)
        self.cancel.clicked.connect(self.left)
        self.save.clicked.connect(self.try_save)
        self.start.textChanged.connect(self._preview)
        self.stop.textChanged.connect(self._preview)
        self.item.chosen.connect(self._item_chosen)
        self.account.currentIndexChanged.connect(self._account_changed)
        set_tab_order(
            [
                self.start,
                self.stop,
                self.item,
                self.comment,
                self.activity,
                self.account,
                self.cancel,
                self.save,
            ]
        )
        self.hide()

    # ----------------------------------------------------------------- what it edits

    @property
    def entry_id(self) -> str:
        """The id of the entry that is edited; empty for a new one."""
        return "" if self._row is None else self._row.id

    def edit(self, row: DayRow, view: DayView) -> None:
        """Edit this entry."""
        self._begin(row, view)
        zone = ZoneInfo(view.zone)
        self.start.set_moment(row.started_at, zone)
        self.stop.set_moment(row.stopped_at, zone)
        self.stop.setEnabled(row.stopped_at is not None)
        if row.stopped_at is None:
            self.stop.setText(row.stop)
            self.stop.setToolTip(_("It runs. Stop it in the panel or the tray."))
        else:
            self.stop.setToolTip("")
        self._show_choices(view, row.account)
        self.item.account = row.account
        named = f"{row.label} {row.title}".strip() if row.item_key else ""
        self.item.set_item(row.item_key, named)
        self.comment.setText(row.comment)
        self.comment.setCursorPosition(0)
        self._choose_activity(row.account, row.activity_id, row.activity)
        self._ready()

    def add(self, view: DayView, from_at: datetime, to_at: datetime) -> None:
        """Write down a new entry, at first from `from_at` to `to_at`."""
        self._begin(None, view)
        zone = ZoneInfo(view.zone)
        self.stop.setEnabled(True)
        self.start.set_moment(from_at, zone)
        self.stop.set_moment(to_at, zone)
        self._show_choices(view, view.add_account)
        self.item.account = ""
        self.item.set_item("", "")
        self.comment.setText("")
        self._choose_activity(view.add_account, "", "")
        self._ready()

    def is_touched(self) -> bool:
        """Whether something else stands in the fields than at first."""
        return self._contents() != self._as_shown

    def say(self, sentence: str, field: Field = "") -> None:
        """Say what was refused, and go to the field it is about."""
        self.refusal.say(sentence)
        for name, widget in self._fields.items():
            widget.setAccessibleDescription(sentence if name == field else "")
        if field:
            widget = self._fields[field]
            widget.setFocus()
            if isinstance(widget, LineEdit):
                widget.selectAll()
        self.resized.emit()

    # ----------------------------------------------------------------- saving

    def try_save(self) -> None:
        """Hand on what was changed, or say what can't be read; nothing is lost by it."""
        field: Field = "start"
        self.item.close_list()
        try:
            started_at = self._read_start()
            field = "stop"
            stopped_at = self._read_stop(started_at)
            field = "item"
            item_key = self.item.read()
        except (StartTextError, LookupError) as error:
            self.say(str(error.args[0]), field)
            return
        row = self._row
        comment = " ".join(self.comment.text().split())
        activity = str(self.activity.currentData() or "")
        if row is None:
            edit = EntryEdit(
                id="",
                account=str(self.account.currentData() or ""),
                item_key=item_key,
                comment=comment,
                activity=activity,
                started_at=started_at,
                stopped_at=stopped_at,
            )
        else:
            edit = EntryEdit(
                id=row.id,
                item_key=None if item_key == row.item_key else item_key,
                comment=None if comment == row.comment else comment,
                activity=None if activity == row.activity_id else activity,
                started_at=None if started_at == row.started_at else started_at,
                stopped_at=None if stopped_at == row.stopped_at else stopped_at,
            )
        if edit == EntryEdit(id=edit.id):
            self.left.emit()
            return
        self.say("")
        self.saved.emit(edit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save by Enter, take back by Esc; no key falls through to the list behind."""
        if event.key() in _KEYS_ENTER:
            self.try_save()
        elif event.key() == _KEY_ESCAPE:
            self.left.emit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the fields into one line or two."""
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Return the height that the fields want at the width it has."""
        hint = super().sizeHint()
        wide = self.width()
        layout_high = self._grid.totalHeightForWidth(wide) if self._grid.hasHeightForWidth() else 0
        return QSize(hint.width(), max(layout_high, self._grid.totalMinimumSize().height()))

    # ----------------------------------------------------------------- inside

    def _begin(self, row: DayRow | None, view: DayView) -> None:
        self._row, self._view = row, view
        self.refusal.say("")
        self.setAccessibleName(_("New entry") if row is None else _("Edit the entry"))
        for name in ("account",):
            self._fields[name].setVisible(row is None and len(view.accounts) > 1)
            self._labels[name].setVisible(row is None and len(view.accounts) > 1)
        self._narrow = None
        self._arrange()

    def _ready(self) -> None:
        self._preview()
        self._as_shown = self._contents()

    def _contents(self) -> tuple[str, ...]:
        return (
            self.start.text(),
            self.stop.text(),
            self.item.text(),
            self.comment.text(),
            self.activity.currentText(),
            self.account.currentText(),
        )

    def _read_start(self) -> datetime:
        view, row = self._view, self._row
        assert view is not None
        known = self.start.moment()
        if known is not None:
            return known
        zone = ZoneInfo(view.zone)
        at = read_in_day(self.start.text(), view.from_at, view.to_at, zone, self._now())
        if row is not None and row.started_at < view.from_at and row.stopped_at is not None:
            at = before(at, row.stopped_at, zone)
        self._refuse_future(at, self.start.text())
        return at

    def _read_stop(self, started_at: datetime) -> datetime | None:
        view = self._view
        assert view is not None
        if self._row is not None and self._row.stopped_at is None:
            return None
        known = self.stop.moment()
        if known is not None and known > started_at:
            return known
        zone = ZoneInfo(view.zone)
        at = read_stop(self.stop.text(), started_at, view.from_at, view.to_at, zone, self._now())
        self._refuse_future(at, self.stop.text())
        return at

    def _refuse_future(self, at: datetime, words: str) -> None:
        if at > self._now():
            raise StartTextError(_("{time} is still to come.").format(time=words.strip()))

    def _preview(self) -> None:
        """Show the length that the times make now; an unreadable one has none."""
        try:
            started_at = self._read_start()
            seconds = ((self._read_stop(started_at) or self._now()) - started_at).total_seconds()
        except (StartTextError, AssertionError):
            self.length.setText("–")
            return
        self.length.setText(length(seconds))

    def _show_choices(self, view: DayView, account: str) -> None:
        self.account.blockSignals(True)
        self.account.clear()
        look = app_look()
        for choice in view.accounts:
            icon = QIcon(account_pixmap(choice.index, px(16), look.account(choice.index)))
            self.account.addItem(icon, choice.name, choice.name)
        self.account.setCurrentIndex(max(0, self.account.findData(account)))
        self.account.blockSignals(False)

    def _choose_activity(self, account: str, activity_id: str, name: str) -> None:
        choice = self._account(account)
        kinds = () if choice is None else choice.activities
        self.activity.clear()
        self.activity.addItem(_("None"), "")
        for kind in kinds:
            self.activity.addItem(kind.name, kind.activity_id)
        if activity_id and self.activity.findData(activity_id) < 0:
            self.activity.addItem(name, activity_id)
        self.activity.setCurrentIndex(max(0, self.activity.findData(activity_id)))
        self.activity.setEnabled(self.activity.count() > 1)
        self.activity.setToolTip("" if choice is None else choice.no_activities)

    def _account(self, name: str) -> AccountChoice | None:
        accounts = () if self._view is None else self._view.accounts
        return next((it for it in accounts if it.name == name), None)

    def _account_changed(self) -> None:
        self._choose_activity(str(self.account.currentData() or ""), "", "")

    def _item_chosen(self, hit: SearchHit) -> None:
        """Take over what belongs to the item: its account for a new entry, words without one."""
        if self._row is None and self.account.currentData() != hit.account:
            self.account.setCurrentIndex(max(0, self.account.findData(hit.account)))
        if hit.comment and not self.comment.text():
            self.comment.setText(hit.comment)
        self.comment.setFocus()

    def _arrange(self) -> None:
        """Lay out in one line where there is room for it, else times above and words below."""
        narrow = self.width() < px(760)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for widget in (*self._labels.values(), *self._fields.values()):
            self._grid.removeWidget(widget)
        self._grid.removeWidget(self._foot)
        for column in range(8):
            self._grid.setColumnStretch(column, 0)
        first = ["start", "stop", "length"]
        words = ["item", "comment", "activity"]
        if not self.account.isHidden():
            words.append("account")
        if narrow:
            self._line(first, 0, [1, 1, 1])
            self._line(words[:2], 2, [4, 4])
            self._line(words[2:], 4, [4, 4])
            self._grid.setColumnStretch(3, 1)
            self._grid.setColumnStretch(7, 2)
            self._grid.addWidget(self._foot, 6, 0, 1, 8)
        else:
            self._line(first + words, 0, [1] * 7)
            self._grid.setColumnStretch(3, 5)
            self._grid.setColumnStretch(4, 4)
            self._grid.setColumnStretch(5, 2)
            self._grid.addWidget(self._foot, 6, 0, 1, 7)
        self._grid.setRowMinimumHeight(6, px(36))
        self.resized.emit()

    def _line(self, names: list[str], row: int, spans: list[int]) -> None:
        column = 0
        for name, span in zip(names, spans, strict=False):
            self._grid.addWidget(self._labels[name], row, column, 1, span)
            self._grid.addWidget(self._fields[name], row + 1, column, 1, span)
            column += span
