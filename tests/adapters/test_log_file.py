"""The log holds no secret, stays short, and is the user's alone."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters import log_file
from app.adapters.log_file import close_log, open_log, redacted

SECRET = "S3cr3t-value_0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    handler = open_log(tmp_path / "timekept.log")
    yield tmp_path / "timekept.log"
    close_log(handler)
    root.setLevel(level)
    logging.raiseExceptions = raising


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: Basic {SECRET}==",
        f"Authorization={SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}', 'Accept': 'x'}}",
        f'{{"Authorization": "{SECRET}"}}',
        f"headers [('authorization', 'Bearer {SECRET}')]",
        f"sent bearer {SECRET} to them",
        f"X-Api-Key: {SECRET}",
        f'"apiKey": "{SECRET}"',
        f"('x-api-key', '{SECRET}')",
        f"GET https://host/x?access_token={SECRET}&page=1",
        f"refresh_token='{SECRET}'",
        f"password={SECRET};",
        f"client_secret: {SECRET}",
        f"Set-Cookie: {SECRET}",
        f"https://user:{SECRET}@host/path",
        f"a token eyJhbGciOi.eyJ{SECRET}.sig",
    ],
)
def test_secrets_are_taken_out(text: str) -> None:
    assert SECRET not in redacted(text)
    assert "[hidden]" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "pushed StopTrack for Work: accepted, 3 s",
        "GET https://host/api/rest/worklogs?$count=10&api-version=3.2 gave 200",
        "the token was refused",
        "track 0190-aa moved from 09:00 to 09:05",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_the_file_is_the_users_alone_and_its_tracebacks_are_clean(path: Path) -> None:
    try:
        raise RuntimeError(f"Authorization: Bearer {SECRET}")
    except RuntimeError:
        logging.getLogger("tests.log").exception("failed with token=%s", SECRET)
    text = path.read_text()
    assert SECRET not in text
    assert "RuntimeError" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_text_of_a_server_cannot_pass_for_a_record(path: Path) -> None:
    logging.getLogger("tests.log").error("%s", "title\n2026-01-01 INFO forged\x1b[2J\r!")
    lines = path.read_text().splitlines()
    assert len(lines) == 3
    assert all(line.startswith("    ") for line in lines[1:])
    assert "\x1b" not in path.read_text()
    assert lines[0].split()[0].endswith("Z")


def test_a_huge_text_is_cut(path: Path) -> None:
    logging.getLogger("tests.log").error("%s", "tokentoken" * 1_000_000)
    assert path.stat().st_size < 30_000


def test_the_log_stays_short(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(
        h for h in logging.getLogger().handlers if isinstance(h, log_file.PrivateFileHandler)
    )
    handler.maxBytes = 2_000
    for number in range(300):
        logging.getLogger("tests.log").warning("line %s %s", number, "x" * 50)
    files = sorted(path.parent.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_size < 2_300 for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path, path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_text("old\n")
    other.chmod(0o644)
    close_log(open_log(other))
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert other.read_text() == "old\n"
