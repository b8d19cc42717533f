"""What can be said to what the outbox holds: the words that fit each kind of question."""

from __future__ import annotations

from app.cli.call import Call
from app.cli.entry_words import title
from app.cli.ids import short
from app.cli.outbox_words import fields_asked
from app.core.model import Hold, HoldReason, Subject
from app.words import _


def answers_that_fit(call: Call, subject: Subject, hold: Hold) -> list[str]:
    """What may stand after `timekept outbox`, the likeliest first."""
    id_ = short(subject.id)
    answer = f"answer {id_}"
    match hold.reason:
        case HoldReason.CONFLICT | HoldReason.ECHO:
            fields = fields_asked(call, subject, hold)
            single = [f"{answer} --theirs {field.value}" for field in fields[:-1]]
            return [f"{answer} --ours", f"{answer} --theirs", *single]
        case HoldReason.NEAR_MATCH:
            mine = [f"{answer} --mine {remote_id}" for remote_id in hold.remote_ids]
            return [*mine, f"{answer} --not-mine"]
        case HoldReason.FOREIGN_TRACK:
            return [f"{answer} --end ours", f"{answer} --end theirs"]
        case HoldReason.TWIN:
            return [f"{answer} --take-back", f"{answer} --keep"]
        case HoldReason.GONE | HoldReason.LOCKED | HoldReason.RESTORED:
            return [f"retry {id_}", f"discard {id_}"]
        case HoldReason.REFUSED:
            return [f"mend {id_} --item ITEM", f"retry {id_}", f"discard {id_}"]


def what_fits(call: Call, subject: Subject, hold: Hold) -> str:
    """The sentence that names what can be said to it."""
    name = title(subject)
    match hold.reason:
        case HoldReason.CONFLICT | HoldReason.ECHO:
            fields = ", ".join(field.value for field in fields_asked(call, subject, hold))
            return _(
                "{title} is not the same at {account}: say --ours, --theirs, or --theirs FIELD for"
                " some of these: {fields}."
            ).format(title=name, account=subject.account, fields=fields)
        case HoldReason.NEAR_MATCH:
            return _(
                "{account} has what may be {title}: say --mine with one of these: {ids}; or say"
                " --not-mine."
            ).format(title=name, account=subject.account, ids=", ".join(hold.remote_ids))
        case HoldReason.FOREIGN_TRACK:
            return _(
                "{title} and another track both run at {account}: say --end ours or --end theirs."
            ).format(title=name, account=subject.account)
        case HoldReason.TWIN:
            return _("{title} came up as a second copy: say --take-back or --keep.").format(
                title=name
            )
        case HoldReason.GONE:
            return _(
                "{title} was deleted at {account}: `outbox retry` makes it anew, `outbox discard`"
                " lets it go."
            ).format(title=name, account=subject.account)
        case HoldReason.RESTORED:
            return _(
                "It is not known whether {account} was told {title}: `outbox retry` looks there and"
                " then sends it, `outbox discard` lets it go."
            ).format(title=name, account=subject.account)
        case HoldReason.REFUSED | HoldReason.LOCKED:
            return _(
                "{title} asks nothing that has two sides: say `outbox mend`, `outbox retry` or"
                " `outbox discard`."
            ).format(title=name)
