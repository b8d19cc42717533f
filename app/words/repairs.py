"""Words a repair of the store: a sentence or two for a notice, and all that is known of it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.core.restoring import Repair
from app.words import _, ngettext


def repair_sentence(repair: Repair) -> str:
    """What happened, in one or two sentences."""
    unsent = repair.carried.get("operations", 0)
    if not repair.lost and not repair.pages_lost:
        kept = _("Nothing is missing.")
    elif sum(repair.lost.values()):
        count = sum(repair.lost.values())
        kept = ngettext(
            "At least {count} thing could not be saved.",
            "At least {count} things could not be saved.",
            count,
        ).format(count=count)
    else:
        kept = _("A part of its file could not be read.")
    parts = [_("Timekept’s store was damaged and has been repaired."), kept]
    if unsent:
        parts.append(
            ngettext(
                "{count} unsent change is kept.", "{count} unsent changes are kept.", unsent
            ).format(count=unsent)
        )
    if repair.asked:
        parts.append(
            ngettext(
                "{count} of them waits for your word: see the outbox.",
                "{count} of them wait for your word: see the outbox.",
                repair.asked,
            ).format(count=repair.asked)
        )
    return " ".join(parts)


def repair_details(repair: Repair, zone: tzinfo | None = None) -> tuple[str, ...]:
    """Everything that is known of it, a sentence each; times are in `zone`, None: the system's."""
    details = [
        _("The store was repaired at {time}: {reason}.").format(
            time=_time(repair.at, zone), reason=repair.reason
        ),
        _("The damaged file is kept as {file}.").format(file=repair.set_aside),
        _("Carried over: {things}.").format(things=_things(repair.carried) or _("nothing")),
    ]
    if repair.copy and repair.copy_at is not None:
        details.append(
            _("Of these out of the copy {file} of {time}: {things}.").format(
                file=repair.copy,
                time=_time(repair.copy_at, zone),
                things=_things(repair.from_copy),
            )
        )
    if repair.lost:
        details.append(
            _("Lost, at least: {things}.").format(things=_things(repair.lost)),
        )
    if repair.pages_lost:
        details.append(
            ngettext(
                "{count} page of the file could not be read.",
                "{count} pages of the file could not be read.",
                repair.pages_lost,
            ).format(count=repair.pages_lost)
        )
    if repair.asked:
        details.append(
            ngettext(
                "Of {count} change it is not known whether it was told: it is held.",
                "Of {count} changes it is not known whether they were told: they are held.",
                repair.asked,
            ).format(count=repair.asked)
        )
    return tuple(details)


def _time(at: datetime, zone: tzinfo | None) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _things(counts: dict[str, int]) -> str:
    return ", ".join(_thing(kind, count) for kind, count in counts.items() if count)


def _thing(kind: str, count: int) -> str:
    match kind:
        case "operations":
            words = ngettext("{count} unsent change", "{count} unsent changes", count)
        case "entries":
            words = ngettext("{count} entry", "{count} entries", count)
        case "accounts":
            words = ngettext("{count} account", "{count} accounts", count)
        case "absences":
            words = ngettext("{count} absence", "{count} absences", count)
        case "checks":
            words = ngettext("{count} activity check", "{count} activity checks", count)
        case "ghosts":
            words = ngettext("{count} lost attempt", "{count} lost attempts", count)
        case "ledger":
            words = ngettext("{count} line of history", "{count} lines of history", count)
        case _:
            words = ngettext("{count} row of a catalogue", "{count} rows of catalogues", count)
    return words.format(count=count)
