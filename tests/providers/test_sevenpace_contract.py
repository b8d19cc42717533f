"""7pace keeps the contract, against its stand-in over real HTTP."""

from __future__ import annotations

import pytest

from tests.providers.contract import ProviderContract
from tests.providers.contract_batch import BatchContract
from tests.providers.sevenpace_stage import SevenpaceStage


class TestSevenpaceContract(ProviderContract, BatchContract):
    """All that every provider must do, and one that creates several entries at once."""

    @pytest.fixture
    def stage(self, sevenpace: SevenpaceStage) -> SevenpaceStage:
        return sevenpace
