"""What every test stands on: no screen, no folder and no keyring of the person who runs it."""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.desktop import Desktop, bus_name_has_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

# `sh packaging/dev.sh test` sets this: bus and keyring of the session are made for the tests.
_IN_RIG = os.environ.get("TIMEKEPT_TEST_RIG") == "1"
_RIG_BUS = os.environ.get("DBUS_SESSION_BUS_ADDRESS") if _IN_RIG else None


def _leave_the_persons_desktop() -> None:
    """Set the environment before anything reads it: Qt at its import, the app at each start."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "LANGUAGE", "XDG_CURRENT_DESKTOP"):
        os.environ.pop(name, None)
    if not _IN_RIG:
        os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LC_ALL"] = "C.UTF-8"
    # Short, as a socket's path may have a hundred bytes.
    home = tempfile.mkdtemp(prefix="timekept-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["TIMEKEPT_HOME"] = home


_leave_the_persons_desktop()
# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile(
    "timekept", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("timekept")


class _Warnings(logging.Handler):
    """Keeps what `app` says at warning level or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which `app` warns, unless `expected_log` says so; and if it then does not."""
    patterns = [re.compile(marker.args[0]) for marker in request.node.iter_markers("expected_log")]
    handler = _Warnings()
    logger = logging.getLogger("app")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    unexpected = [text for text in handler.texts if not any(p.search(text) for p in patterns)]
    missing = [p.pattern for p in patterns if not any(map(p.search, handler.texts))]
    if unexpected:
        pytest.fail("The app warned:\n" + "\n".join(unexpected), pytrace=False)
    if missing:
        pytest.fail(f"The app did not warn as expected: {missing}", pytrace=False)


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """Give the one desktop of this run, with real X server, window manager, tray, notifications.

    Its session bus is the test command's, with the keyring on it; else one of its own, without.
    Programs get there with `env=desktop.environment`; end them before the test ends.
    """
    desktop = Desktop(_RIG_BUS)
    desktop.start()
    yield desktop
    desktop.stop()


@pytest.fixture(scope="session")
def keyring_session() -> str:
    """Give the address of the session bus on which a real, unlocked, empty keyring serves.

    Never the keyring of the person who runs the tests. A test fails where the test command has not
    made one.
    """
    if _RIG_BUS is None:
        pytest.fail(
            "This test needs a keyring of its own: run it by `sh packaging/dev.sh test PATH`.",
            pytrace=False,
        )
    if not bus_name_has_owner(_RIG_BUS, "org.freedesktop.secrets"):
        pytest.fail("No keyring serves on the session bus of the test command.", pytrace=False)
    return _RIG_BUS
