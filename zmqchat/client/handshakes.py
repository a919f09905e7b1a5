"""What is known of a server that does not answer: away, something else, or one with another key.

A handshake that fails says nothing by itself, for proxies, tunnels and servers that are being
killed let it fail too. So the peer is looked at (`knock`), and only one that was seen to be a CURVE
server with another key, several times over more than a moment, is said to be one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import zmq

from zmqchat.client.reaching import knock
from zmqchat.errors import Code, Unavailable
from zmqchat.security.knock import Found
from zmqchat.security.links import JoinLink, bracketed

_LOOK_S = 3.0
_WRONG_KEY_TIMES = 3
_WRONG_KEY_S = 1.0

_WHAT_IS_THERE = {
    Found.OTHER_KEY: "who answers there does not hold the key of the join link",
    Found.CLOSED: "whoever accepts connections there ends them at once (a proxy, or a server that "
    "is starting, full or being stopped)",
    Found.SILENT: "whoever accepts connections there says nothing",
    Found.FOREIGN: "what listens there is no zmqchat server",
    Found.AWAY: "nobody accepts a connection there",
}


class Evidence:
    """What looks at a peer have found, one after the other, until a handshake succeeds."""

    def __init__(self) -> None:
        self._others = 0
        self._since = 0.0
        self._last: Found | None = None

    def succeeded(self) -> None:
        """Whoever listens holds the key."""
        self._others, self._last = 0, None

    def found(self, what: Found, now: float) -> bool:
        """Whether it is certain by now that whoever listens does not hold the link's key."""
        self._last = what
        if what is not Found.OTHER_KEY:
            self._others = 0
            return False
        if not self._others:
            self._since = now
        self._others += 1
        return self._others >= _WRONG_KEY_TIMES and now - self._since >= _WRONG_KEY_S

    @property
    def obstacle(self) -> str:
        """What was there when the peer was last looked at, as " (…)"; "" where nothing is known."""
        return "" if self._last is None else words(self._last)


def words(found: Found) -> str:
    """What was found, as " (…)" behind an address; "" for what says nothing of the failure."""
    what = _WHAT_IS_THERE.get(found)
    return f" ({what})" if what else ""


class Handshakes:
    """Hears what befalls a request connection, and looks at peers with whom handshakes fail.

    `stranger` is called once it is certain that they do not hold the link's key.
    """

    def __init__(self, link: JoinLink, stranger: Callable[[Unavailable], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = link
        self._stranger = stranger
        self._evidence = Evidence()
        self._shaking = False
        self._look: asyncio.Task[Found] | None = None

    @property
    def obstacle(self) -> str:
        """Why the server does not answer, as far as that was seen, as " (…)", or ""."""
        return self._evidence.obstacle

    def befell(self, event: zmq.Event, address: str) -> None:
        """What befell the connection to this address of the server."""
        if event is zmq.Event.HANDSHAKE_SUCCEEDED:
            self._shaking = False
            self._evidence.succeeded()
        elif event is zmq.Event.CONNECTED:
            self._shaking = True
        elif self._shaking:
            self._shaking = False
            if self._look is None:  # the dialling goes on meanwhile
                look = knock(address, self._link.port, self._link.key, _LOOK_S)
                self._look = self._loop.create_task(look)
                self._look.add_done_callback(self._looked)

    def _looked(self, look: asyncio.Task[Found]) -> None:
        self._look = None
        if look.cancelled() or not self._evidence.found(look.result(), self._loop.time()):
            return
        self._stranger(
            Unavailable(
                Code.KEY_MISMATCH,
                f"Whoever listens at {bracketed(self._link.host)}:{self._link.port} does not hold "
                "the key of the join link. Nothing was sent. Ask for a fresh join link; if nobody "
                "changed the server's keys, this is not your server.",
            )
        )

    def close(self) -> None:
        """Looks at nobody any more."""
        if self._look is not None:
            self._look.cancel()
