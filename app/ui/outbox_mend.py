"""The mend form: the entry itself with the refused field in focus, built from what can be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.label import Label, Number
from app.ui.line_edit import LineEdit
from app.ui.outbox_views import MendField, MendView, OperationEdit
from app.ui.refusal import Refusal
from app.ui.start_text import StartTextError
from app.ui.theme import BODY, plain_tooltip, px
from app.ui.timesheet_fields import PlainChoice, TimeField
from app.ui.timesheet_item_field import ItemField
from app.ui.timesheet_times import before, read_in_day, read_stop
from app.ui.views import SearchHit
from app.words import _
from app.words.lengths import length

_KEYS_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MendForm(QWidget):
    """The fields of one held operation. What is typed stays until it is told or given up.

    `now` returns the moment, an aware UTC datetime; `find_items` is asked as one types a work item.
    """

    sent = Signal()
    """Enter in a field: mend and send."""
    left = Signal()
    """Esc: back to the list; what was typed stays."""

    def __init__(
        self, now: Callable[[], datetime], find_items: Callable[[str], Sequence[SearchHit]]
    ) -> None:
        super().__init__()
        self._now = now
        self._view: MendView | None = None
        self._id = ""
        self._as_shown: tuple[str, ...] = ()
        self._drafts: dict[str, tuple[tuple[str, str], tuple[str, ...]]] = {}
        self.item = ItemField(find_items)
        self.activity = PlainChoice(_("Activity"))
        self.start = TimeField(_("Start"))
        self.stop = TimeField(_("End"))
        self.length = Number("00:00", tone="muted")
        self.comment = LineEdit()
        self.comment.setAccessibleName(_("Comment"))
        self.tags = LineEdit()
        self.tags.setAccessibleName(_("Tags"))
        self.tags.setPlaceholderText(_("Words with commas between them"))
        self.billable = PlainChoice(_("Billable"))
        for name, value in ((_("As the server has it"), ""), (_("Yes"), "yes"), (_("No"), "no")):
            self.billable.addItem(name, value)
        self.fields: dict[MendField, QWidget] = {
            "item": self.item,
            "activity": self.activity,
            "start": self.start,
            "stop": self.stop,
            "comment": self.comment,
            "tags": self.tags,
            "billable": self.billable,
        }
        self._refusals: dict[str, Refusal] = {}
        self._boxes: dict[str, QWidget] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(px(16))
        self._form.setVerticalSpacing(px(8))
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self._build()
        for field in (self.start, self.stop):
            field.textChanged.connect(self._preview)

    # ----------------------------------------------------------------- what it edits

    def show_mend(self, subject_id: str, view: MendView) -> None:
        """Show the fields of an operation; what was typed for it before stands there again."""
        if subject_id == self._id and view == self._view:
            return
        if self._id and self.is_touched():
            self._drafts[self._id] = (self.item.known(), self._contents())
        self._id, self._view = subject_id, view
        self._fill(view)
        self._as_shown = self._contents()
        draft = self._drafts.pop(subject_id, None)
        if draft is not None:
            self._restore(*draft)
        self.say(view.refused_words, view.refused)

    def forget(self, subject_id: str) -> None:
        """Let go of what was typed for an operation: it was given up, or told."""
        self._drafts.pop(subject_id, None)
        if subject_id == self._id:
            self._id = ""

    def is_touched(self) -> bool:
        """Whether something else stands in the fields than at first."""
        return self._contents() != self._as_shown

    def say(self, sentence: str, field: MendField) -> None:
        """Say what is wrong below its field; with no field, nothing."""
        for name, refusal in self._refusals.items():
            mine = name == ("time" if field in ("start", "stop") else field)
            refusal.say(sentence if mine else "")
        for other, widget in self.fields.items():
            widget.setAccessibleDescription(sentence if other == field else "")

    def enter(self) -> None:
        """Give the focus to the refused field, else to the first."""
        view = self._view
        wanted = view.refused if view is not None else ""
        names = [wanted] if wanted else list(self.fields)
        for name in names:
            widget = self.fields.get(name)
            if widget is not None and widget.isVisibleTo(self) and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                if isinstance(widget, LineEdit):
                    widget.selectAll()
                return

    def read(self) -> OperationEdit | None:
        """Return what was changed, None for words that can't be read, which is said then."""
        view = self._view
        if view is None:
            return None
        field: MendField = "start"
        self.item.close_list()
        try:
            started_at = self._read_start()
            field = "stop"
            stopped_at = self._read_stop(started_at)
            field = "item"
            item_key = self.item.read()
        except (StartTextError, LookupError) as error:
            self.say(str(error.args[0]), field)
            self.fields[field].setFocus()
            return None
        comment = self.comment.text().strip()
        activity = str(self.activity.currentData() or "")
        tags = tuple(dict.fromkeys(it.strip() for it in self.tags.text().split(",") if it.strip()))
        billable = {"yes": True, "no": False}.get(str(self.billable.currentData()))
        shown = " ".join(view.comment.split())
        return OperationEdit(
            id=self._id,
            item_key=None if item_key == view.item_key else item_key,
            comment=None if " ".join(comment.split()) == shown else comment,
            activity=None if activity == view.activity_id else activity,
            tags=None if tags == view.tags else tags,
            billable=None if billable == view.billable else (billable,),
            started_at=None if started_at == view.started_at else started_at,
            stopped_at=None if stopped_at == view.stopped_at else stopped_at,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send by Enter, go back to the list by Esc."""
        if event.key() in _KEYS_ENTER:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()

    # ----------------------------------------------------------------- inside

    def _build(self) -> None:
        times = QWidget()
        row = QHBoxLayout(times)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self.start)
        row.addWidget(Label("–", wrap=False))
        row.addWidget(self.stop)
        row.addWidget(self.length)
        row.addStretch(1)
        for name, words, widget in (
            ("item", _("Work item"), self.item),
            ("activity", _("Activity"), self.activity),
            ("time", _("Time"), times),
            ("comment", _("Comment"), self.comment),
            ("tags", _("Tags"), self.tags),
            ("billable", _("Billable"), self.billable),
        ):
            self._refusals[name] = refusal = Refusal()
            self._boxes[name] = box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(px(4))
            column.addWidget(widget)
            column.addWidget(refusal)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            label = Label(words, tone="muted", factor=BODY, wrap=False)
            # Beside the field, not beside what is said below it.
            above = (widget.sizeHint().height() - label.sizeHint().height()) // 2
            label.setContentsMargins(0, max(0, above), 0, 0)
            label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
            self._form.addRow(label, box)

    def _fill(self, view: MendView) -> None:
        for name, box in self._boxes.items():
            fields: set[str] = {"start", "stop"} if name == "time" else {name}
            self._form.setRowVisible(box, bool(fields & view.fields))
        zone = ZoneInfo(view.zone)
        self.item.account = view.account
        self.item.set_item(view.item_key, view.item_words)
        self.activity.clear()
        missing = view.refused == "activity" and not view.activity_id
        self.activity.addItem(_("Choose an activity") if missing else _("None"), "")
        for kind in view.activities:
            self.activity.addItem(kind.name, kind.activity_id)
        if view.activity_id and self.activity.findData(view.activity_id) < 0:
            self.activity.addItem(view.activity_id, view.activity_id)
        self.activity.setCurrentIndex(max(0, self.activity.findData(view.activity_id)))
        self.activity.setEnabled(self.activity.count() > 1)
        self.activity.setToolTip(plain_tooltip(view.no_activities))
        self.start.set_moment(view.started_at, zone)
        self.stop.set_moment(view.stopped_at, zone)
        self.stop.setEnabled(view.stopped_at is not None)
        if view.stopped_at is None:
            self.stop.setText(_("now"))
        self.stop.setToolTip("" if view.stopped_at else _("It runs. Stop it in the panel."))
        self.comment.setText(" ".join(view.comment.split()))
        self.comment.setCursorPosition(0)
        self.tags.setText(", ".join(view.tags))
        billable = {True: "yes", False: "no", None: ""}[view.billable]
        self.billable.setCurrentIndex(self.billable.findData(billable))
        self._preview()

    def _contents(self) -> tuple[str, ...]:
        return (
            self.item.text(),
            str(self.activity.currentData() or ""),
            self.start.text(),
            self.stop.text(),
            self.comment.text(),
            self.tags.text(),
            str(self.billable.currentData() or ""),
        )

    def _restore(self, item: tuple[str, str], typed: tuple[str, ...]) -> None:
        """Put typed words back; `_contents` has them in the order of `fields`."""
        self.item.set_item(*item)
        for widget, words in zip(self.fields.values(), typed, strict=True):
            if isinstance(widget, PlainChoice):
                widget.setCurrentIndex(max(0, widget.findData(words)))
            elif isinstance(widget, LineEdit) and widget.text() != words:
                widget.setText(words)

    def _read_start(self) -> datetime:
        view = self._view
        assert view is not None
        known = self.start.moment()
        if known is not None:
            return known
        zone, now = ZoneInfo(view.zone), self._now()
        at = read_in_day(self.start.text(), view.from_at, view.to_at, zone, now)
        if view.stopped_at is not None and at >= view.stopped_at > view.to_at:
            at = before(at, view.stopped_at, zone)
        return self._not_ahead(at, self.start.text())

    def _read_stop(self, started_at: datetime) -> datetime | None:
        view = self._view
        assert view is not None
        if view.stopped_at is None:
            return None
        known = self.stop.moment()
        if known is not None and known > started_at:
            return known
        zone, now = ZoneInfo(view.zone), self._now()
        text = self.stop.text()
        return self._not_ahead(
            read_stop(text, started_at, view.from_at, view.to_at, zone, now), text
        )

    def _not_ahead(self, at: datetime, words: str) -> datetime:
        if at > self._now():
            raise StartTextError(_("{time} is still to come.").format(time=words.strip()))
        return at

    def _preview(self) -> None:
        """Show the length that the times make now; an unreadable one has none."""
        try:
            started_at = self._read_start()
            seconds = ((self._read_stop(started_at) or self._now()) - started_at).total_seconds()
        except (StartTextError, AssertionError):
            self.length.setText("–")
            return
        self.length.setText(length(seconds))
