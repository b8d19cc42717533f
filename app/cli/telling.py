"""Tells what a command made before it ends, and words what still waits and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from app.cli.call import Call
from app.cli.connections import sign_in_command
from app.core.model import Subject, Sync
from app.core.planning import sync_of
from app.core.state import AppState, Connection
from app.words import _, ngettext, operations
from app.words.operations import unfinished
from app.words.times import shown_time

__all__ = ["next_try_seconds", "tell", "tell_one", "unfinished", "waiting_sentences"]


def tell(call: Call, accounts: Collection[str]) -> None:
    """Without the app: wait until what these accounts have is told, and note what waits.

    At most `sync.command_wait_seconds`. The running app tells by itself, so it is not waited for.
    """
    if call.desk.app_runs:
        return
    remote = {name for name in accounts if name in call.state.lanes}
    if not remote:
        return
    call.desk.wait(lambda state: _rest(state, remote), call.wait_seconds)
    call.notes += waiting_sentences(call, remote)


def tell_one(call: Call, subject_id: str) -> None:
    """As `tell`; inside the running app too it waits until it is known what came of this one."""
    subject = call.subject(subject_id)
    if not call.desk.app_runs:
        tell(call, {subject.account})
        return
    call.desk.wait(lambda state: _is_known(state, subject_id, subject.account), call.wait_seconds)


def _is_known(state: AppState, subject_id: str, account: str) -> bool:
    """Whether it is told or held, or its account can do nothing now."""
    lane = state.lanes.get(account)
    subject = state.subjects.get(subject_id)
    if lane is None or lane.turn is None or subject is None or subject.hold is not None:
        return True
    return sync_of(subject, state.accounts[account].capabilities) is Sync.SYNCED


def _rest(state: AppState, accounts: Collection[str]) -> bool:
    return all(state.lanes[name].turn is None for name in accounts if name in state.lanes)


def waiting_sentences(call: Call, accounts: Collection[str]) -> list[str]:
    """A sentence for each account and each way of waiting."""
    state = call.state
    counts: Counter[tuple[str, Sync]] = Counter()
    for subject, sync in unfinished(state):
        waits = Sync.PENDING if sync is Sync.IN_FLIGHT else sync
        counts[subject.account, waits] += 1
    sentences = []
    for name in state.accounts:
        if name not in accounts:
            continue
        pending, doubtful, held = (
            counts[name, sync] for sync in (Sync.PENDING, Sync.DOUBTFUL, Sync.HELD)
        )
        if pending:
            sentences.append(_pending(call, name, pending))
        if doubtful:
            sentences.append(
                ngettext(
                    "It is not clear yet whether {count} change reached {account}: it is looked "
                    "for before anything is sent again.",
                    "It is not clear yet whether {count} changes reached {account}: they are "
                    "looked for before anything is sent again.",
                    doubtful,
                ).format(count=doubtful, account=name)
            )
        if held:
            sentences.append(
                ngettext(
                    "{count} change for {account} needs you: see `timekept outbox`.",
                    "{count} changes for {account} need you: see `timekept outbox`.",
                    held,
                ).format(count=held, account=name)
            )
        if not pending and state.lanes[name].connection is Connection.SIGN_IN_REQUIRED:
            sentences.append(
                _("{account} wants a sign-in: `{command}`.").format(
                    account=name, command=sign_in_command(name)
                )
            )
    return sentences


def _pending(call: Call, name: str, count: int) -> str:
    """Why pending changes of an account wait."""
    lane = call.state.lanes[name]
    if lane.connection is Connection.SIGN_IN_REQUIRED:
        text = ngettext(
            "{count} change waits for {account}: sign in with `{command}`.",
            "{count} changes wait for {account}: sign in with `{command}`.",
            count,
        )
        return text.format(count=count, account=name, command=sign_in_command(name))
    if lane.throttled_until is not None and lane.throttled_until > call.desk.clock.now():
        if lane.limit is not None:
            text = ngettext(
                "{count} change waits for {account}: its server takes no more until {time}.",
                "{count} changes wait for {account}: its server takes no more until {time}.",
                count,
            )
        else:
            text = ngettext(
                "{count} change waits for {account}: its server asked for a pause until {time}.",
                "{count} changes wait for {account}: its server asked for a pause until {time}.",
                count,
            )
        time = shown_time(lane.throttled_until, call.zone)
        return text.format(count=count, account=name, time=time)
    if lane.connection is Connection.OFFLINE:
        text = ngettext(
            "{count} change waits for {account}: it is offline.",
            "{count} changes wait for {account}: it is offline.",
            count,
        )
    else:
        text = ngettext(
            "{count} change waits for {account}: it has not answered yet.",
            "{count} changes wait for {account}: it has not answered yet.",
            count,
        )
    return text.format(count=count, account=name)


def next_try_seconds(call: Call, subject: Subject) -> float | None:
    """Seconds until something is tried for this subject; None where that is not known."""
    clock = call.desk.clock
    return operations.next_try_seconds(call.state, subject, clock.now(), clock.boot_seconds())
