"""Which notice the panel shows, where it comes in, and what its buttons mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.words import _

if TYPE_CHECKING:
    from app.ui.panel_body import PanelBody
    from app.ui.views import NoticeView


class PanelNotice(QObject):
    """At most one notice; one that was put off stays away until it says something else."""

    check_asked = Signal()
    sign_in_asked = Signal(str)
    """The account's name."""
    operation_asked = Signal(str)
    """The id of the operation that needs the user."""
    more_asked = Signal()
    """The user wants to know all of the news."""
    news_read = Signal()
    """The user knows; it need not be shown again."""

    def __init__(self, body: PanelBody) -> None:
        super().__init__(body)
        self._body = body
        self._view: NoticeView | None = None
        self._put_off_view: NoticeView | None = None
        body.notice.answered.connect(self._answered)
        body.notice.put_off.connect(self._put_off)

    def show_view(self, view: NoticeView | None) -> None:
        """Show the notice, or none; while the panel is being read it comes in below the clock."""
        self._view = view
        notice = self._body.notice
        if view is None or view == self._put_off_view:
            notice.hide()
            return
        if self._body.isVisible() and notice.isHidden():
            self._body.lay_notice(above=False)
        later = _("Later") if view.can_wait else ""
        if view.kind == "news":
            later = _("Close")
        notice.show_words(view.title, view.text, view.action, later)

    def _answered(self) -> None:
        view = self._view
        if view is None:
            return
        if view.kind == "sign-in":
            self.sign_in_asked.emit(view.account)
        elif view.kind == "check":
            self.check_asked.emit()
        elif view.kind == "held":
            self.operation_asked.emit(view.subject)
        elif view.kind == "news":
            self.more_asked.emit()

    def _put_off(self) -> None:
        if self._view is not None and self._view.kind == "news":
            # What comes after it is another notice.
            self.news_read.emit()
            return
        self._put_off_view = self._view
        self._body.notice.hide()
