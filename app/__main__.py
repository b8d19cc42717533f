"""The way in: `timekept` and `python -m app`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run one command of the command line; the exit status (`DESIGN.md` §7)."""
    if sys.argv[1:2] in ([], ["run"]):
        # What the app loads stays: to look through it for garbage makes the tray icon late. The
        # composition root turns this on again.
        gc.disable()
    from app.cli.client import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
