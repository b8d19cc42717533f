"""The servers that providers are tested against: one for a whole module, empty for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.sandbox.server import Sandbox
from tests.providers.sevenpace_stage import KIND, SevenpaceStage


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([KIND]) as sandbox:
        yield sandbox


@pytest.fixture
def sevenpace(sandbox: Sandbox) -> Iterator[SevenpaceStage]:
    sandbox.reset(KIND)
    stage = SevenpaceStage(sandbox)
    yield stage
    stage.close()
