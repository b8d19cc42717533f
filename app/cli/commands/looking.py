"""`status`, `recent`, `search`, `entries`: what is there; none of these changes anything."""

from __future__ import annotations

from app.cli.answers import Answer, WordsRefused, document, lines, shown, table
from app.cli.call import Call
from app.cli.choosing import account_named, activity_name, named, search_everywhere
from app.cli.connections import connections, sign_in_command
from app.cli.entry_words import title
from app.cli.ids import short
from app.core.days import day_of, day_span, total_seconds
from app.core.model import Subject, Sync
from app.core.planning import sync_of
from app.core.state import AppState, Connection
from app.ports.journal import RecentItem
from app.words import _, ngettext
from app.words.json_shapes import instant, item_shape, outbox_counts, row, seconds_of, status_shape
from app.words.lengths import length
from app.words.times import TimeUnreadable, read_day, shown_time


def status(call: Call) -> Answer:
    """What runs, how much today, how the accounts stand."""
    state = call.state
    now = call.began_at
    from_at, to_at = call.today_span()
    today = call.desk.journal.entries(from_at, to_at)
    today_seconds = total_seconds(today, from_at, to_at, now)
    track = state.track
    activity = "" if track is None else activity_name(call, track)
    known = connections(state, call.desk.journal)
    if call.wants_json:
        return Answer(document(status_shape(state, now, today_seconds, activity, known)))
    runs = _("Nothing is running.")
    since = ""
    if track is not None:
        runs = title(track)
        since = _("{length} since {time} in {account}").format(
            length=length(seconds_of(track, now)),
            time=shown_time(track.meant.started_at, call.zone)[11:16],
            account=track.account,
        )
    comment = "" if track is None or track.meant.item is None else shown(track.meant.comment)
    return Answer(
        lines(
            runs,
            comment,
            since,
            _("Today {length}").format(length=length(today_seconds)),
            *_standing(state, known),
        )
    )


def _standing(state: AppState, known: dict[str, Connection]) -> list[str]:
    """What is not as it should be."""
    said = []
    for name, connection in known.items():
        if connection is Connection.SIGN_IN_REQUIRED:
            said.append(
                _("{account} wants a sign-in: `{command}`.").format(
                    account=name, command=sign_in_command(name)
                )
            )
        elif connection is Connection.OFFLINE:
            said.append(_("{account} is offline.").format(account=name))
    counts = outbox_counts(state)
    waiting = counts["pending"] + counts["in_flight"] + counts["doubtful"]
    if waiting:
        text = ngettext("{count} change waits.", "{count} changes wait.", waiting)
        said.append(text.format(count=waiting))
    if counts["held"]:
        text = ngettext(
            "{count} change needs you: see `timekept outbox`.",
            "{count} changes need you: see `timekept outbox`.",
            counts["held"],
        )
        said.append(text.format(count=counts["held"]))
    questions = len(state.absences) + len(state.checks)
    if questions:
        text = ngettext(
            "{count} question waits: see `timekept checks`.",
            "{count} questions wait: see `timekept checks`.",
            questions,
        )
        said.append(text.format(count=questions))
    return said


def recent(call: Call) -> Answer:
    """What was worked on lately."""
    count = call.words.count
    if not (count.isascii() and count.isdigit() and 0 < int(count) <= 1000):
        raise WordsRefused(
            _("-n takes a whole number from 1 to 1000, not “{word}”.").format(word=shown(count))
        )
    from_at, _to_at = call.today_span()
    found = call.desk.journal.recents(int(count), from_at, call.began_at)
    if call.wants_json:
        return Answer(document([_recent_shape(item) for item in found]))
    if not found:
        return Answer(lines(_("Nothing yet. Start something with `timekept start`.")))
    rows = [
        (
            item.account,
            "" if item.item is None else named(item.item),
            shown(item.comment),
            length(item.today_seconds) if item.today_seconds >= 60 else "",
        )
        for item in found
    ]
    return Answer(table(rows, right=(3,)))


def search(call: Call) -> Answer:
    """Search history, known work items, and the servers that can search."""
    words = " ".join(call.words.text).strip().lstrip("#").strip()
    if not words:
        raise WordsRefused(_("Say what to search for: words or a number."))
    account = call.words.account
    account = None if account is None else account_named(call, account)
    found = search_everywhere(call, words, account)
    if call.wants_json:
        shapes = [{"account": name, "item": item_shape(item)} for name, item in found]
        return Answer(document(shapes))
    if not found:
        return Answer(lines(_("Nothing fits “{words}”.").format(words=shown(words))))
    return Answer(table([(name, named(item), shown(item.project)) for name, item in found]))


def _recent_shape(item: RecentItem) -> dict[str, object]:
    return {
        "account": item.account,
        "item": item_shape(item.item),
        "comment": item.comment,
        "activity": item.activity,
        "last_at": instant(item.last_at),
        "today_seconds": item.today_seconds,
    }


def entries(call: Call) -> Answer:
    """The entries of some days, the running track included."""
    words = call.words
    starts_at = call.day_starts_at
    today = day_of(call.began_at, call.zone_name, starts_at)
    try:
        last = None if words.to_day is None else read_day(words.to_day, today)
        first = (last or today) if words.from_day is None else read_day(words.from_day, today)
        last = last or max(first, today)
    except TimeUnreadable as unreadable:
        raise WordsRefused(str(unreadable)) from None
    if last < first:
        raise WordsRefused(
            _("The last day, {last}, lies before the first, {first}.").format(
                first=first.isoformat(), last=last.isoformat()
            )
        )
    from_at, _end = day_span(first, call.zone_name, starts_at)
    _begin, to_at = day_span(last, call.zone_name, starts_at)
    account = None if words.account is None else account_named(call, words.account)
    found = call.desk.journal.entries(from_at, to_at, account)
    now = call.began_at
    if call.wants_json:
        shapes = [row(s, call.account(s.account), activity_name(call, s), now) for s in found]
        return Answer(document(shapes))
    if not found:
        return Answer(lines(_("No entries.")))
    total = total_seconds(found, from_at, to_at, now)
    rows = [_line(call, subject, several_days=last > first) for subject in found]
    worked = _("Total {length}").format(length=length(total))
    return Answer(table(rows, right=(3,)) + lines(worked))


def _line(call: Call, subject: Subject, *, several_days: bool) -> tuple[str, ...]:
    facts = subject.meant
    began = shown_time(facts.started_at, call.zone)
    ended = "…"
    if facts.stopped_at is not None:
        ended = shown_time(facts.stopped_at, call.zone)[11:16]
    sync = sync_of(subject, call.account(subject.account).capabilities)
    marks = {
        Sync.SYNCED: "",
        Sync.PENDING: _("waits"),
        Sync.IN_FLIGHT: _("waits"),
        Sync.DOUBTFUL: _("not sure yet"),
        Sync.HELD: _("needs you"),
    }
    return (
        short(subject.id),
        began[:16] if several_days else began[11:16],
        ended,
        length(seconds_of(subject, call.began_at)),
        subject.account,
        "" if facts.item is None else named(facts.item),
        shown(facts.comment),
        marks[sync],
    )
