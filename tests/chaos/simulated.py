"""The clocks and ids of real parts, taken from a world, so that seeds repeat."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import cast

import app.providers.http as http_module
import app.sandbox.sevenpace.world as sandbox_world
from tests.chaos.world import World


@contextlib.contextmanager
def simulated(world: World) -> Iterator[None]:
    """Let the moments of receipt and the server's ids come from the world, so that seeds repeat."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Moment:
            return cast("Moment", world.clock.exact_at.astimezone(tz or UTC))

    class Ids:
        @staticmethod
        def uuid4() -> uuid.UUID:
            return world.new_uuid()

    http, ids = vars(http_module), vars(sandbox_world)
    before = http["datetime"], ids["uuid"]
    http["datetime"], ids["uuid"] = Moment, Ids
    try:
        yield
    finally:
        http["datetime"], ids["uuid"] = before
