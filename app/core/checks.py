"""A server's activity check: seen in a look, answered by the user, gone when the server says so."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.core.decision import Refusal, RefusalCode
from app.core.draft import Draft
from app.core.model import Check, CheckState
from app.core.remote import RemoteView


def see_check(draft: Draft, account: str, view: RemoteView) -> None:
    """Open, refresh or end the account's check by what a look of the slot showed."""
    if not view.slot_known:
        return
    mine = [c for c in draft.state.checks.values() if c.account == account]
    shown = view.check
    for check in mine:
        if shown is None or check.remote_id != shown.remote_id:
            draft.put_check(replace(check, state=CheckState.GONE))
            draft.note(account, check.subject_id, "check-gone")
    if shown is None:
        return
    until_at = draft.stamp.now + timedelta(seconds=max(0, shown.seconds_left))
    known = [c for c in mine if c.remote_id == shown.remote_id]
    if known:
        # Frozen: the countdown of an open question does not jump with each look.
        return
    subject_id = draft.book(account).owner(shown.remote_id) or ""
    draft.put_check(
        Check(
            id=draft.new_id(),
            account=account,
            subject_id=subject_id,
            remote_id=shown.remote_id,
            asked_at=draft.stamp.now,
            until_at=until_at,
        )
    )
    draft.note(account, subject_id, "check-asked", until_at=until_at.isoformat())


def answer_check(draft: Draft, check_id: str) -> Refusal | None:
    """The user is still working: the lane tells the server, after reading it again."""
    check = draft.state.checks.get(check_id)
    if check is None:
        return Refusal(RefusalCode.UNKNOWN_CHECK)
    draft.put_check(replace(check, state=CheckState.ANSWERED))
    return None
