"""`run`, when an app runs already: it shows itself."""

from __future__ import annotations

from app.cli.answers import Answer, lines
from app.cli.call import Call
from app.words import _


def run(call: Call) -> Answer:
    """Have the running app show its panel; without windows there is none to show."""
    show_panel = call.desk.show_panel
    if show_panel is not None and not call.words.headless:
        show_panel()
        return Answer(err=lines(_("Timekept runs already; its panel is shown.")))
    return Answer(err=lines(_("Timekept runs already.")))
