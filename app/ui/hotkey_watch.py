"""Binds the global hotkeys that the settings name, and says which are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.ports.hotkey_words import HotkeyUnreadable
from app.ports.sensors import Hotkeys, HotkeyTaken, SourceUnavailable
from app.ui.source_watch import SourceWatch


class HotkeyChoice(Protocol):
    """The source that works, with nothing bound yet, or None."""

    @property
    def source(self) -> Hotkeys | None:
        """The source that works."""
        ...


class HotkeyWatch(QObject):
    """Keeps a few actions bound. `problems` has a sentence for each that is not."""

    pressed = Signal(str)
    """The action whose combination was pressed."""

    def __init__(self, choose: Callable[[], HotkeyChoice]) -> None:
        super().__init__()
        self._choose = choose
        self._source: Hotkeys | None = None
        self._watch: SourceWatch | None = None
        self._bound: dict[str, str] = {}
        self.problems: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The source at work; "" when there is none."""
        return "" if self._source is None else self._source.name

    def bind(self, keys: Mapping[str, str]) -> None:
        """Bind each action's combination; an empty one is let go of."""
        if self._source is None:
            self._source = self._choose().source
            if self._source is not None:
                self._watch = SourceWatch(self._source, self._lost, parent=self)
        for action, combination in keys.items():
            if self._source is None or self._bound.get(action) == combination:
                continue
            self.problems.pop(action, None)
            try:
                if combination:
                    self._source.bind(action, combination, partial(self.pressed.emit, action))
                else:
                    self._source.unbind(action)
            except (HotkeyTaken, HotkeyUnreadable, SourceUnavailable) as problem:
                self.problems[action] = str(problem)
            else:
                self._bound[action] = combination

    def stop(self) -> None:
        """Let go of all combinations."""
        if self._watch is not None:
            self._watch.stop()
        self._watch = None
        self._source = None
        self._bound.clear()

    def _lost(self, reason: str) -> None:
        self._watch = None
        self._source = None
        for action in self._bound:
            self.problems[action] = reason
        self._bound.clear()
