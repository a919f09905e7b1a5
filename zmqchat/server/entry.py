"""How a session begins and ends: hello, the name it claims, the welcome, goodbye."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass, replace

from zmqchat.domain.batch import Actor
from zmqchat.domain.case import UNVERIFIED, Verified
from zmqchat.domain.people import (
    Claim,
    Claimed,
    code_fits,
    password_to_compare,
    recognise,
    unfitting,
)
from zmqchat.domain.realm_permissions import asking, require_realm
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import LABEL_CHARACTERS, VERSION
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Fault, ReplyBody
from zmqchat.protocol.requests import Hello
from zmqchat.runtime.log import note, warn
from zmqchat.runtime.peers import place_of
from zmqchat.security.codes import code_hash
from zmqchat.security.passwords import verify_password
from zmqchat.server.admission import Admission
from zmqchat.server.guesses import TOLD_FROM
from zmqchat.server.jobs import ClaimJob, Forget
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.welcome import listen_token, welcome

log = logging.getLogger(__name__)

SESSIONS_PER_DEVICE = 64
"""Sessions that one device may have at once: every program of it has one."""

SESSIONS_PER_USER = 256
"""Sessions that one user may have at once."""

_OPERATOR = 0  # owns its connections as users do theirs
_VERSIONS_SHOWN = 8
_ASSIGNED_BYTES = 5
_FULL_S = 5.0


@dataclass(frozen=True, slots=True)
class _Knock:
    """A hello of a key that is not known, while it is being looked at."""

    incoming: Incoming
    request: int
    claim: Claim
    presence: Presence


class Entry:
    """Opens and closes `sessions`. Times named `now` are monotonic seconds."""

    def __init__(self, parts: Parts, sessions: Sessions, admission: Admission) -> None:
        self._parts = parts
        self._sessions = sessions
        self._admission = admission

    def hello(self, incoming: Incoming, request: int, body: Hello, now: float) -> ReplyBody | None:
        """The welcome, or None while the claim is being decided; Refused otherwise."""
        device = self._parts.state.device_of(bytes.fromhex(incoming.key))
        self._admission.hello(device.id if device else None, incoming.address, now)
        _check_version(body.versions)
        _check_routing_id(incoming.peer)
        check_presence(body.presence)
        claim = self._claim(incoming, body)
        known = recognise(self._parts.state, claim)
        if known is not None:
            return self.open(incoming, known, body.presence, now)
        self._check_newcomer(incoming)
        knock = _Knock(incoming, request, claim, body.presence)
        if not claim.is_further_device:
            self._submit(knock)
        elif claim.code_hash and code_fits(self._parts.state, claim, self._parts.clock_us()):
            # Nobody guesses 80 bits: codes need no limit, and whoever has one no password.
            self._submit(replace(knock, claim=replace(claim, password=None)))
        elif body.password:
            self._compare(knock, body.password, now)
        else:
            self._parts.metrics.credentials_tried(False)
            raise unfitting()
        return None

    def _check_newcomer(self, incoming: Incoming) -> None:
        """Refuses somebody new where there is no room for them; Refused(BUSY), for some leave."""
        slots = self._parts.slots
        if not slots.is_settled(incoming.fd) and not slots.has_room(None, known=False):
            text = (
                "The server has as many connections as it takes; what is left is for those who "
                "were here before. Nothing was changed. Try again later."
            )
            raise Refused(Code.BUSY, text, _FULL_S)

    def _check_room(self, fd: int, claimed: Claimed) -> None:
        """Refuses a session too many of a device or user; Refused(BUSY), for others will end."""
        slots = self._parts.slots
        if slots.is_settled(fd):
            return  # in the place of the session that this connection has
        user, device = claimed.user.id, claimed.device.id
        of_device = len(self._sessions.of_device(user, device))
        if of_device >= SESSIONS_PER_DEVICE or not slots.has_room(user, known=True):
            most = f"{SESSIONS_PER_DEVICE} sessions of a device, {SESSIONS_PER_USER} of a user"
            text = f"There are too many open already ({most}). End some, and try again."
            raise Refused(Code.BUSY, text, _FULL_S)

    def _claim(self, incoming: Incoming, body: Hello) -> Claim:
        return Claim(
            key=bytes.fromhex(incoming.key),
            name=body.name,
            label=body.label[:LABEL_CHARACTERS],
            holds_link=hmac.compare_digest(body.token.encode(), self._parts.join_token.encode()),
            token_hash=code_hash(body.token),
            password=UNVERIFIED if body.password else None,
            code_hash=code_hash(body.code) if body.code else None,
        )

    def _compare(self, knock: _Knock, password: str, now: float) -> None:
        """Has the password compared, which takes long, before the claim is decided."""
        compared = password_to_compare(self._parts.state, knock.claim.name)
        guesses, place = self._admission.guesses, place_of(knock.incoming.address)
        guesses.allow(compared.user, place, now)
        try:
            self._parts.passwords.submit(
                lambda: verify_password(compared.hash, password),
                lambda fits: self._compared(knock, compared, fits, now),
                place,
                known=guesses.is_known(compared.user, place),
            )
        except Refused:
            guesses.give_back(compared.user, place)
            raise

    def _compared(self, knock: _Knock, compared: Verified, fits: bool | Fault, now: float) -> None:
        if isinstance(fits, Fault):
            self._parts.fault(knock.incoming.peer, knock.request, fits)
            return
        if not fits:
            count = self._admission.guesses.went_wrong(compared.user, now)
            if count % TOLD_FROM == 0:
                address = knock.incoming.address
                warn(log, "wrong passwords", user=knock.claim.name, address=address, today=count)
        verified = compared if fits else UNVERIFIED
        self._submit(replace(knock, claim=replace(knock.claim, password=verified)))

    def _submit(self, knock: _Knock) -> None:
        incoming = knock.incoming
        self._parts.submit(
            ClaimJob(
                incoming.peer,
                knock.request,
                self._parts.clock_us(),
                knock.claim,
                knock.presence,
                incoming.key,
                incoming.fd,
                incoming.address,
            )
        )

    def open(
        self, peer: Incoming | ClaimJob, claimed: Claimed, presence: Presence, now: float
    ) -> ReplyBody:
        """Opens the session, in the place of one that the connection had, and welcomes it.

        Refused where the device has no right to one any more, or there are too many by now: others
        of its hellos may have been decided since this one was read.
        """
        parts = self._parts
        self._check_room(peer.fd, claimed)
        self.end(peer.peer, "said hello again")
        # As of now: a device can be removed in the very commit that let it in.
        who = asking(parts.state, claimed.device.id)
        require_realm(who, Hello)
        self._settle(peer.fd, claimed.user.id)
        actor = Actor(who.user or claimed.user, claimed.device.id)
        now_us = parts.clock_us()
        listen = listen_token(parts.facts, actor, now_us)
        self._sessions.open(
            Session(
                peer.peer, peer.key, actor, peer.fd, peer.address, now, listen.until_us, presence
            )
        )
        self._sessions.saw(actor.device, now_us)
        guesses = self._admission.guesses
        guesses.came_in(actor.user.id, place_of(peer.address))
        parts.metrics.sessions.set(len(self._sessions))
        note(log, "session opened", user=actor.user.name, device=actor.device)
        told = guesses.told(actor.user.id, now)
        return welcome(parts.state, parts.facts, actor, listen, parts.recency.cursor, now_us, told)

    def operator(self, incoming: Incoming) -> None:
        """The operator asks for something, which needs no session."""
        if not self._parts.slots.is_settled(incoming.fd):
            self._settle(incoming.fd, _OPERATOR)

    def _settle(self, fd: int, user: int) -> None:
        """The connection is the user's now; where there are too many, another one is ended."""
        loser = self._parts.slots.settle(fd, user)
        if loser == fd:
            text = "The server has as many connections as it takes. Try again later."
            raise Refused(Code.BUSY, text, _FULL_S)
        if loser is None:
            return
        sessions = self._sessions.on_connection(loser)
        for session in sessions:
            self.end(session.peer, "made room: its user has the most connections")
        # The operator has connections without a session.
        self._parts.hang_up(loser, sessions[0].address if sessions else None)

    def end(self, peer: bytes, why: str) -> None:
        """Closes a peer's session, if it has one."""
        session = self._sessions.close(peer)
        if session is None:
            return
        self._parts.submit(Forget(peer, session.actor.user.id, session.actor.device))
        for workers in (self._parts.workers, self._parts.searches):
            workers.forget(session.asker)
        if not self._sessions.on_connection(session.fd):  # the number may be another's by now
            place = place_of(session.address)
            self._parts.slots.unsettle(session.fd, place, session.last_seen)
        self._parts.metrics.sessions.set(len(self._sessions))
        note(log, "session closed", user=session.actor.user.name, why=why)


def check_presence(presence: Presence) -> None:
    """Refuses what an open session cannot say of its person."""
    if presence is Presence.OFFLINE:
        raise Refused(
            Code.BAD_REQUEST,
            "Nobody is offline in an open session; hidden is what does not count. "
            "Nothing was changed.",
        )


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
