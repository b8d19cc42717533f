"""Words what is untold: what an operation is, its state, why it waits and when it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from app.core.model import HoldReason, Subject, Sync
from app.core.remote import Facts, WriteKind
from app.core.state import AppState, Connection, Lane
from app.ui.naming import account_index, title_of
from app.ui.outbox_views import OutboxGroup, OutboxRow
from app.ui.outbox_words import Life, life_words, next_words
from app.words import _
from app.words.limits import requests_taken
from app.words.operations import kind_of, next_try_seconds, write_of

TWO_VERSIONS = frozenset({HoldReason.CONFLICT, HoldReason.ECHO})


class OutboxTimes(Struct, frozen=True):
    """How moments are worded: `clock` the time of day, as the user's locale writes it; `dated` the
    same, with the day before it where that is another than that of the second moment.
    """

    clock: Callable[[datetime], str]
    dated: Callable[[datetime, datetime], str]

    def span(self, facts: Facts, now: datetime) -> str:
        """From when to when: `11:20 – 12:00`."""
        start = self.dated(facts.started_at, now)
        if facts.stopped_at is None:
            return _("{start} – now").format(start=start)
        stop = self.clock(facts.stopped_at)
        return _("{start} – {stop}").format(start=start, stop=stop)


class Blockers(Struct, frozen=True):
    """What others of an account wait for: open creates and starts, and ended tracks that still have
    the server's running slot.
    """

    opening: tuple[str, ...] = ()
    occupying: tuple[str, ...] = ()


class RowWords(Struct, frozen=True):
    """Words rows and headings, as things stand at one moment; knows no Qt."""

    state: AppState
    now: datetime
    boot_seconds: float
    times: OutboxTimes
    blockers: Mapping[str, Blockers]

    def row(self, operation_id: str, sync: Sync) -> OutboxRow:
        """One operation; of an id that is no subject's, the answer to a server's check."""
        subject = self.state.subjects.get(operation_id)
        if subject is None:
            return self._check(operation_id)
        life, why, when = self._stands(subject, sync)
        word, mark = life_words()[life]
        open_ = sync in (Sync.IN_FLIGHT, Sync.DOUBTFUL)
        not_known = _("It is not known yet whether it arrived, so it can’t be given up.")
        runs = _("This track runs. Stop it first.") if subject.runs else ""
        return OutboxRow(
            operation_id,
            self.what(subject),
            word,
            mark,
            why,
            when,
            subject.tries,
            "warning" if sync is Sync.HELD else "text",
            "" if sync is Sync.HELD else _("It is not held: it goes by itself."),
            not_known if open_ else runs,
        )

    def what(self, it: Subject) -> str:
        """What would be told, in words: of a held one what was meant before it was held."""
        capabilities = self.state.accounts[it.account].capabilities
        if it.hold is not None and it.hold.reason is HoldReason.TWIN:
            return self._what(_("Second copy, {span}: {title}"), it.meant)
        write = write_of(it, capabilities)
        sentences = {
            WriteKind.START: _("Start at {start}: {title}"),
            WriteKind.STOP: _("Stop at {stop}: {title}"),
            WriteKind.ADJUST: _("Change of what runs: {title}"),
            WriteKind.CREATE: _("New entry, {span}: {title}"),
            WriteKind.EDIT: _("Edit of {span}: {title}"),
            WriteKind.DELETE: _("Delete {span}: {title}"),
        }
        facts = it.meant if write is None else write.facts
        return self._what(sentences[kind_of(it, capabilities)], facts)

    def group(self, name: str) -> OutboxGroup:
        """How an account stands."""
        lane = self.state.lanes.get(name, Lane())
        index = account_index(self.state, name)
        since = "" if lane.since_at is None else self._dated(lane.since_at)
        until = lane.throttled_until
        if lane.connection is Connection.SIGN_IN_REQUIRED:
            words = _("signed out since {time}") if since else _("wants you to sign in again")
            return OutboxGroup(name, index, words.format(time=since), action="sign-in")
        if until is not None and until > self.now:
            goes_on = _("goes on at {time}").format(time=self._dated(until))
            slow = (
                _("asked us to slow down; nothing is lost")
                if lane.limit is None
                else _("takes no more requests for now; nothing is lost")
            )
            return OutboxGroup(name, index, slow, next=goes_on)
        if lane.connection is Connection.OFFLINE:
            away = (
                _("offline since {time}; all is kept here")
                if since
                else _("offline; all is kept here")
            )
            tries = ""
            if lane.next_at is not None and lane.next_at > self.now:
                tries = _("next try at {time}").format(time=self._dated(lane.next_at))
            return OutboxGroup(name, index, away.format(time=since), next=tries, action="sync")
        online = lane.connection is Connection.ONLINE
        return OutboxGroup(
            name, index, _("online") if online else _("not asked yet"), action="sync"
        )

    # ----------------------------------------------------------------- inside

    def _dated(self, at: datetime) -> str:
        return self.times.dated(at, self.now)

    def _what(self, sentence: str, facts: Facts) -> str:
        return sentence.format(
            title=title_of(facts.item, facts.comment),
            start=self._dated(facts.started_at),
            stop=_("now") if facts.stopped_at is None else self._dated(facts.stopped_at),
            span=self.times.span(facts, self.now),
        )

    def _stands(self, it: Subject, sync: Sync) -> tuple[Life, str, str]:
        if sync is Sync.HELD:
            two = it.hold is not None and it.hold.reason in TWO_VERSIONS
            return "two-versions" if two else "held", why_held(it), next_words().you
        if sync is Sync.IN_FLIGHT:
            assert it.attempt is not None
            sent = self._dated(it.attempt.committed_at)
            return "in-flight", _("Sent at {time}.").format(time=sent), next_words().now
        if sync is Sync.DOUBTFUL:
            return "doubtful", *self._doubtful(it)
        return self._pending(it)

    def _doubtful(self, it: Subject) -> tuple[str, str]:
        lane = self.state.lanes.get(it.account, Lane())
        if lane.connection is Connection.SIGN_IN_REQUIRED:
            words = _("No answer came back. Timekept looks for it after the sign-in.")
            return words, next_words().sign_in
        left = next_try_seconds(self.state, it, self.now, self.boot_seconds)
        if not left:
            words = _("No answer came back. Timekept looks for it before it sends again.")
            return words, next_words().soon
        time = self._dated(self.now + timedelta(seconds=left))
        words = _("No answer came back. Timekept looks again at {time} before it sends again.")
        return words.format(time=time), time

    def _pending(self, it: Subject) -> tuple[Life, str, str]:
        lane = self.state.lanes.get(it.account, Lane())
        words = next_words()
        if lane.connection is Connection.SIGN_IN_REQUIRED:
            return "pending", _("Waits for the sign-in."), words.sign_in
        until = lane.throttled_until
        if until is not None and until > self.now:
            time = self._dated(until)
            if lane.limit is not None:
                takes = requests_taken(it.account, lane.limit.calls, lane.limit.seconds)
                goes_on = _("It goes on at {time}.").format(time=time)
                return "throttled", f"{takes} {goes_on}", time
            why = _("The server allows the next call at {time}.").format(time=time)
            return "throttled", why, time
        if lane.connection is Connection.OFFLINE:
            why = _("{account} is offline. It is kept here.").format(account=it.account)
            soon = lane.next_at is not None and lane.next_at > self.now
            when = self._dated(lane.next_at) if soon and lane.next_at is not None else words.later
            return "pending", why, when
        before = self._waits_for(it)
        if before is not None:
            name = title_of(before.meant.item, before.meant.comment)
            return "pending", _("Waits for “{title}”.").format(title=name), words.after_it
        return "pending", _("It goes as soon as what is before it is told."), words.soon

    def _waits_for(self, it: Subject) -> Subject | None:
        """The operation that this one may not overtake, if there is one."""
        blocks = self.blockers.get(it.account, Blockers())
        kind = kind_of(it, self.state.accounts[it.account].capabilities)
        ids: tuple[str, ...] = ()
        if kind is WriteKind.START:
            ids = blocks.occupying + blocks.opening
        elif kind is WriteKind.CREATE:
            ids = blocks.opening
        return next((self.state.subjects[i] for i in ids if i != it.id), None)

    def _check(self, check_id: str) -> OutboxRow:
        check = self.state.checks[check_id]
        track = self.state.subjects.get(check.subject_id)
        name = _("Without a name")
        if track is not None:
            name = title_of(track.meant.item, track.meant.comment)
        word, mark = life_words()["pending"]
        return OutboxRow(
            check_id,
            _("Still working: {title}").format(title=name),
            word,
            mark,
            _("Your answer is told before the server stops the track."),
            next_words().soon,
            why_not_retried=_("It is not held: it goes by itself."),
            why_not_discarded=_("An answer can’t be taken back."),
        )


def why_held(it: Subject) -> str:
    """Why an operation needs the user: the server's own words where there are any."""
    hold = it.hold
    assert hold is not None
    if hold.words:
        return _("“{words}”").format(words=hold.words)
    return {
        HoldReason.REFUSED: _("{account} refused it. It is kept here as you made it."),
        HoldReason.GONE: _("It was deleted at {account}. It is still here."),
        HoldReason.CONFLICT: _("It was changed here and at {account}."),
        HoldReason.NEAR_MATCH: _("{account} has an entry that may be this one."),
        HoldReason.FOREIGN_TRACK: _("Another track runs at {account}."),
        HoldReason.LOCKED: _("{account} has locked it."),
        HoldReason.TWIN: _("It came up late at {account}: a second copy of an entry."),
        HoldReason.ECHO: _("{account} shows again what you had before your last change."),
        HoldReason.RESTORED: _(
            "It is not known whether {account} was told this. Trying again looks there first."
        ),
    }[hold.reason].format(account=it.account)
