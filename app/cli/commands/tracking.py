"""`start`, `stop`, `toggle`, `adjust`: the running track."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from app.cli.answers import Answer, CommandRefused, WordsRefused, document, lines
from app.cli.call import Call
from app.cli.choosing import (
    account_meant,
    account_named,
    activity_meant,
    activity_name,
    item_meant,
)
from app.cli.entry_words import comment_of, tags_of, title
from app.cli.telling import tell
from app.core.messages import AdjustAsked, Change, StartAsked, StopAsked, ToggleAsked
from app.core.model import Subject
from app.core.remote import WorkItem
from app.words import _
from app.words.json_shapes import row, seconds_of
from app.words.lengths import length
from app.words.times import shown_time

# A start that had to ask the server first begins when it was said, not when the server answered.
_SLOW = timedelta(seconds=1)


def start(call: Call) -> Answer:
    """Start a track."""
    words = call.words
    at = None if words.at is None else call.time(words.at)
    named = words.account
    account = account_meant(call, words.item) if named is None else account_named(call, named)
    item = None if words.item is None else item_meant(call, account, words.item)
    activity = activity_meant(call, account, words.activity or "")
    asked = StartAsked(
        account,
        item=item,
        comment=comment_of(words.comment) or "",
        activity=activity,
        tags=tags_of(words.tag) or (),
        billable=words.billable,
        at=at,
    )
    # What ran is named first, as it ended first.
    *before, track_id = _start(call, asked)
    tell(call, {call.subject(id_).account for id_ in (*before, track_id)})
    track = call.subject(track_id)
    ended = call.subject(before[0]) if before else None
    return _row(
        call,
        track.id,
        _stopped(call, ended),
        _("Started {title} at {time} in {account}.").format(
            title=title(track), time=_clock(call, track.meant.started_at), account=track.account
        ),
    )


def _start(call: Call, asked: StartAsked) -> tuple[str, ...]:
    slow = asked.at is None and call.desk.clock.now() - call.began_at > _SLOW
    if slow:
        try:
            return call.post(replace(asked, at=call.began_at)).made
        except CommandRefused:
            # Something else began meanwhile; then it is from now on.
            pass
    return call.post(asked).made


def stop(call: Call) -> Answer:
    """Stop the running track."""
    at = None if call.words.at is None else call.time(call.words.at)
    track = _running(call)
    made = call.post(StopAsked(at)).made
    tell(call, {track.account})
    return _row(call, made[0], _stopped(call, call.subject(made[0])))


def toggle(call: Call) -> Answer:
    """Stop what runs, else continue the last track."""
    if call.state.track is None:
        call.wait_for_news()
    before = call.state.track
    made = call.post(ToggleAsked()).made
    subject = call.subject(made[0])
    tell(call, {subject.account})
    if before is not None:
        return _row(call, made[0], _stopped(call, call.subject(made[0])))
    return _row(
        call,
        made[0],
        _("Continues {title} since {time} in {account}.").format(
            title=title(subject),
            time=_clock(call, subject.meant.started_at),
            account=subject.account,
        ),
    )


def adjust(call: Call) -> Answer:
    """Change the running track."""
    words = call.words
    at = None if words.at is None else call.time(words.at)
    if {words.item, words.comment, words.activity, words.tag, words.billable, at} == {None}:
        raise WordsRefused(
            _("Say what to change: --item, --comment, --activity, --tag, --billable or --at.")
        )
    track = _running(call)
    tags = tags_of(words.tag)
    comment = comment_of(words.comment)
    change = Change(
        item=_new_item(call, track.account, words.item),
        comment=UNSET if comment is None else comment,
        activity=UNSET
        if words.activity is None
        else activity_meant(call, track.account, words.activity),
        tags=UNSET if tags is None else tags,
        billable=UNSET if words.billable is None else words.billable,
        started_at=UNSET if at is None else at,
    )
    call.post(AdjustAsked(change))
    tell(call, {track.account})
    changed = call.subject(track.id)
    return _row(
        call,
        track.id,
        _("{title} runs since {time} in {account}.").format(
            title=title(changed),
            time=_clock(call, changed.meant.started_at),
            account=changed.account,
        ),
    )


def _new_item(call: Call, account: str, text: str | None) -> WorkItem | UnsetType | None:
    """The item said; the empty text takes it away."""
    if text is None:
        return UNSET
    return item_meant(call, account, text) if text.strip() else None


def _running(call: Call) -> Subject:
    """What runs, here or elsewhere. Raises CommandRefused."""
    if call.state.track is None:
        call.wait_for_news()
    track = call.state.track
    if track is None:
        raise CommandRefused(_("Nothing is running. Start something with `timekept start`."))
    return track


def _stopped(call: Call, ended: Subject | None) -> str:
    if ended is None or ended.meant.stopped_at is None:
        return ""
    return _("Stopped {title} at {time} after {length}.").format(
        title=title(ended),
        time=_clock(call, ended.meant.stopped_at),
        length=length(seconds_of(ended, call.began_at)),
    )


def _clock(call: Call, at: datetime) -> str:
    """A clock time, with its date where that is not today's."""
    full = shown_time(at, call.zone)
    today = shown_time(call.began_at, call.zone)[:10]
    return full[11:16] if full.startswith(today) else full[:16]


def _row(call: Call, subject_id: str, *texts: str) -> Answer:
    """The row that a command made, for programs; else its sentences."""
    if not call.wants_json:
        return Answer(lines(*texts))
    subject = call.subject(subject_id)
    account = call.account(subject.account)
    name = activity_name(call, subject)
    return Answer(document(row(subject, account, name, call.desk.clock.now())))
