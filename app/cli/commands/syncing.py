"""`sync`, also as `outbox send`: tell the servers all that can go, and pull."""

from __future__ import annotations

import math
import sys

from app.cli.answers import Answer, Status, WordsRefused, document, lines, shown
from app.cli.call import Call, at_rest
from app.cli.progress import Progress
from app.cli.telling import unfinished, waiting_sentences
from app.core.messages import SyncAsked
from app.core.model import CheckState, Sync
from app.core.state import AppState, Connection
from app.words import _
from app.words.json_shapes import outbox_counts

_SYNC_SECONDS = 60.0
"""How long a `sync` without `--wait` lets servers that answer slowly take."""

_LONGEST_WAIT_SECONDS = 86_400


def sync(call: Call) -> Answer:
    """Tell all that can go and pull; 0 when all is told, 3 when something waits, 4 for the user."""
    wait = call.words.wait
    if wait is None:
        call.post(SyncAsked())
        call.desk.wait(at_rest, _SYNC_SECONDS)
    else:
        seconds = _seconds(wait)
        call.post(SyncAsked())
        _wait(call, seconds)
    state = call.state
    call.notes += waiting_sentences(call, state.lanes)
    call.notes += [_away(name) for name in state.lanes if _is_away(call, name)]
    status = _sync_status(state)
    if call.wants_json:
        return Answer(document({"outbox": outbox_counts(state)}), status=status)
    told = _("All is told.") if state.lanes else _("No account has a server: all is kept here.")
    return Answer(lines(told if status is Status.DONE else ""), status=status)


def _wait(call: Call, seconds: float) -> None:
    """Wait until waiting helps no more; who waits at a terminal sees how far it has come."""
    progress = None
    # What runs in the app has no terminal of its own: there `client` looks how far it has come.
    if not call.desk.app_runs and sys.stderr is not None and sys.stderr.isatty():
        progress = Progress()

    def done(state: AppState) -> bool:
        if progress is not None:
            progress.show(sum(word is not Sync.HELD for _subject, word in unfinished(state)))
        return at_rest(state) and not _time_helps(state)

    try:
        call.desk.wait(done, seconds)
    finally:
        if progress is not None:
            progress.end()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST_WAIT_SECONDS:
        raise WordsRefused(
            _("--wait takes seconds from 0 to {most}, not “{word}”.").format(
                most=_LONGEST_WAIT_SECONDS, word=shown(text)
            )
        )
    return seconds


def _time_helps(state: AppState) -> bool:
    """Whether something waits that waiting alone may bring about."""
    for lane in state.lanes.values():
        if lane.connection is not Connection.SIGN_IN_REQUIRED and lane.pull_wanted:
            return True
    for subject, sync_word in unfinished(state):
        lane = state.lanes[subject.account]
        if sync_word is not Sync.HELD and lane.connection is not Connection.SIGN_IN_REQUIRED:
            return True
    return False


def _is_away(call: Call, name: str) -> bool:
    """Whether a server that nothing waits for is away: what waits says so itself."""
    waits = any(
        subject.account == name and sync_word in (Sync.PENDING, Sync.IN_FLIGHT)
        for subject, sync_word in unfinished(call.state)
    )
    return not waits and call.state.lanes[name].connection is Connection.OFFLINE


def _away(name: str) -> str:
    return _("{account} is offline: what is new there is not here yet.").format(account=name)


def _sync_status(state: AppState) -> Status:
    if any(lane.connection is Connection.SIGN_IN_REQUIRED for lane in state.lanes.values()):
        return Status.NEEDS_USER
    counts = outbox_counts(state)
    if counts["held"]:
        return Status.NEEDS_USER
    behind = any(
        lane.connection is not Connection.ONLINE or lane.pull_wanted or lane.turn is not None
        for lane in state.lanes.values()
    )
    answered = any(check.state is CheckState.ANSWERED for check in state.checks.values())
    return Status.WAITS if behind or answered or any(counts.values()) else Status.DONE
