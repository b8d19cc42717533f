"""The words of the command line, and how they are read; a wrong one is a sentence."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from app import __version__
from app.cli.answers import WordsRefused
from app.cli.vocabulary import fill
from app.words import _

__all__ = ["HelpAsked", "build_parser", "nearest", "parse"]


class HelpAsked(Exception):
    """The words ask for help or the version: `text` is what to print."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        super().__init__(text)
        self.text = text


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the words; `command` in what comes back names what to do.

    Raises WordsRefused and HelpAsked, and never ends the process.
    """
    parser = build_parser()
    words = parser.parse_args(_joined(argv, _options(parser)) or ["run"])
    if words.version:
        raise HelpAsked(f"timekept {__version__}\n")
    if not hasattr(words, "command"):
        raise HelpAsked(parser.format_help())
    return words


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(
        prog="timekept",
        description=_("A tray timer that never loses or doubles a second."),
        epilog=_(
            "Without any words it opens the app. TIME is 09:05, -15m or ISO 8601; DAY is "
            "2026-09-28, today, yesterday or monday; ITEM is a number or key, or # and words."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help=_("print the version"))
    fill(parser)
    return parser


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that look most like the word, best first, whatever their case."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(name.casefold(), name)
    folded = word.casefold()
    close = difflib.get_close_matches(folded, by_fold, count, 0.5)
    inside = [name for name in by_fold if folded and folded in name and name not in close]
    return [by_fold[name] for name in (*close, *inside)][:count]


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises what it has to say."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong."""
        sentence = _("{what}. `{program} --help` tells the words.").format(
            what=message[:1].upper() + message[1:], program=self.prog
        )
        raise WordsRefused(sentence)

    def print_help(self, file: Any = None) -> NoReturn:  # noqa: ARG002 - the shape it has there
        """Raise the help instead of printing it: this may be another process's help."""
        raise HelpAsked(self.format_help())

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Name what comes near, where only a few words are known."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        names = nearest(str(value), known) or known
        raise WordsRefused(
            _("`{program}` does not know “{word}”. Nearest: {names}.").format(
                program=self.prog, word=value, names=", ".join(names)
            )
        )


def _options(parser: argparse.ArgumentParser) -> dict[str, bool]:
    """Every option of all commands, and whether it takes one value."""
    found: dict[str, bool] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found |= _options(sub)
        for name in action.option_strings:
            found[name] = action.nargs is None
    return found


def _joined(argv: Sequence[str], options: dict[str, bool]) -> list[str]:
    """Tie a value that begins with a minus to its option: argparse would take `-2h` for one."""
    joined: list[str] = []
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*joined, word, *rest]
        takes = word.startswith("--") and options.get(word, False)
        if takes and rest and rest[0].startswith("-") and rest[0] not in {*options, "--"}:
            word += "=" + rest.pop(0)
        joined.append(word)
    return joined
