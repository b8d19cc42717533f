"""The settings window: a list of pages and the page; every change holds at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.settings_accounts import AccountsPage
from app.ui.settings_pages import AboutPage, HotkeyPage, LookPage, Page, TimePage
from app.ui.settings_views import SettingsView
from app.ui.theme import BODY, dress, look_of, px, scaled_font
from app.ui.timesheet_rows import Index
from app.words import _

WIDTH, HEIGHT = 680, 480


class SettingsWindow(QWidget):
    """Shows the settings and tells what the user changes; nothing waits for an Apply."""

    setting_changed = Signal(str, object)
    """A setting's key and its new value."""
    account_add_asked = Signal()
    account_remove_asked = Signal(str)
    sign_in_asked = Signal(str)
    """The account's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app)
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(_("Settings"))
        self.setAccessibleName(_("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.accounts, self.time = AccountsPage(), TimePage()
        self.hotkeys, self.look, self.about = HotkeyPage(), LookPage(), AboutPage()
        self.list = _PageList()
        self.pages = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.pages, 1)
        for page in self._pages():
            self.pages.addWidget(page)
            self.list.addItem(page.accessibleName())
            page.changed.connect(self.setting_changed)
        self.list.fit()
        self.list.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.list.setCurrentRow(0)
        self.accounts.add_asked.connect(self.account_add_asked)
        self.accounts.remove_asked.connect(self.account_remove_asked)
        self.accounts.sign_in_asked.connect(self.sign_in_asked)
        self._fit()

    def show_view(self, view: SettingsView) -> None:
        """Show what holds now; a field that is being typed in is left alone."""
        self.accounts.show_view(view)
        self.time.show_view(view)
        self.hotkeys.show_view(view)
        self.look.show_view(view)
        self.about.show_view(view)

    def show_refusal(self, key: str, sentence: str) -> None:
        """Say at the field of that setting, or at the account of that name, what was refused."""
        for at, page in enumerate(self._pages()):
            if page.refuse(key, sentence):
                self.list.setCurrentRow(at)
                return

    def show_page(self, page: Page) -> None:
        """Turn to one of the pages."""
        self.list.setCurrentRow(self.pages.indexOf(page))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the size of another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self.list.fit()
            self._fit()

    def _pages(self) -> tuple[Page, ...]:
        return (self.accounts, self.time, self.hotkeys, self.look, self.about)

    def _fit(self) -> None:
        area = self.screen().availableGeometry()
        self.setMinimumSize(min(px(520), area.width()), min(px(360), area.height()))
        self.resize(min(px(WIDTH), area.width()), min(px(HEIGHT), area.height()))


class _PageList(QListWidget):
    """The names of the pages."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_NameDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Pages"))

    def fit(self) -> None:
        """Be as wide as the longest name, chosen and so in bold."""
        metrics = QFontMetrics(scaled_font(BODY, bold=True))
        names = [self.item(at).text() for at in range(self.count())]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        self.setFixedWidth(max(px(152), widest + px(40)))


class _NameDelegate(QStyledItemDelegate):
    """Paints a name: chosen it is bold on the soft fill, with a bar that shows the focus."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return 36 px, growing with the font."""
        return QSize(0, px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the name in its state."""
        look = look_of(option.palette)
        rect: QRectF = option.rect.toRectF()
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.fillRect(rect, look.soft_selection if chosen else look.base)
        if chosen:
            bar = QRectF(rect.right() - px(3) if mirrored else rect.left(), rect.y(), px(3), 0)
            bar.setHeight(rect.height())
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.fillRect(bar, look.focus if focused else look.border)
        painter.setFont(scaled_font(BODY, bold=chosen))
        painter.setPen(look.text)
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            rect.adjusted(px(16), 0, -px(16), 0),
            int(side | Qt.AlignmentFlag.AlignVCenter),
            str(index.data()),
        )
        painter.restore()
