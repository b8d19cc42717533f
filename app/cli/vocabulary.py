"""Every command with its words and one line of help; `command` names what `execute` runs."""

from __future__ import annotations

import argparse
from typing import Any

from app.words import _

__all__ = ["fill"]

Commands = Any  # argparse's action of subcommands, whose class it keeps to itself


def fill(parser: argparse.ArgumentParser) -> None:
    """Add all commands to the parser."""
    commands = parser.add_subparsers(metavar=_("COMMAND"))
    _app(commands)
    _tracking(commands)
    _looking(commands)
    _entries(commands)
    _syncing(commands)
    _accounts(commands)
    _house(commands)


def _add(commands: Commands, name: str, command: str, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, allow_abbrev=False
    )
    made.set_defaults(command=command)
    # No default, so that a group's own word and that of its command do not undo each other.
    made.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("print one JSON document"),
    )
    return made


def _group(parser: argparse.ArgumentParser) -> Commands:
    return parser.add_subparsers(metavar=_("WHAT"))


def _app(commands: Commands) -> None:
    made = _add(commands, "run", "run", _("open the tray app"))
    made.add_argument("--headless", action="store_true", help=_("without a screen"))
    made.add_argument(
        "--demo", action="store_true", help=_("against the sandbox, in a home of its own")
    )
    made.add_argument("--show-panel", action="store_true", help=_("with the panel open"))


def _track_words(made: argparse.ArgumentParser) -> None:
    made.add_argument("--comment", metavar=_("T"), help=_("what is done"))
    made.add_argument("--activity", metavar=_("A"), help=_("activity type, by name or id"))
    made.add_argument("--tag", metavar=_("T"), action="append", help=_("may be said again"))
    made.add_argument("--billable", action=argparse.BooleanOptionalAction, help=_("or not"))


def _tracking(commands: Commands) -> None:
    made = _add(commands, "start", "start", _("start a track; what runs is stopped"))
    made.add_argument("item", nargs="?", metavar="ITEM", help=_("what it is for"))
    _track_words(made)
    made.add_argument("--account", metavar="N", help=_("account to track it in"))
    made.add_argument("--at", metavar="TIME", help=_("when it began"))
    made = _add(commands, "stop", "stop", _("stop the running track"))
    made.add_argument("--at", metavar="TIME", help=_("when it ended"))
    _add(commands, "toggle", "toggle", _("stop what runs, else continue the last track"))
    made = _add(commands, "adjust", "adjust", _("change the running track"))
    made.add_argument("--item", metavar="I", help=_("what it is for"))
    _track_words(made)
    made.add_argument("--at", metavar="START", help=_("when it began"))


def _looking(commands: Commands) -> None:
    _add(commands, "status", "status", _("what runs, how much today, how the accounts stand"))
    made = _add(commands, "recent", "recent", _("what was worked on lately"))
    made.add_argument("-n", dest="count", metavar="N", default="10", help=_("how many"))
    made = _add(commands, "search", "search", _("search history and work items"))
    made.add_argument("text", nargs="+", metavar="TEXT", help=_("words or a number"))
    made.add_argument("--account", metavar="N", help=_("in this account alone"))
    made = _add(commands, "entries", "entries", _("the entries of a day, or of several"))
    made.add_argument("--from", dest="from_day", metavar="DAY", help=_("first day"))
    made.add_argument("--to", dest="to_day", metavar="DAY", help=_("last day; today"))
    made.add_argument("--account", metavar="N", help=_("of this account alone"))


def _entries(commands: Commands) -> None:
    entry = _add(commands, "entry", "entry", _("add, change or delete an entry"))
    group = _group(entry)
    made = _add(group, "add", "entry_add", _("record a finished piece of time"))
    made.add_argument("item", nargs="?", metavar="ITEM", help=_("what it was for"))
    made.add_argument("--start", metavar="TIME", required=True, help=_("when it began"))
    made.add_argument("--stop", metavar="TIME", required=True, help=_("when it ended"))
    _track_words(made)
    made.add_argument("--account", metavar="N", help=_("account to keep it in"))
    made = _add(group, "edit", "entry_edit", _("change an entry"))
    made.add_argument("id", metavar="ID", help=_("as `entries` shows it"))
    _entry_words(made)
    made = _add(group, "delete", "entry_delete", _("delete an entry"))
    made.add_argument("id", metavar="ID", help=_("as `entries` shows it"))
    _add(commands, "undo", "undo", _("take back the last change of an entry"))
    _add(commands, "redo", "redo", _("do again what was taken back"))


def _syncing(commands: Commands) -> None:
    made = _add(commands, "sync", "sync", _("tell the servers all that can go, and pull"))
    made.add_argument("--wait", metavar="SECONDS", help=_("keep trying for so long"))
    _outbox(_group(_add(commands, "outbox", "outbox", _("what is not told to the servers yet"))))
    checks = _add(commands, "checks", "checks", _("questions that wait for you"))
    group = _group(checks)
    _add(group, "list", "checks", _("the open questions"))
    made = _add(group, "answer", "checks_answer", _("answer one"))
    made.add_argument("id", metavar="ID", help=_("as `checks` shows it"))
    made.add_argument("answer", metavar="ANSWER", choices=("keep", "discard", "discard-continue"))


def _outbox(group: Commands) -> None:
    _add(group, "list", "outbox", _("what waits, and why"))
    made = _add(group, "send", "sync", _("the same as `sync`"))
    made.add_argument("--wait", metavar="SECONDS", help=_("keep trying for so long"))
    for name, text in (
        ("show", _("everything about one: what, why, both sides, what happened")),
        ("retry", _("let a held change go again as it is")),
        ("discard", _("give up what is untold")),
        ("mend", _("change what is held, and let it go again")),
        ("answer", _("answer what is asked about one")),
    ):
        made = _add(group, name, f"outbox_{name}", text)
        made.add_argument("id", metavar="ID", help=_("as `outbox` shows it"))
        if name == "mend":
            _entry_words(made)
        elif name == "answer":
            _answers(made)
    made = _add(group, "export", "outbox_export", _("write all that waits as JSON"))
    made.add_argument("file", nargs="?", metavar="FILE", help=_("else to standard output"))
    made = _add(group, "log", "outbox_log", _("what happened lately, the newest last"))
    made.add_argument("-n", dest="count", metavar="N", default="20", help=_("how many lines"))


def _entry_words(made: argparse.ArgumentParser) -> None:
    made.add_argument("--item", metavar="I", help=_("what it was for"))
    made.add_argument("--start", metavar="TIME", help=_("when it began"))
    made.add_argument("--stop", metavar="TIME", help=_("when it ended"))
    _track_words(made)


def _answers(made: argparse.ArgumentParser) -> None:
    made.add_argument("--ours", action="store_true", help=_("changed on both sides: keep ours"))
    made.add_argument(
        "--theirs",
        metavar="FIELD",
        nargs="?",
        const="",
        action="append",
        choices=("", "time", "item", "comment", "activity", "tags", "billable"),
        help=_("changed on both sides: take theirs, of one field or of all; may be said again"),
    )
    made.add_argument(
        "--mine", metavar="REMOTE_ID", nargs="?", const="", help=_("there already: this one is it")
    )
    made.add_argument("--not-mine", action="store_true", help=_("there already: none of them is"))
    made.add_argument(
        "--end", metavar="SIDE", choices=("ours", "theirs"), help=_("two tracks: which one ends")
    )
    made.add_argument("--take-back", action="store_true", help=_("a second copy: take it back"))
    made.add_argument("--keep", action="store_true", help=_("a second copy: keep it"))


def _accounts(commands: Commands) -> None:
    account = _add(commands, "account", "account_list", _("add, list, check or remove accounts"))
    group = _group(account)
    made = _add(group, "add", "account_add", _("set up an account"))
    made.add_argument("kind", metavar="KIND", help=_("local, 7pace"))
    made.add_argument("--name", metavar="N", required=True, help=_("what you call it"))
    made.add_argument("--url", metavar="U", default="", help=_("address of the server"))
    made.add_argument("--option", metavar="K=V", action="append", help=_("may be said again"))
    made.add_argument("--token-stdin", action="store_true", help=_("read the secret from input"))
    made.add_argument("--no-verify", action="store_true", help=_("do not try the sign-in"))
    _add(group, "list", "account_list", _("the accounts and how they stand"))
    made = _add(group, "verify", "account_verify", _("sign in anew"))
    made.add_argument("name", metavar="N")
    made.add_argument("--token-stdin", action="store_true", help=_("read the secret from input"))
    made = _add(group, "remove", "account_remove", _("take an account away"))
    made.add_argument("name", metavar="N")


def _house(commands: Commands) -> None:
    config = _add(commands, "config", "config_get", _("read and change settings"))
    group = _group(config)
    made = _add(group, "get", "config_get", _("print a setting, or all"))
    made.add_argument("key", nargs="?", metavar="KEY")
    made = _add(group, "set", "config_set", _("change a setting"))
    made.add_argument("key", metavar="KEY")
    made.add_argument("value", metavar="VALUE")
    made = _add(commands, "doctor", "doctor", _("look what works here and what does not"))
    made.add_argument("--offline", action="store_true", help=_("ask neither app nor servers"))
    made = _add(commands, "sandbox", "sandbox", _("run stand-ins of the servers on this computer"))
    made.add_argument("kinds", nargs="*", metavar="KIND")
    made.add_argument("--port", metavar="P", default="0", help=_("any free one by default"))
    made.add_argument("--port-file", metavar="F", help=_("file to write the port to"))
    made = _add(commands, "completion", "completion", _("print completion for a shell"))
    made.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))
