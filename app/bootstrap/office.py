"""What the windows work with: the desk, the kinds of account, and joining an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from app import __version__
from app.bootstrap.joining import Done, Joining
from app.core.decision import Decision
from app.core.messages import Message, SettingsChanged
from app.core.state import AppState
from app.ports.journal import JournalError
from app.providers.kinds import KINDS
from app.runtime.desk import Desk, core_settings
from app.words import _

if TYPE_CHECKING:
    from app.ui.account_views import KindView
    from app.ui.office import NewAccount

_EXAMPLES = {"7pace": "https://example.timehub.7pace.com"}


class DeskOffice:
    """`app.ui.windows.Office` over a desk; for the loop's thread."""

    def __init__(
        self,
        desk: Desk,
        apply_settings: Callable[[], None],
        sources: Callable[[], Mapping[str, str]],
        problems: Callable[[], Mapping[str, str]],
    ) -> None:
        self.journal = desk.journal
        self.settings = desk.settings
        self.clock = desk.clock
        self._desk = desk
        self._joining = Joining(desk)
        self._apply_settings = apply_settings
        self.sources = sources
        self.problems = problems

    def state(self) -> AppState:
        """What is on disk."""
        return self._desk.state()

    def post(
        self, message: Message, reply: Callable[[Decision | JournalError], None] | None = None
    ) -> None:
        """Hand a message to the loop."""
        self._desk.inbox.post(message, reply)

    def kinds(self) -> Sequence[KindView]:
        """The kinds of account that can be added, those with a server first."""
        from app.ui.account_views import KindView

        views = [
            KindView(
                name=kind.name,
                title=_(kind.title),
                needs_url=kind.needs_url,
                needs_secret=kind.needs_secret,
                secret_name=kind.secret_name,
                example_url=_EXAMPLES.get(kind.name, ""),
                options=kind.options,
            )
            for kind in KINDS.values()
        ]
        return sorted(views, key=lambda view: not view.needs_url)

    def add_account(self, asked: NewAccount, done: Done) -> None:
        """Check and keep an account."""
        self._joining.add(asked, done)

    def sign_in(self, name: str, secret: str, done: Done) -> None:
        """Check and keep a new secret."""
        self._joining.sign_in(name, secret, done)

    def stop_joining(self) -> None:
        """Keep nothing of the check that is under way."""
        self._joining.give_up()

    def settings_changed(self) -> None:
        """Make the settings count."""
        self._desk.retime()
        self.post(SettingsChanged(core_settings(self.settings)))
        self._apply_settings()

    def about(self) -> Sequence[str]:
        """Version, folders, licence."""
        folders = self._desk.folders
        return (
            _("Timekept {version}, under the MIT licence.").format(version=__version__),
            _("Your entries: {path}").format(path=folders.database_file),
            _("Settings: {path}").format(path=folders.settings_file),
            _("Log: {path}").format(path=folders.log_file),
        )
