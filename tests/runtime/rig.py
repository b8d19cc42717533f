"""A desk over the real store and the real core, with a provider whose answers are written down."""

from __future__ import annotations

from pathlib import Path

from app.adapters.folders import Folders
from app.adapters.settings_file import SettingsFile
from app.adapters.sqlite_journal import open_journal
from app.core.messages import AccountAdded
from app.core.model import Account
from app.core.remote import Capabilities
from app.core.update import initial
from app.runtime.desk import Desk, core_settings
from app.runtime.loop import Loop
from app.runtime.performer import Performer
from app.runtime.posting import Inbox
from app.runtime.secret_order import OrderedSecrets
from tests.fakes.adapters.apscheduler_wakes import FakeScheduler
from tests.fakes.adapters.system_clock import FakeClock
from tests.fakes.runtime.gated_provider import GatedProvider
from tests.fakes.runtime.slow_secrets import SlowSecrets

HERE = Account("local", "local", capabilities=Capabilities(kept_here=True))
ACME = Account("acme", "7pace", capabilities=Capabilities())


class Rig:
    """What a desk stands on, to look at and to turn."""

    def __init__(self, home: Path, inbox: Inbox) -> None:
        self.folders = Folders(home, home, home, home)
        self.folders.make()
        self.clock = FakeClock()
        self.scheduler = FakeScheduler(self.clock)
        self.provider = GatedProvider()
        self.secrets = SlowSecrets()
        self.settings = SettingsFile(self.folders.settings_file)
        secrets = OrderedSecrets(self.secrets)
        journal = open_journal(home, wait_seconds=5)
        performer = Performer(
            inbox.post,
            lambda _account: self.provider,
            self.scheduler,
            self.clock,
            lambda: 30.0,
            secrets.forget,
        )
        state = initial(accounts=(), settings=core_settings(self.settings))
        loop = Loop(journal, self.clock, state, performer.perform)
        loop.handle(AccountAdded(HERE))
        self.desk = Desk(
            loop=loop,
            inbox=inbox,
            performer=performer,
            journal=journal,
            open_reader=journal.reader,
            make_provider=lambda _account, _secret: self.provider,
            settings=self.settings,
            secrets=secrets,
            clock=self.clock,
            folders=self.folders,
            app_runs=False,
            let_go=journal.close,
        )
        inbox.start(loop.handle)
