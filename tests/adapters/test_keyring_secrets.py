"""Secrets in a real keyring, and the refusal of everything that is none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.keyring_secrets import KeyringSecrets, keyring_hint
from app.ports.secrets import Secrets
from tests.adapters.secrets_contract import SecretsContract


@pytest.fixture
def real_keyring(keyring_session: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringSecrets]:
    """The keyring of the test's session, chosen by keyring itself."""
    import keyring
    import keyring.core

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring_session)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    before = keyring.get_keyring()
    keyring.core.init_backend()
    yield KeyringSecrets()
    keyring.set_keyring(before)


class TestKeyringSecrets(SecretsContract):
    @pytest.fixture
    def secrets(self, real_keyring: KeyringSecrets) -> Iterator[Secrets]:
        names = ["Nobody", "Work", "work", "Home", "Büro ✓ 日本", 'a"b\\c', "long", " "]
        for name in names:
            real_keyring.delete(name)
        yield real_keyring
        for name in names:
            real_keyring.delete(name)

    def test_the_keyring_that_serves_is_named(self, real_keyring: KeyringSecrets) -> None:
        assert "SecretService" in real_keyring.describe()

    def test_a_home_of_its_own_has_secrets_of_its_own(
        self, secrets: KeyringSecrets, tmp_path: Path
    ) -> None:
        elsewhere = KeyringSecrets(tmp_path)
        secrets.set("Work", "the user's")
        elsewhere.set("Work", "another")
        assert (secrets.get("Work"), elsewhere.get("Work")) == ("the user's", "another")
        elsewhere.delete("Work")
        assert secrets.get("Work") == "the user's"


_TRY = """
from app.adapters.keyring_secrets import KeyringSecrets
from app.ports.secrets import SecretsUnavailable
secrets = KeyringSecrets()
for call in (lambda: secrets.get("Work"), lambda: secrets.set("Work", "S3cr3t"),
             lambda: secrets.delete("Work"), secrets.describe):
    try:
        call()
        print("served")
    except SecretsUnavailable as unavailable:
        assert unavailable.__suppress_context__ or unavailable.__context__ is None
        print(unavailable.reason, "|", unavailable.hint)
"""


def try_with(environ: dict[str, str], home: Path) -> list[str]:
    """What each call says in a process with this environment and an empty home."""
    own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _TRY],
        env={"PATH": os.environ["PATH"], **own, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert "S3cr3t" not in done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    return lines


def test_without_a_bus_the_refusal_says_what_to_do(tmp_path: Path) -> None:
    for line in try_with({}, tmp_path):
        reason, _bar, hint = line.partition(" | ")
        assert reason == "No keyring serves this session."
        assert hint.startswith("This session has no D-Bus session bus")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_bus_without_a_keyring_says_what_to_install(tmp_path: Path, session_bus: str) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": session_bus, "XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}
    for line in try_with(environ, tmp_path):
        assert line.startswith("No keyring serves")
        assert "gnome-keyring" in line


@pytest.mark.parametrize("backend", ["null.Keyring", "fail.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused(tmp_path: Path, backend: str) -> None:
    environ = {"PYTHON_KEYRING_BACKEND": f"keyring.backends.{backend}"}
    for line in try_with(environ, tmp_path):
        assert line != "served"
        assert "|" in line


@pytest.mark.parametrize("name", ["PlaintextKeyring", "EncryptedKeyring"])
def test_a_file_is_refused_however_it_is_configured(tmp_path: Path, name: str) -> None:
    package = tmp_path / "keyrings" / "alt"
    package.mkdir(parents=True)
    # As keyrings.alt is: a back end that would keep the secret in a file.
    (package / "file.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        f"class {name}(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username): return 'S3cr3t'\n"
        "    def set_password(self, service, username, password): print(password)\n"
        "    def delete_password(self, service, username): pass\n"
    )
    config = tmp_path / ".config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=keyrings.alt.file.{name}\nkeyring-path={tmp_path}\n"
    )
    for line in try_with({}, tmp_path):
        assert f"keyrings.alt.file.{name}" in line
        assert "unprotected" in line


def test_a_back_end_that_fails_tells_no_secret(tmp_path: Path) -> None:
    (tmp_path / "brittle.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Brittle(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username): raise OSError('S3cr3t')\n"
        "    def set_password(self, service, username, password): raise TypeError(password)\n"
        "    def delete_password(self, service, username): pass\n"
    )
    environ = {"PYTHON_KEYRING_BACKEND": "brittle.Brittle", "PYTHONPATH": f"{tmp_path}:."}
    got, kept, deleted, described = try_with(environ, tmp_path)
    assert got.startswith("The keyring failed (OSError).")
    assert kept.startswith("The keyring failed (TypeError).")
    assert deleted.startswith("The keyring failed (OSError).")
    assert described == "served"


@pytest.mark.parametrize(
    "desktop,names",
    [
        ("KDE", "kwalletmanager"),
        ("XFCE", "gnome-keyring"),
        ("sway", "KeePassXC"),
        ("", "KeePassXC"),
    ],
)
def test_the_hint_fits_the_desktop(desktop: str, names: str) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "XDG_CURRENT_DESKTOP": desktop}
    assert names in keyring_hint(environ)
