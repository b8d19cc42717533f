"""The sandbox's routes, and a uvicorn server that lets faults reach the connection."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.sandbox.control import control_routes
from app.sandbox.door import TRANSPORT, Door
from app.sandbox.page import page_routes
from app.sandbox.server import ending_by_signal


def build_server(doors: Mapping[str, Door], ready: Callable[[], None]) -> SandboxServer:
    """Return a server for these doors that calls `ready` once it answers."""
    app = Starlette(
        routes=[
            *page_routes(doors),
            *control_routes(doors),
            # A route beside the mount, so that the bare base is no redirect.
            *(Route(f"/{kind}", endpoint=_Endpoint(door)) for kind, door in doors.items()),
            *(Mount(f"/{kind}", app=door) for kind, door in doors.items()),
        ],
        # A web page that rebinds its name to loopback must not reach the control surface.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
    config = Config(
        app,
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    return SandboxServer(config, doors, ready)


class _Endpoint:
    """Lets a plain route lead to an ASGI application; starlette takes functions for views."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, handing its transport down: a fault must be able to end it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope[TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = with_transport


class SandboxServer(Server):
    """uvicorn's server with ways of its own to be ready, to wait, and to end."""

    def __init__(
        self, config: Config, doors: Mapping[str, Door], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._doors = doors
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None

    def end(self) -> None:
        """Make `run` return; from any thread or signal handler, more than once too."""
        self.should_exit = True
        if self._loop is not None and self._ended is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._ended.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        for door in self._doors.values():
            door.open()
        await super().startup(sockets)
        self._ready()

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn's own way looks ten times a second."""
        if self._ended is not None and not self.should_exit:
            await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of what waits, then of all connections."""
        for door in self._doors.values():
            door.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by SIGTERM and SIGINT; uvicorn's own way ends the whole process by them."""
        with ending_by_signal(self.end):
            yield
