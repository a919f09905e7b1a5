"""What each request does: find the session, ask the domain, hand the work on, answer.

The table `_ANSWERS` is all there is: a request that it does not name does not exist. Nothing here
blocks: commits go to the committer, reads to the workers, and both come back as calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from zmqchat.domain.people import Claimed
from zmqchat.domain.permissions import Action, require
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import CHAINS_PER_REQUEST, ROOMS_PER_CATCH_UP, SENDS_PER_REQUEST
from zmqchat.protocol.replies import (
    Accepted,
    Done,
    Fault,
    OpenedRooms,
    Refusal,
    ReplyBody,
    RoomCreated,
    Sent,
)
from zmqchat.runtime.log import note
from zmqchat.server import directory, reads
from zmqchat.server.admission import Admission
from zmqchat.server.committer import Answer, ClaimJob, CreateJob, Job, Outcome, SendJob
from zmqchat.server.entry import Entry
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.welcome import TOKEN_US, listen_token, open_rooms

log = logging.getLogger(__name__)

CONGESTED_BYTES = 32 * 1024 * 1024
"""Bytes of sends under way at which the loop stops reading, and TCP slows the senders."""

_ITEM_BYTES = 256
"""What a send under way takes beside its bytes; many small ones would weigh next to nothing."""

_SHOWN = 200
"""Characters of a complaint that may quote what was sent: an answer is no place for a megabyte."""


class Service:
    """Answers requests on a realm's state. Times named `now` are monotonic seconds."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = parts.state
        self._bytes_under_way = 0
        self._admission = Admission()
        self.sessions = Sessions()
        self._entry = Entry(parts, self.sessions)

    @property
    def congested(self) -> bool:
        """Whether so much waits to be written that nothing more should be read now."""
        return self._bytes_under_way > CONGESTED_BYTES

    # ── requests ─────────────────────────────────────────────────────────────────────────────────

    def handle(self, incoming: Incoming, now: float) -> None:
        """Answers one frame, at once or later; whatever is wrong with it concerns its peer only."""
        try:
            request = codec.decode_request(incoming.data)
        except PeerError as error:
            self._parts.metrics.bad_requests.inc()
            number = codec.request_id(incoming.data)
            text = f"{error.message[:_SHOWN]}. Nothing was done."
            fault = Fault(Code.BAD_REQUEST, text)
            self._parts.fault(incoming.peer, number or 0, fault)
            return
        try:
            reply = self._answer(incoming, request.id, request.body, now)
        except ChatError as error:
            fault = Fault(error.code, error.message, error.retry_after)
            self._parts.fault(incoming.peer, request.id, fault)
        except Exception:
            # A fault of ours that one peer found: it must not take the others' server down.
            log.exception("a request failed unexpectedly")
            fault = Fault(Code.INTERNAL, "The server failed to answer this request.")
            self._parts.fault(incoming.peer, request.id, fault)
        else:
            if reply is not None:
                self._parts.ok(incoming.peer, request.id, reply)

    def _answer(
        self, incoming: Incoming, request: int, body: ask.RequestBody, now: float
    ) -> ReplyBody | None:
        if isinstance(body, ask.Hello):
            self._admission.hello(incoming.key, incoming.address, now)
            return self._entry.hello(incoming, request, body, now)
        session = self.sessions.find(incoming.peer, incoming.key)
        if session is None:
            raise Refused(Code.NO_SESSION, "This connection has not said hello.", 0.0)
        session.last_seen = now
        if isinstance(body, ask.Send):
            self._send(session, request, body, len(incoming.data), now)
            return None
        answer = self._ANSWERS.get(type(body))
        if answer is None:
            raise Refused(Code.BAD_REQUEST, "This server does not take that request.")
        result: ReplyBody | None = answer(self, session, request, body, now)
        return result

    def _heartbeat(
        self, session: Session, request: int, body: ask.Heartbeat, now: float
    ) -> ReplyBody:
        now_us = self._parts.clock_us()
        listen = None
        if session.listen_until_us - now_us < TOKEN_US // 2:
            listen = listen_token(self._parts.facts, session.actor, now_us)
            session.listen_until_us = listen.until_us
        user = session.actor.user.id
        return directory.beat(self._state, self._parts.recency, user, body.cursor, listen, now_us)

    def _send(self, session: Session, request: int, body: ask.Send, size: int, now: float) -> None:
        count = len(body.items)
        if not 0 < count <= SENDS_PER_REQUEST:
            raise Refused(
                Code.BAD_REQUEST, f"A send has 1 to {SENDS_PER_REQUEST} items, not {count}."
            )
        refuse = self._admission.sends(session, count, now)
        size += count * _ITEM_BYTES
        received_us = self._parts.clock_us()
        session.sends_in_flight += count
        self._bytes_under_way += size
        self._parts.submit(
            SendJob(session.peer, request, received_us, session.actor, body.items, size, refuse)
        )

    def _create(self, session: Session, request: int, body: ask.CreateRoom, now: float) -> None:
        self._admission.create(session, now)
        self._parts.submit(
            CreateJob(session.peer, request, self._parts.clock_us(), session.actor, body)
        )

    def _catch_up(self, session: Session, request: int, body: ask.CatchUp, now: float) -> None:
        if not 0 < len(body.spans) <= ROOMS_PER_CATCH_UP:
            raise Refused(Code.BAD_REQUEST, f"Ask for 1 to {ROOMS_PER_CATCH_UP} rooms at once.")
        user, realm = session.actor.user.id, self._state.realm.id
        found = [(span, directory.readable(self._state, user, span.room)) for span in body.spans]
        spans = [(span, room) for span, room in found if room is not None]
        self._read(session, request, now, lambda: reads.catch_up(self._parts.reader, realm, spans))

    def _chains(self, session: Session, request: int, body: ask.Chains, now: float) -> None:
        if len(body.seqs) > CHAINS_PER_REQUEST:
            raise Refused(Code.BAD_REQUEST, f"Ask for at most {CHAINS_PER_REQUEST} chains.")
        room = require(self._state, session.actor.user.id, body.room, Action.READ)
        realm, seqs = self._state.realm.id, body.seqs
        reader = self._parts.reader
        self._read(session, request, now, lambda: reads.chains_at(reader, realm, room, seqs))

    def _history(self, session: Session, request: int, body: ask.History, now: float) -> None:
        room = require(self._state, session.actor.user.id, body.room, Action.READ)
        self._read(session, request, now, lambda: reads.history(self._parts.reader, room, body))

    def _read(
        self, session: Session, request: int, now: float, read: Callable[[], ReplyBody]
    ) -> None:
        self._admission.read(session, now)
        self._parts.workers.submit(session.peer, request, read)
        session.reads_in_flight += 1

    def _rooms(self, session: Session, request: int, body: ask.Rooms, now: float) -> ReplyBody:
        self._admission.read(session, now)
        return directory.rooms(self._state, session.actor.user.id)

    def _open_rooms(
        self, session: Session, request: int, body: ask.OpenRooms, now: float
    ) -> ReplyBody:
        self._admission.read(session, now)
        return OpenedRooms(open_rooms(self._state, session.actor.user.id, body.rooms))

    def _members(self, session: Session, request: int, body: ask.Members, now: float) -> ReplyBody:
        self._admission.read(session, now)
        user = session.actor.user.id
        return directory.people(self._state, user, body, self.sessions.is_online)

    def _bye(self, session: Session, request: int, body: ask.Bye, now: float) -> ReplyBody:
        self.end(session.peer, "said goodbye")
        return Done()

    _ANSWERS: ClassVar[dict[type[Any], Callable[..., ReplyBody | None]]] = {
        ask.Heartbeat: _heartbeat,
        ask.CatchUp: _catch_up,
        ask.Chains: _chains,
        ask.History: _history,
        ask.Rooms: _rooms,
        ask.OpenRooms: _open_rooms,
        ask.CreateRoom: _create,
        ask.Members: _members,
        ask.Bye: _bye,
    }

    # ── what comes back ──────────────────────────────────────────────────────────────────────────

    def committed(self, outcome: Outcome, now: float) -> None:
        """Publishes and acknowledges what a commit made durable."""
        for segment in outcome.segments:
            self._parts.recency.room_changed(segment.room.id)
        for user in outcome.touched_users:
            self._parts.recency.rooms_of_user_changed(user)
        self._parts.publisher.add(outcome.segments, outcome.committed_us, now)
        self._parts.publisher.flush(now)
        for job, answer in outcome.answers:
            self._acknowledge(job, answer, outcome.committed_us, now)
        self._nudge(outcome.touched_users)

    def answered(self, peer: bytes, frame: bytes) -> None:
        """A worker has a reply ready."""
        session = self.sessions.get(peer)
        if session is not None:
            session.reads_in_flight = max(0, session.reads_in_flight - 1)
        self._parts.respond(peer, frame)

    def _acknowledge(self, job: Job, answer: Answer, committed_us: int, now: float) -> None:
        match job, answer:
            case SendJob(), list():
                self._sent(job, answer, committed_us)
            case ClaimJob(), Claimed():
                reply = self._entry.open(job, answer, now)
                self._parts.ok(job.peer, job.request, reply)
            case CreateJob(), int():
                self._created(job, answer)
            case ((ClaimJob() | CreateJob()), Fault()):
                self._parts.fault(job.peer, job.request, answer)

    def _sent(self, job: SendJob, results: list[Accepted | Refusal], committed_us: int) -> None:
        self._bytes_under_way -= job.size
        session = self.sessions.get(job.peer)
        if session is not None and session.actor is job.actor:
            session.sends_in_flight -= len(job.items)
        self._parts.metrics.sent(results, committed_us - job.received_us)
        self._parts.ok(job.peer, job.request, Sent(results))

    def _created(self, job: CreateJob, room: int) -> None:
        opened = open_rooms(self._state, job.actor.user.id, [room])
        if not opened:  # a repetition, by somebody who has left the room since
            fault = Fault(Code.NOT_FOUND, "The room was made, and you have left it since.")
            self._parts.fault(job.peer, job.request, fault)
            return
        note(log, "room created", room=opened[0].name, by=job.actor.user.name)
        self._parts.ok(job.peer, job.request, RoomCreated(opened[0]))

    def _nudge(self, users: set[int]) -> None:
        for user_id in users:
            user = self._state.user(user_id)
            if user is not None and self.sessions.is_online(user_id):
                self._parts.publisher.nudge(user)

    def end(self, peer: bytes, why: str) -> None:
        """Closes a peer's session, if it has one."""
        self._entry.end(peer, why)
