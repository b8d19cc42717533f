"""Where to click: places in the windows of Timekept, found by what stands there."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.desktop import wait_until

if TYPE_CHECKING:
    from tests.desktop import Desktop, Window

ACCOUNT_MARK = bytes((0xD1, 0x7F, 0x2F))
"""The light palette's colour of the first account: blue, green, red, as the screen has it."""
WARNING_MARK = bytes((0x00, 0x52, 0x8F))
"""The light palette's colour of what needs the user."""

LEFT, MIDDLE, RIGHT = 1, 2, 3
# In a prompt, from its lower edge: the buttons, and the rows of the answers above them.
BUTTONS_UP, LAST_ANSWER_UP, ANSWER_HEIGHT = 30, 82, 51
WHITE = bytes((0xFF, 0xFF, 0xFF))


def places_of_colour(desktop: Desktop, window: Window, colour: bytes) -> list[tuple[int, int]]:
    """Return the middle of each patch of a colour in the window, from its upper edge down."""
    pixels = desktop.screen.pixels()
    width = desktop.screen.width
    rows: list[tuple[int, int]] = []
    for y in range(max(0, window.y), min(window.y + window.height, desktop.screen.height)):
        begin = 4 * (y * width + max(0, window.x))
        end = 4 * (y * width + min(window.x + window.width, width))
        row = pixels[begin:end]
        at = row.find(colour)
        while at >= 0 and at % 4:
            at = row.find(colour, at + 1)
        if at >= 0:
            rows.append((max(0, window.x) + at // 4, y))
    patches: list[list[tuple[int, int]]] = []
    for place in rows:
        if patches and place[1] == patches[-1][-1][1] + 1:
            patches[-1].append(place)
        else:
            patches.append([place])
    return [patch[len(patch) // 2] for patch in patches]


def open_menu(desktop: Desktop, pid: int) -> Window:
    """Open the tray menu by a click and return its window once its lines are drawn."""
    desktop.click(desktop.screen.wait_for_tray_icon(pid), button=RIGHT)
    menu = desktop.screen.wait_for_window(pid)
    desktop.screen.settled_pixels()
    return menu


def click_recent(desktop: Desktop, pid: int, number: int = 0) -> None:
    """Open the tray menu and click the line of a recent work item, 0 the latest.

    Recent items are the lines with an account's mark before them.
    """
    menu = open_menu(desktop, pid)
    marks = wait_until(
        lambda: places_of_colour(desktop, menu, ACCOUNT_MARK), "recent items in the menu"
    )
    x, y = marks[number]
    desktop.click((x + 60, y))
    wait_until(lambda: not desktop.screen.windows(pid), "the menu to close")


def open_panel(desktop: Desktop, pid: int) -> Window:
    """Open the panel by a click on the icon; it has the focus when this returns."""
    desktop.click(desktop.screen.wait_for_tray_icon(pid))
    panel = desktop.screen.wait_for_window(pid, "Timekept")
    desktop.focus(panel)
    desktop.screen.settled_pixels()
    # It is placed anew once the window manager has said how high its frame is.
    return desktop.screen.wait_for_window(pid, "Timekept")


def active_window(desktop: Desktop) -> int:
    """Return the window that has the focus, as the window manager tells it."""
    done = subprocess.run(
        ["xdotool", "getactivewindow"],
        env=desktop.environment,
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return int(done.stdout)


def apply_button(prompt: Window) -> tuple[int, int]:
    """Return the place of a prompt's default button."""
    return prompt.x + prompt.width - 60, prompt.y + prompt.height - BUTTONS_UP


def later_button(prompt: Window) -> tuple[int, int]:
    """Return the place of a prompt's “Decide later”."""
    return prompt.x + 60, prompt.y + prompt.height - BUTTONS_UP


def answer(prompt: Window, number: int, count: int) -> tuple[int, int]:
    """Return the place of a prompt's answer, from 1 to `count`."""
    up = LAST_ANSWER_UP + (count - number) * ANSWER_HEIGHT
    return prompt.x + 160, prompt.y + prompt.height - up


def answer_by_keys(desktop: Desktop, prompt: Window, number: int, count: int) -> None:
    """Give the prompt the focus, choose an answer by its digit, and press Enter."""
    desktop.focus(prompt)
    _x, y = answer(prompt, number, count)

    def chosen() -> bool:
        # Keys count only once the window has been active for half a second.
        desktop.press(str(number))
        desktop.screen.settled_pixels(0.5)
        return pixel(desktop, prompt.x + 1, y) != WHITE

    wait_until(chosen, f"answer {number} to be chosen")
    desktop.press("Return")


def pixel(desktop: Desktop, x: int, y: int) -> bytes:
    """Return blue, green and red of a place on the screen."""
    at = 4 * (y * desktop.screen.width + x)
    return desktop.screen.pixels()[at : at + 3]
