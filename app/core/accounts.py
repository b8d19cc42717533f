"""Accounts come and go, sign in anew, and the settings that decisions depend on change."""

from __future__ import annotations

from msgspec.structs import replace

from app.core import effects
from app.core.decision import DropAccount, Refusal, RefusalCode, SaveAccount
from app.core.draft import Draft
from app.core.model import Account, CheckState
from app.core.outcomes import settles
from app.core.planning import next_write
from app.core.state import Connection, Lane
from app.core.timekeeping import boot_moment


def add(draft: Draft, account: Account) -> Refusal | None:
    """Set up an account and open its lane."""
    if account.name in draft.state.accounts:
        return Refusal(RefusalCode.ACCOUNT_EXISTS, names=(account.name,))
    draft.set(accounts={**draft.state.accounts, account.name: account})
    draft.row(SaveAccount(account))
    draft.note(account.name, "", "account-added", kind=account.kind)
    open_lane(draft, account)
    return None


def remove(draft: Draft, name: str) -> Refusal | None:
    """Take an account away; what is untold would be lost with it, so then it stays."""
    if name not in draft.state.accounts:
        return Refusal(RefusalCode.UNKNOWN_ACCOUNT, names=tuple(draft.state.accounts))
    capabilities = draft.capabilities(name)
    mine = draft.all_of(name)
    track = draft.track
    if track is not None and track.account == name:
        return Refusal(RefusalCode.ENTRY_RUNS, track)
    unsent = [
        s
        for s in mine
        if s.attempt is not None or s.hold is not None or next_write(s, capabilities) is not None
    ]
    if unsent:
        return Refusal(RefusalCode.ACCOUNT_HAS_UNSENT, names=(name,), count=len(unsent))
    for check in draft.state.checks.values():
        if check.account == name:
            draft.put_check(replace(check, state=CheckState.GONE))
    draft.drop_account(name)
    draft.row(DropAccount(name))
    draft.note(name, "", "account-removed")
    draft.ask(effects.CloseLane(name))
    return None


def signed_in(draft: Draft, name: str) -> Refusal | None:
    """A new secret: the lane opens anew and goes on where it was."""
    account = draft.state.accounts.get(name)
    if account is None:
        return Refusal(RefusalCode.UNKNOWN_ACCOUNT, names=tuple(draft.state.accounts))
    draft.note(name, "", "signed-in")
    open_lane(draft, account)
    return None


def open_lane(draft: Draft, account: Account) -> None:
    """Start or restart the lane; a turn of the old worker is void."""
    if account.capabilities.kept_here:
        return
    doubt_in_flight(draft, account.name)
    lane = draft.lanes.get(account.name, Lane())
    connection = (
        Connection.UNKNOWN if lane.connection is Connection.SIGN_IN_REQUIRED else lane.connection
    )
    draft.set_lane(
        account.name,
        turn=None,
        connection=connection,
        next_at=None,
        tries=0,
        words="",
        pull_wanted=True,
    )
    draft.ask(effects.OpenLane(account))


def doubt_in_flight(draft: Draft, name: str) -> None:
    """Nobody will hear the answer to what is in flight: it is doubtful, noticed now.

    What was noticed before in this boot keeps its moment: its bytes had left by then. In another
    boot the settling begins anew (`PROTOCOL.md` §2).
    """
    now = boot_moment(draft.stamp)
    for subject in draft.open_of(name):
        attempt, rests = subject.attempt, subject.rests
        if rests is not None and rests.boot_id != now.boot_id:
            subject = draft.put(replace(subject, rests=now))
        if attempt is not None and (
            attempt.noticed is None or attempt.noticed.boot_id != now.boot_id
        ):
            draft.put(replace(subject, attempt=replace(attempt, noticed=now, looked=False)))
            draft.note(name, subject.id, "doubtful", **settles(draft))
