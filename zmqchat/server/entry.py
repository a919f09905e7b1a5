"""How a session begins and ends: hello, the name it claims, the welcome, goodbye."""

from __future__ import annotations

import hmac
import logging

from zmqchat.domain.batch import Actor
from zmqchat.domain.people import Claim, Claimed, recognise
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LABEL_CHARACTERS, VERSION
from zmqchat.protocol.replies import ReplyBody
from zmqchat.protocol.requests import Hello
from zmqchat.runtime.log import note
from zmqchat.server.committer import ClaimJob, Forget
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.welcome import listen_token, welcome

log = logging.getLogger(__name__)

_VERSIONS_SHOWN = 8
_ASSIGNED_BYTES = 5


class Entry:
    """Opens and closes `sessions`. Times named `now` are monotonic seconds."""

    def __init__(self, parts: Parts, sessions: Sessions) -> None:
        self._parts = parts
        self._sessions = sessions

    def hello(self, incoming: Incoming, request: int, body: Hello, now: float) -> ReplyBody | None:
        """The welcome, or None while a new name is being written; Refused otherwise."""
        _check_version(body.versions)
        _check_routing_id(incoming.peer)
        claim = Claim(
            key=bytes.fromhex(incoming.key),
            name=body.name,
            label=body.label[:LABEL_CHARACTERS],
            holds_link=hmac.compare_digest(body.token.encode(), self._parts.join_token.encode()),
            personal_key=self._parts.token(32),
        )
        known = recognise(self._parts.state, claim)
        if known is not None:
            return self.open(incoming, known, now)
        self._parts.submit(
            ClaimJob(
                incoming.peer,
                request,
                self._parts.clock_us(),
                claim,
                incoming.key,
                incoming.fd,
                incoming.address,
            )
        )
        return None

    def open(self, peer: Incoming | ClaimJob, claimed: Claimed, now: float) -> ReplyBody:
        """Opens the session, in the place of one that the connection had, and welcomes it."""
        parts = self._parts
        self.end(peer.peer, "said hello again")
        actor = Actor(claimed.user, claimed.device.id)
        now_us = parts.clock_us()
        listen = listen_token(parts.facts, actor, now_us)
        self._sessions.open(
            Session(peer.peer, peer.key, actor, peer.fd, peer.address, now, listen.until_us)
        )
        parts.metrics.sessions.set(len(self._sessions))
        note(log, "session opened", user=actor.user.name, device=actor.device)
        return welcome(parts.state, parts.facts, actor, listen, parts.recency.cursor, now_us)

    def end(self, peer: bytes, why: str) -> None:
        """Closes a peer's session, if it has one."""
        session = self._sessions.close(peer)
        if session is None:
            return
        self._parts.submit(Forget(peer))
        self._parts.metrics.sessions.set(len(self._sessions))
        note(log, "session closed", user=session.actor.user.name, why=why)


def _check_version(versions: list[int]) -> None:
    if VERSION not in versions:
        raise Refused(
            Code.UNSUPPORTED_VERSION,
            f"The server speaks protocol version {VERSION}, the client "
            f"{versions[:_VERSIONS_SHOWN]}. Update the older of the two; nothing was changed.",
        )


def _check_routing_id(peer: bytes) -> None:
    """Only an id that libzmq gave: one that a client chose could be another's after it left."""
    if len(peer) != _ASSIGNED_BYTES or peer[0] != 0:
        raise Refused(
            Code.BAD_REQUEST,
            "The connection has a routing id of its own. Connect without setting one.",
        )
