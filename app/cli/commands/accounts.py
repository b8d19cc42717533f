"""`account`: set up, list, sign in anew, take away."""

from __future__ import annotations

from app.cli.answers import (
    Answer,
    CommandRefused,
    Status,
    WordsRefused,
    document,
    lines,
    shown,
    table,
)
from app.cli.call import Call
from app.cli.choosing import account_named
from app.cli.connections import connections
from app.cli.telling import tell
from app.cli.words import nearest
from app.core.messages import AccountAdded, AccountRemoveAsked, SignedIn
from app.core.model import Account
from app.core.remote import TroubleKind
from app.core.state import Connection
from app.ports.provider import Identity, ProviderError
from app.ports.secrets import SecretsUnavailable
from app.ports.settings import ACCOUNT_DEFAULT, SettingsUnwritable
from app.providers.address import AddressRefused, read_address
from app.providers.kinds import KINDS, Kind
from app.words import _
from app.words.json_shapes import account_shape

_LONGEST_NAME = 60


def account_list(call: Call) -> Answer:
    """The accounts and how they stand."""
    known = connections(call.state, call.desk.journal)
    accounts = call.state.accounts
    if call.wants_json:
        return Answer(document([account_shape(a, known[name]) for name, a in accounts.items()]))
    return Answer(
        table(
            [(name, a.kind, _state(a, known[name]), shown(a.url)) for name, a in accounts.items()]
        )
    )


def _state(account: Account, connection: Connection) -> str:
    if account.capabilities.kept_here:
        return _("on this computer")
    return {
        Connection.ONLINE: _("online"),
        Connection.SIGN_IN_REQUIRED: _("sign-in required"),
    }.get(connection, _("offline"))


def account_add(call: Call) -> Answer:
    """Set up an account; nothing is kept unless its secret works."""
    words = call.words
    kind = KINDS.get(words.kind)
    if kind is None:
        raise WordsRefused(
            _("There is no kind of account “{kind}”. Nearest: {names}.").format(
                kind=shown(words.kind), names=", ".join(nearest(words.kind, KINDS) or KINDS)
            )
        )
    name = _new_name(call, words.name)
    account = Account(
        name,
        kind.name,
        _url(kind, words.url),
        _options(kind, words.option or []),
        kind.capabilities,
    )
    secret = _secret(call, kind)
    identity = None if words.no_verify or not kind.needs_secret else _verify(call, account, secret)
    if kind.needs_secret:
        _keep(call, name, secret)
    first = not any(not a.capabilities.kept_here for a in call.state.accounts.values())
    try:
        call.post(AccountAdded(account))
    except BaseException:
        if kind.needs_secret:
            call.desk.secrets.forget(name)
        raise
    if first and not kind.capabilities.kept_here:
        _make_default(call, name)
    tell(call, {name})
    return _account(call, name, _added(account, identity))


def _new_name(call: Call, text: str) -> str:
    name = text.strip()
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME or name.startswith("-"):
        raise WordsRefused(
            _("An account's name has from 1 to {most} visible characters.").format(
                most=_LONGEST_NAME
            )
        )
    for known in call.state.accounts:
        if known.casefold() == name.casefold():
            raise CommandRefused(
                _("There is already an account “{name}”. Choose another name.").format(name=known)
            )
    return name


def _url(kind: Kind, text: str) -> str:
    """The address as given, once it is one that may be used."""
    url: str = text.strip()
    if not kind.needs_url:
        if url:
            raise WordsRefused(_("An account of kind {kind} has no --url.").format(kind=kind.name))
        return ""
    if not url:
        raise WordsRefused(_("Say where the server is: --url https://…, as its vendor writes it."))
    try:
        read_address(url)
    except AddressRefused as refused:
        raise WordsRefused(refused.trouble.words) from None
    return url


def _options(kind: Kind, said: list[str]) -> dict[str, str]:
    options = {}
    for word in said:
        key, sign, value = word.partition("=")
        if not sign or not value:
            raise WordsRefused(
                _("--option takes KEY=VALUE, not “{word}”.").format(word=shown(word))
            )
        if key not in kind.options:
            text = _("{kind} has no option “{key}”.")
            if kind.options:
                text = _("{kind} has no option “{key}”. It has: {names}.")
            raise WordsRefused(
                text.format(kind=kind.name, key=shown(key), names=", ".join(kind.options))
            )
        options[key] = value
    return options


def _secret(call: Call, kind: Kind) -> str:
    if not kind.needs_secret:
        if call.words.token_stdin:
            raise WordsRefused(_("An account of kind {kind} has no secret.").format(kind=kind.name))
        return ""
    if not call.words.token_stdin or call.stdin is None:
        raise WordsRefused(
            _("The {secret} comes in by standard input: add --token-stdin.").format(
                secret=kind.secret_name
            )
        )
    secret = call.stdin.partition("\n")[0].strip()
    if not secret:
        raise WordsRefused(
            _("Standard input was empty: the {secret} is expected there.").format(
                secret=kind.secret_name
            )
        )
    if not secret.isprintable():
        raise WordsRefused(
            _(
                "What came by standard input is no {secret}: it has signs that cannot be seen."
            ).format(secret=kind.secret_name)
        )
    return secret


def _verify(call: Call, account: Account, secret: str) -> Identity:
    """Sign in for a try. Raises CommandRefused; nothing has been kept by then."""
    try:
        provider = call.desk.make_provider(account, secret)
        try:
            return provider.verify()
        finally:
            provider.close()
    except AddressRefused as refused:
        raise WordsRefused(refused.trouble.words) from None
    except ProviderError as error:
        trouble = error.trouble
        if trouble.kind is TroubleKind.SIGN_IN_REQUIRED:
            text = _("{account} does not take this {secret}: {words} Nothing was kept.")
        elif trouble.kind in (TroubleKind.REFUSED, TroubleKind.GONE):
            text = _("{account} refused: {words} Nothing was kept.")
        else:
            text = _(
                "{account} could not be asked: {words} Nothing was kept. "
                "With --no-verify it is kept untried."
            )
        raise CommandRefused(
            text.format(
                account=account.name,
                secret=KINDS[account.kind].secret_name,
                words=_sentence(trouble.words),
            )
        ) from None


def _sentence(words: str) -> str:
    """A server's words, ended so that ours can follow."""
    text = shown(words)[:300] or _("it gave no reason")
    return text if text.endswith((".", "!", "?")) else text + "."


def _keep(call: Call, name: str, secret: str) -> None:
    try:
        call.desk.secrets.set(name, secret)
    except SecretsUnavailable as unavailable:
        raise CommandRefused(
            _("{reason} Nothing was kept.").format(reason=str(unavailable))
        ) from None


def _make_default(call: Call, name: str) -> None:
    """The first account with a server is the one that a start means."""
    settings = call.desk.settings
    if settings.get(ACCOUNT_DEFAULT):
        return
    try:
        settings.set(ACCOUNT_DEFAULT, name)
    except SettingsUnwritable as unwritable:
        call.notes.append(str(unwritable))
        return
    call.desk.apply_settings()
    call.notes.append(
        _("{account} is now the default account (setting account.default).").format(account=name)
    )


def _added(account: Account, identity: Identity | None) -> str:
    if identity is not None and identity.name:
        return _("{account} is set up; you are {name} there.").format(
            account=account.name, name=shown(identity.name)
        )
    return _("{account} is set up.").format(account=account.name)


def account_verify(call: Call) -> Answer:
    """Sign in anew: with a new secret, or to look whether the kept one still works."""
    name = account_named(call, call.words.name)
    account = call.state.accounts[name]
    kind = KINDS[account.kind]
    if not kind.needs_secret:
        return _account(call, name, _("{account} needs no sign-in.").format(account=name))
    anew = call.words.token_stdin
    secret = _secret(call, kind) if anew else _kept(call, name)
    identity = _verify(call, account, secret)
    if anew:
        _keep(call, name, secret)
    call.post(SignedIn(name))
    tell(call, {name})
    return _account(
        call,
        name,
        _("{account} takes it; you are {name} there.").format(
            account=name, name=shown(identity.name)
        ),
    )


def _kept(call: Call, name: str) -> str:
    try:
        secret = call.desk.secrets.get(name)
    except SecretsUnavailable as unavailable:
        raise CommandRefused(str(unavailable)) from None
    if not secret:
        raise CommandRefused(
            _("No secret is kept for {account}: give it with --token-stdin.").format(account=name),
            Status.NEEDS_USER,
        )
    return secret


def account_remove(call: Call) -> Answer:
    """Take an account and its secret away; its entries stay as history."""
    name = account_named(call, call.words.name)
    call.post(AccountRemoveAsked(name))
    if call.desk.settings.get(ACCOUNT_DEFAULT) == name:
        try:
            call.desk.settings.set(ACCOUNT_DEFAULT, "")
        except SettingsUnwritable as unwritable:
            call.notes.append(str(unwritable))
        else:
            call.desk.apply_settings()
    text = _("{account} is removed; its entries stay here.").format(account=name)
    return Answer(document({"name": name}) if call.wants_json else lines(text))


def _account(call: Call, name: str, sentence: str) -> Answer:
    if not call.wants_json:
        return Answer(lines(sentence))
    known = connections(call.state, call.desk.journal)
    return Answer(document(account_shape(call.state.accounts[name], known[name])))
