"""Which account, item, activity type or entry the words mean; a wrong one names what is near."""

from __future__ import annotations

from collections.abc import Iterable

from app.cli.answers import CommandRefused, WordsRefused, shown
from app.cli.call import Call
from app.cli.words import nearest
from app.core.model import Subject
from app.core.remote import ActivityType, TroubleKind, WorkItem
from app.ports.provider import ProviderError
from app.ports.settings import ACCOUNT_DEFAULT
from app.words import _


def account_named(call: Call, name: str) -> str:
    """The account of that name, whatever its case. Raises WordsRefused."""
    accounts = call.state.accounts
    if name in accounts:
        return name
    same = [known for known in accounts if known.casefold() == name.casefold()]
    if len(same) == 1:
        return same[0]
    raise WordsRefused(
        _("There is no account “{name}”. Nearest: {names}.").format(
            name=shown(name), names=", ".join(nearest(name, accounts) or accounts)
        )
    )


def account_meant(call: Call, item: str | None) -> str:
    """The account for a start that names none: the item's in history, the default, the only one
    with a server, else the one that needs none.
    """
    accounts = call.state.accounts
    if item:
        key = item_key(item)
        for recent in call.desk.journal.search(item, 20):
            known = recent.item
            if recent.account not in accounts or known is None or key is None:
                continue
            if known.id.casefold() == key.casefold():
                return recent.account
    default = call.desk.settings.get(ACCOUNT_DEFAULT)
    if default in accounts:
        return default
    if default:
        call.notes.append(
            _("The setting account.default names “{name}”, which is no account.").format(
                name=shown(default)
            )
        )
    remote = [name for name, one in accounts.items() if not one.capabilities.kept_here]
    if len(remote) == 1:
        return remote[0]
    for name, one in accounts.items():
        if one.capabilities.kept_here:
            return name
    raise WordsRefused(
        _("Say which account: --account with one of {names}.").format(names=", ".join(accounts))
        if accounts
        else _("There is no account. Add one with `timekept account add`.")
    )


def item_key(text: str) -> str | None:
    """The number or key that an ITEM gives; None where it is `#` and words to search."""
    typed = text.strip()
    if not typed.startswith("#"):
        return typed
    number = typed[1:].strip()
    return number if number.isascii() and number.isdigit() else None


def item_meant(call: Call, account: str, text: str) -> WorkItem:
    """The work item of an ITEM in an account. Raises WordsRefused.

    A key that the server could not be asked about is taken as given: it is told later.
    """
    key = item_key(text)
    words = text.strip().lstrip("#").strip()
    if not words:
        raise WordsRefused(_("ITEM is empty: say a number, a key, or # and words to search."))
    if key is None:
        return _item_of_words(call, account, words)
    if not key.isprintable() or len(key) > 200:
        raise WordsRefused(_("“{item}” is no work item.").format(item=shown(key)[:60]))
    for item in _known_items(call, account, key):
        if item.id.casefold() == key.casefold():
            return item
    if not _has_catalogue(call, account):
        return WorkItem(key)
    found = _ask_items(call, account, key)
    if found is None:
        return WorkItem(key)
    for item in found:
        if item.id.casefold() == key.casefold():
            return item
    raise _no_item(account, key, found, _known_items(call, account, ""))


def _item_of_words(call: Call, account: str, words: str) -> WorkItem:
    """What is known here comes first; the server is asked only when nothing fits."""
    found = _known_items(call, account, words)
    asked: tuple[WorkItem, ...] | None = ()
    if not found and _has_catalogue(call, account):
        asked = _ask_items(call, account, words)
        found = list(asked or ())
    if len(found) == 1:
        return found[0]
    if not found and asked is None:
        raise CommandRefused(
            _("Nothing here fits “{words}”, and {account} could not be asked.").format(
                words=shown(words), account=account
            )
        )
    if not found:
        raise _no_item(account, words, (), _known_items(call, account, ""))
    raise WordsRefused(
        _("“{words}” fits several: {names}. Say the number.").format(
            words=shown(words), names=", ".join(named(item) for item in found[:5])
        )
    )


def _no_item(
    account: str, words: str, found: Iterable[WorkItem], known: Iterable[WorkItem]
) -> WordsRefused:
    named_by = {named(item): item for item in (*found, *known)}
    by_key = nearest(words, (item.id for item in named_by.values()), 5)
    names = [name for key in by_key for name, item in named_by.items() if item.id == key]
    names += [name for name in nearest(words, named_by, 5) if name not in names]
    names += [name for item in found if (name := named(item)) not in names]
    if not names:
        return WordsRefused(
            _("{account} has no work item “{words}”.").format(account=account, words=shown(words))
        )
    return WordsRefused(
        _("{account} has no work item “{words}”. Nearest: {names}.").format(
            account=account, words=shown(words), names=", ".join(names[:5])
        )
    )


def _has_catalogue(call: Call, account: str) -> bool:
    capabilities = call.account(account).capabilities
    return capabilities.searches_items and not capabilities.kept_here


def _known_items(call: Call, account: str, words: str) -> list[WorkItem]:
    """The items of history and catalogue that fit, each once, lately used ones first."""
    journal = call.desk.journal
    recents = journal.search(words, 50, account)
    items = [recent.item for recent in recents if recent.item is not None]
    items += journal.work_items(account, words, 50)
    each: dict[str, WorkItem] = {}
    for item in items:
        key = item.id.casefold()
        if key not in each or not each[key].title:
            each[key] = item
    return list(each.values())


def _ask_items(call: Call, account: str, words: str) -> tuple[WorkItem, ...] | None:
    """What the server finds, kept for the next time; None where it could not be asked."""
    try:
        found = tuple(call.desk.ask(account, lambda p: p.search(words, 20), call.wait_seconds))
    except TimeoutError:
        return None
    except ProviderError as error:
        if error.trouble.kind in (TroubleKind.REFUSED, TroubleKind.GONE):
            return ()
        return None
    if found:
        call.desk.keep_work_items(account, found)
    return found


def search_everywhere(call: Call, words: str, account: str | None) -> list[tuple[str, WorkItem]]:
    """The items that fit, with their accounts: what is known here first, then what servers say."""
    found: dict[tuple[str, str], tuple[str, WorkItem]] = {}
    for name in call.state.accounts:
        if account not in (None, name):
            continue
        items = _known_items(call, name, words)
        if _has_catalogue(call, name):
            asked = _ask_items(call, name, words)
            if asked is None:
                call.notes.append(
                    _("{account} could not be asked; these are the names as last seen.").format(
                        account=name
                    )
                )
            items += asked or ()
        for item in items:
            found.setdefault((name, item.id.casefold()), (name, item))
    return list(found.values())


def named(item: WorkItem) -> str:
    """An item as people know it: `#1349 Fix timer`."""
    key = f"#{item.id}" if item.id.isdigit() else item.id
    return shown(f"{key} {item.title}") if item.title != item.id else shown(key)


def activity_meant(call: Call, account: str, text: str) -> str:
    """The id of an activity type by its name or id, whatever the case. Raises CommandRefused.

    An account without a server takes any words.
    """
    if not text or call.account(account).capabilities.kept_here:
        return text
    types = call.desk.journal.activity_types(account)
    fits = _activity(types, text)
    if fits is None:
        asked = _ask_activities(call, account)
        if asked is None and not types:
            raise CommandRefused(
                _(
                    "The activity types of {account} are not known here yet, and it could not be "
                    "asked. Leave the activity out and adjust it later."
                ).format(account=account)
            )
        types = types if asked is None else asked
        fits = _activity(types, text)
    if fits is not None:
        return fits
    if not types:
        raise WordsRefused(_("{account} has no activity types.").format(account=account))
    names = [kind.name for kind in types]
    raise WordsRefused(
        _("{account} has no activity type “{name}”. Nearest: {names}.").format(
            account=account,
            name=shown(text),
            names=", ".join(shown(name) for name in nearest(text, names) or names[:5]),
        )
    )


def _activity(types: Iterable[ActivityType], text: str) -> str | None:
    folded = text.strip().casefold()
    for kind in types:
        if folded in (kind.id.casefold(), kind.name.casefold()):
            return kind.id
    return None


def _ask_activities(call: Call, account: str) -> tuple[ActivityType, ...] | None:
    try:
        found = tuple(call.desk.ask(account, lambda p: p.activity_types(), call.wait_seconds))
    except (ProviderError, TimeoutError):
        return None
    call.desk.keep_activity_types(account, found)
    return found


def activity_name(call: Call, subject: Subject) -> str:
    """The name of a subject's activity type; its id where the name is not known."""
    return activity_named(call, subject.account, subject.meant.activity)


def activity_named(call: Call, account: str, activity: str) -> str:
    """The name of an activity type of an account; its id where the name is not known."""
    if not activity:
        return ""
    for kind in call.desk.journal.activity_types(account):
        if kind.id.casefold() == activity.casefold():
            return kind.name
    return activity
