"""The bar above the day: back, today, on, the date, whose entries, undo and add."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from PySide6.QtCore import QDate, QLocale, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QIcon,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.button import Button
from app.ui.choice import Choice
from app.ui.elided_label import ElidedLabel
from app.ui.marks import account_pixmap
from app.ui.theme import TITLE, app_look, look_of, px, set_tab_order
from app.ui.timesheet_views import DayView
from app.words import _

_YEAR_LAST = re.compile(r"[\s,.]*(?:'de'\s*)?y+\s*$")


def date_words(day: date, today_year: int, *, short: bool = False) -> str:
    """Return a date as the locale writes it in full, without the year if it is this one.

    `short` abbreviates the names of weekday and month.
    """
    locale = QLocale()
    form = locale.dateFormat(QLocale.FormatType.LongFormat)
    if day.year == today_year:
        form = _YEAR_LAST.sub("", form)
    if short:
        form = form.replace("dddd", "ddd").replace("MMMM", "MMM")
    return locale.toString(QDate(day.year, day.month, day.day), form)


class Toolbar(QWidget):
    """The bar. It only tells what is asked; the window shows the day that comes of it."""

    back = Signal()
    on = Signal()
    today = Signal()
    undo = Signal()
    add = Signal()
    account_chosen = Signal(str)
    """The account's name, empty for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._date: tuple[date, int] | None = None
        self.back_button = _Chevron("back", _("Previous day"))
        self.today_button = Button(_("Today"))
        self.on_button = _Chevron("on", _("Next day"))
        self.title = ElidedLabel(factor=TITLE, bold=True)
        self.undo_button = Button(_("Undo"))
        self.add_button = Button(_("Add"), mark="plus")
        self.accounts = Choice()
        self.accounts.setAccessibleName(_("Entries of"))
        self.accounts.setIconSize(QSize(px(16), px(16)))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(12), px(16), px(12))
        row.setSpacing(px(8))
        for button in (self.back_button, self.today_button, self.on_button):
            row.addWidget(button)
        row.addSpacing(px(8))
        row.addWidget(self.title, 1)
        row.addWidget(self.undo_button)
        row.addWidget(self.accounts)
        row.addWidget(self.add_button)
        self.back_button.clicked.connect(self.back)
        self.on_button.clicked.connect(self.on)
        self.today_button.clicked.connect(self.today)
        self.undo_button.clicked.connect(self.undo)
        self.add_button.clicked.connect(self.add)
        self.accounts.activated.connect(self._account_activated)
        self.back_button.setToolTip(_("Previous day (Alt+Left)"))
        self.today_button.setToolTip(_("Today (Alt+Home)"))
        self.on_button.setToolTip(_("Next day (Alt+Right)"))
        self.add_button.setToolTip(_("Write down what you did (Ins)"))
        set_tab_order(
            [
                self.back_button,
                self.today_button,
                self.on_button,
                self.undo_button,
                self.accounts,
                self.add_button,
            ]
        )

    def show_day(self, view: DayView, today_year: int) -> None:
        """Show the day's date, and what can be done."""
        self._date = (view.day, today_year)
        self._write_date()
        self.today_button.setEnabled(not view.is_today)
        self.undo_button.setEnabled(view.can_undo)
        self.undo_button.setToolTip(
            _("Take back the last change (Ctrl+Z)")
            if view.can_undo
            else _("Nothing was changed that could be taken back.")
        )
        shown = [str(self.accounts.itemData(at)) for at in range(1, self.accounts.count())]
        names = [it.name for it in view.accounts]
        if shown != names or not self.accounts.count():
            look = app_look()
            self.accounts.clear()
            self.accounts.addItem(_("All accounts"), "")
            for it in view.accounts:
                icon = QIcon(account_pixmap(it.index, px(16), look.account(it.index)))
                self.accounts.addItem(icon, it.name, it.name)
        self.choose_account(view.account)
        self.accounts.setVisible(len(names) > 1)

    def choose_account(self, account: str) -> None:
        """Show whose entries are shown, empty for all."""
        self.accounts.setCurrentIndex(max(0, self.accounts.findData(account)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the date as long as there is room for it."""
        super().resizeEvent(event)
        self._write_date()

    def _write_date(self) -> None:
        if self._date is None:
            return
        day, year = self._date
        full = date_words(day, year)
        metrics = QFontMetricsF(self.title.font())
        others = sum(
            it.sizeHint().width() + px(8)
            for it in (self.back_button, self.today_button, self.on_button, self.undo_button)
        ) + (self.accounts.sizeHint().width() + self.add_button.sizeHint().width() + px(64))
        fits = metrics.horizontalAdvance(full) <= self.width() - others
        self.title.setText(full if fits else date_words(day, year, short=True))

    def _account_activated(self) -> None:
        self.account_chosen.emit(str(self.accounts.currentData() or ""))


class _Chevron(Button):
    """A button with an arrowhead towards the day before or after."""

    def __init__(self, to: Literal["back", "on"], name: str) -> None:
        super().__init__("")
        self._to = to
        self.setAccessibleName(name)
        self.setFixedWidth(px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then the arrowhead."""
        super().paintEvent(event)
        look = look_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.text, px(2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = (self._to == "back") != mirrored
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        tip = -px(2.5) if left else px(2.5)
        painter.drawPolyline(
            QPolygonF(
                [
                    middle + QPointF(-tip, -px(5)),
                    middle + QPointF(tip, 0),
                    middle + QPointF(-tip, px(5)),
                ]
            )
        )
