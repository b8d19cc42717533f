"""Completion in the shell, by argcomplete: it knows the words from the parser itself."""

from __future__ import annotations


def script(shell: str) -> str:
    """What a shell is to evaluate, as in `eval "$(timekept completion bash)"`; or zsh, or fish."""
    from argcomplete.shell_integration import shellcode

    code: str = shellcode(["timekept"], shell=shell)
    return code + "\n"


def complete() -> None:
    """Answer the shell that asks what may come next, and end the process."""
    import argcomplete

    from app.cli.words import build_parser

    argcomplete.autocomplete(build_parser(), always_complete_options="long")
