"""The demonstration: the app against a sandbox of its own, in a home of its own."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap.headless import Execute
from app.bootstrap.windows import run_app
from app.core.model import Account
from app.providers.kinds import KINDS
from app.words import _

if TYPE_CHECKING:
    from app.sandbox.server import Sandbox

KIND = "7pace"
ACCOUNT = "Work"


class SandboxSecrets:
    """`app.ports.secrets.Secrets` for tokens of the sandbox alone, which are no secret."""

    def __init__(self, kept: dict[str, str]) -> None:
        self._kept = kept

    def get(self, account: str) -> str | None:
        """The token of an account."""
        return self._kept.get(account)

    def set(self, account: str, secret: str) -> None:
        """Keep a token until the demonstration ends."""
        self._kept[account] = secret

    def delete(self, account: str) -> None:
        """Forget a token."""
        self._kept.pop(account, None)


def run_demo(execute: Execute, home: Path | None = None, *, show_panel: bool = False) -> int:
    """Run the tray app on a sandbox account until it is quit; the exit status.

    Its home is a new folder, taken away at the end, so that nothing of the user's is touched; one
    that is given (`home`) stays. Prints where the sandbox shows what it holds, and how a command
    reaches this app. Raises as `run_app` does.
    """
    from app.sandbox.server import Sandbox

    folder = home / "demo" if home is not None else Path(tempfile.mkdtemp(prefix="timekept-demo-"))
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with Sandbox([KIND]) as sandbox:
            _fill(sandbox)
            url = sandbox.url(KIND)
            account = Account(ACCOUNT, KIND, url, capabilities=KINDS[KIND].capabilities)
            words = [
                *sandbox.lines(),
                _("This is a demonstration; its account “{account}” ends with it.").format(
                    account=ACCOUNT
                ),
                _("Commands reach it with TIMEKEPT_HOME={folder}").format(folder=folder),
            ]
            print("\n".join(words), flush=True)
            return run_app(
                execute,
                folder,
                show_panel=show_panel,
                secrets=SandboxSecrets({ACCOUNT: sandbox.token(KIND)}),
                accounts=(account,),
                default_account=ACCOUNT,
            )
    finally:
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(sandbox: Sandbox) -> None:
    """Give the sandbox a past, so that there is a day to see: what its user did elsewhere."""
    now = datetime.now().replace(microsecond=0)
    for item, comment, hours_ago, minutes in _PAST:
        sandbox.elsewhere(
            KIND,
            do="create",
            timeStamp=(now - timedelta(hours=hours_ago)).isoformat(),
            length=minutes * 60,
            workItemId=item,
            comment=comment,
        )


_PAST = (
    (1350, "second round", 26, 45),
    (1362, "", 24, 70),
    (1350, "", 3, 50),
    (1362, "first draft", 2, 75),
)
"""Work item, comment, hours since the start, minutes of length."""
