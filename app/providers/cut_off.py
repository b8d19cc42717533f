"""Ends a request from outside: one that takes too long in whole, or whose account closes."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any


class CutOff:
    """Ends a request that takes too long in whole, by shutting its socket down from another thread.

    httpx bounds each wait only: a server that sends one byte of its headers every few seconds would
    hold the lane for hours.
    """

    def __init__(self) -> None:
        self._stream: Any = None

    def see(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the newest stream: the TCP connection, then the TLS one around it."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]

    def cut(self) -> None:
        """Shut the connection down; what waits on it wakes up with an error."""
        if self._stream is None:
            return
        raw = self._stream.get_extra_info("socket")
        try:
            # The plain shutdown under TLS too: a polite goodbye would wait for the peer.
            socket.socket.shutdown(raw, socket.SHUT_RDWR)
        except (OSError, ValueError):
            return  # already gone
