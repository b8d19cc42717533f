"""The drawing of controls: Fusion with visible edges, a 2 px focus and heights by the font."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QWidget,
)

from app.ui.style_painting import (
    SMALL_PROPERTY,
    paint_arrow,
    paint_button,
    paint_edge,
    paint_field,
    paint_indicator,
    paint_menu_bar,
    paint_scroll_bar,
)
from app.ui.theme import look_of, px

_Primitive = QStyle.PrimitiveElement
_Contents = QStyle.ContentsType
_State = QStyle.StateFlag


class TimekeptStyle(QProxyStyle):
    """Fusion, but every edge has a contrast of 3 or more and the focus is 2 px of `Highlight`.

    Fusion's edge is the window colour made darker, which can't be seen on a dark window, and it
    brightens the fill of buttons, so text on a coloured one loses contrast.
    """

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Paint the edges of fields, buttons and check marks; leave the rest to Fusion."""
        if element == _Primitive.PE_PanelLineEdit:
            if isinstance(option, QStyleOptionFrame) and option.lineWidth > 0:
                paint_field(painter, option, look_of(option.palette))
        elif element == _Primitive.PE_PanelButtonCommand:
            paint_button(painter, option, look_of(option.palette), widget)
        elif element == _Primitive.PE_FrameFocusRect:
            if widget is None or not widget.inherits("QPushButton"):
                paint_edge(painter, option.rect, look_of(option.palette).focus, 2.0)
        elif element == _Primitive.PE_PanelMenu:
            look = look_of(option.palette)
            painter.fillRect(option.rect, look.base)
            painter.setPen(look.border)
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        elif element in (_Primitive.PE_FrameLineEdit, _Primitive.PE_FrameDefaultButton):
            pass
        elif element in (_Primitive.PE_IndicatorRadioButton, _Primitive.PE_IndicatorCheckBox):
            paint_indicator(painter, option, element == _Primitive.PE_IndicatorRadioButton)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Mark the chosen line of a menu as lists do: a soft fill and a bar; leave the rest."""
        if element == QStyle.ControlElement.CE_MenuItem and isinstance(
            option, QStyleOptionMenuItem
        ):
            look = look_of(option.palette)
            if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator:
                middle = option.rect.center().y()
                painter.fillRect(
                    QRect(option.rect.x(), middle, option.rect.width(), 1), look.hairline
                )
                return
            chosen = QStyleOptionMenuItem(option)
            palette = QPalette(option.palette)
            palette.setColor(QPalette.ColorRole.Highlight, look.soft_selection)
            palette.setColor(QPalette.ColorRole.HighlightedText, look.text)
            chosen.palette = palette
            super().drawControl(element, chosen, painter, widget)
            if option.state & _State.State_Selected:
                paint_menu_bar(painter, option, look)
            return
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Paint a choice field like a text field with an arrow; leave the rest to Fusion."""
        if control == QStyle.ComplexControl.CC_ComboBox and isinstance(
            option, QStyleOptionComboBox
        ):
            paint_field(painter, option, look_of(option.palette))
            arrow = self.subControlRect(control, option, QStyle.SubControl.SC_ComboBoxArrow, widget)
            paint_arrow(painter, arrow, look_of(option.palette), option)
            return
        if control == QStyle.ComplexControl.CC_SpinBox and isinstance(option, QStyleOptionSpinBox):
            look = look_of(option.palette)
            paint_field(painter, option, look)
            for part, up in (
                (QStyle.SubControl.SC_SpinBoxUp, True),
                (QStyle.SubControl.SC_SpinBoxDown, False),
            ):
                rect = self.subControlRect(control, option, part, widget)
                paint_arrow(painter, rect, look, option, up=up)
            return
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            slider = self.subControlRect(
                control, option, QStyle.SubControl.SC_ScrollBarSlider, widget
            )
            paint_scroll_bar(painter, slider, option)
            return
        super().drawComplexControl(control, option, painter, widget)

    def subElementRect(
        self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        """Give the words in a text field 8 px before them."""
        rect = super().subElementRect(element, option, widget)  # type: ignore[arg-type]  # the stub forgets: None may come
        framed = isinstance(option, QStyleOptionFrame) and option.lineWidth > 0
        if element == QStyle.SubElement.SE_LineEditContents and framed:
            return rect.adjusted(px(4), 0, -px(4), 0)
        return rect

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Give the words in a choice field as much room before them as those in a text field."""
        if control == QStyle.ComplexControl.CC_ScrollBar and part in (
            QStyle.SubControl.SC_ScrollBarAddLine,
            QStyle.SubControl.SC_ScrollBarSubLine,
        ):
            return QRect()
        rect = super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # the stub forgets: None may come
        if control == QStyle.ComplexControl.CC_ComboBox:
            if part == QStyle.SubControl.SC_ComboBoxEditField:
                return rect.adjusted(px(4), 0, 0, 0)
            if part == QStyle.SubControl.SC_ComboBoxArrow:
                return rect.adjusted(-px(4), 0, -px(4), 0)
        return rect

    def sizeFromContents(
        self,
        contents: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """Give fields and buttons 32 px, small buttons 24, growing with the font."""
        made = super().sizeFromContents(contents, option, size, widget)  # type: ignore[arg-type]  # the stub forgets: None may come
        small = widget is not None and bool(widget.property(SMALL_PROPERTY))
        height = px(24 if small else 32)
        if contents == _Contents.CT_PushButton:
            width = size.width() + px(16 if small else 24)
            return QSize(max(width, px(32 if small else 64)), max(made.height(), height))
        if contents in (
            _Contents.CT_LineEdit,
            _Contents.CT_ComboBox,
            _Contents.CT_SpinBox,
        ):
            return QSize(made.width() + px(12), max(made.height(), height))
        in_choice = widget is not None and widget.inherits("QComboBoxListView")
        if contents == _Contents.CT_ItemViewItem and in_choice:
            return QSize(made.width(), max(made.height(), px(28)))
        if (
            contents == _Contents.CT_MenuItem
            and isinstance(option, QStyleOptionMenuItem)
            and option.menuItemType != QStyleOptionMenuItem.MenuItemType.Separator
        ):
            return QSize(made.width() + px(8), max(made.height(), px(28)))
        return made

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """Keep pressed buttons still and scale check marks with the font."""
        if metric in (
            QStyle.PixelMetric.PM_ButtonShiftHorizontal,
            QStyle.PixelMetric.PM_ButtonShiftVertical,
        ):
            return 0
        if metric in (
            QStyle.PixelMetric.PM_IndicatorWidth,
            QStyle.PixelMetric.PM_IndicatorHeight,
            QStyle.PixelMetric.PM_ExclusiveIndicatorWidth,
            QStyle.PixelMetric.PM_ExclusiveIndicatorHeight,
        ):
            return px(16)
        if metric == QStyle.PixelMetric.PM_ScrollBarExtent:
            return px(10)
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: object = None,
    ) -> int:
        """Let choice fields drop down as a list below the field."""
        if hint == QStyle.StyleHint.SH_ComboBox_Popup:
            return 0
        return super().styleHint(hint, option, widget, returned)  # type: ignore[arg-type]  # passed on as it came
