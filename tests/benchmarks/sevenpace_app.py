"""The tray app on one 7pace account, whose token comes in by the environment: the sandbox's.

Words: the home's folder and the sandbox's address.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# This is a program and not a part of a package: as pytest does it, see pyproject.toml.
sys.path[:0] = [str(ROOT)]


def main(home: str, url: str) -> int:
    """Be the app until it is quit."""
    from app.bootstrap.demo import SandboxSecrets
    from app.bootstrap.windows import run_app
    from app.cli.execute import execute
    from app.core.model import Account
    from app.providers.kinds import KINDS

    account = Account("Work", "7pace", url, capabilities=KINDS["7pace"].capabilities)
    return run_app(
        execute,
        Path(home),
        secrets=SandboxSecrets({account.name: os.environ["SANDBOX_TOKEN"]}),
        accounts=(account,),
        default_account=account.name,
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
