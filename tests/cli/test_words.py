"""The words of the command line: what is read, and a sentence for what is not."""

from __future__ import annotations

import pytest

from app.cli.answers import CommandRefused, Status
from app.cli.execute import COMMANDS
from app.cli.words import HelpAsked, nearest, parse


def test_no_words_open_the_app() -> None:
    assert parse([]).command == "run"


@pytest.mark.parametrize("value", ["-2h", "-15m", "-1h30m", "2026-09-28T09:05-02:00"])
def test_a_time_that_begins_with_a_minus_is_the_next_word(value: str) -> None:
    assert parse(["start", "1349", "--at", value, "--json"]).at == value
    assert parse(["stop", f"--at={value}"]).at == value
    assert parse(["entry", "add", "--start", value, "--stop", "-5m"]).start == value


def test_a_comment_may_begin_with_a_minus_too() -> None:
    words = parse(["start", "--comment", "- fix", "--tag", "-a", "--tag", "b"])
    assert (words.comment, words.tag) == ("- fix", ["-a", "b"])


def test_an_option_is_never_swallowed_as_a_value() -> None:
    with pytest.raises(CommandRefused, match=r"expected one argument"):
        parse(["start", "--comment", "--json"])


def test_after_two_dashes_everything_is_plain() -> None:
    words = parse(["search", "--", "--at", "-2h"])
    assert words.text == ["--at", "-2h"]


@pytest.mark.parametrize("argv", [["outbox", "--json"], ["outbox", "list", "--json"]])
def test_json_may_stand_at_a_group_or_at_its_command(argv: list[str]) -> None:
    assert parse(argv).json
    assert parse(argv).command == "outbox"


def test_json_before_the_inner_word_counts_too() -> None:
    assert parse(["outbox", "--json", "list"]).json


def test_billable_has_three_ways_to_be_said() -> None:
    said = [parse(["start", *more]).billable for more in ([], ["--billable"], ["--no-billable"])]
    assert said == [None, True, False]


@pytest.mark.parametrize(
    "argv, sentence",
    [
        (["strat"], "does not know “strat”. Nearest: start"),
        (["outbox", "rety", "1"], "`timekept outbox` does not know “rety”. Nearest: retry"),
        (["checks", "answer", "1", "kep"], "Nearest: keep"),
        (["zzz"], "Nearest: run, start, stop"),
        (["start", "a", "b"], "Unrecognized arguments: b."),
        (["account", "add", "7pace"], "The following arguments are required: --name"),
        (["--frobnicate"], "Unrecognized arguments"),
        (["stop", "--a", "9:00"], "Unrecognized arguments: --a 9:00"),
    ],
)
def test_a_wrong_word_is_a_sentence(argv: list[str], sentence: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        parse(argv)
    assert sentence in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert refused.value.status is Status.WRONG_WORDS


@pytest.mark.parametrize("argv", [["--help"], ["start", "-h"], ["entry", "add", "--help"]])
def test_help_is_told_and_ends_nothing(argv: list[str]) -> None:
    with pytest.raises(HelpAsked, match="usage: timekept"):
        parse(argv)


def test_the_version_is_told() -> None:
    with pytest.raises(HelpAsked, match=r"^timekept \d+\.\d+"):
        parse(["--version"])


def test_every_command_of_the_parser_has_a_function() -> None:
    from importlib import import_module

    for name, module in COMMANDS.items():
        assert callable(getattr(import_module(f"app.cli.commands.{module}"), name)), name


def test_near_names_whatever_their_case() -> None:
    assert nearest("wrok", ["Work", "Home"]) == ["Work"]
    assert nearest("dev", ["Design", "Development"])[0] == "Development"
    assert nearest("", ["Work"]) == []
