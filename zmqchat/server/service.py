"""Takes requests in and answers them: who asks, whether they may, and what came of it.

Who may ask for what is decided here, before anything else, by the realm's one table of permissions;
what each request does stands in `answers`. Here is also what comes back: commits and reads.
"""

from __future__ import annotations

import logging

from zmqchat.domain.batch import Actor
from zmqchat.domain.people import Claimed
from zmqchat.domain.realm_permissions import NOBODY, OPERATOR, Asking, asking, require_realm
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import (
    Accepted,
    Fault,
    Refusal,
    ReplyBody,
    RoomCreated,
    Sent,
)
from zmqchat.runtime.log import note
from zmqchat.server.admission import Admission
from zmqchat.server.answers import ANSWERS
from zmqchat.server.answers.desk import Asked, Desk, Load
from zmqchat.server.committer import Answer, ClaimJob, CreateJob, Job, Outcome, SendJob
from zmqchat.server.entry import Entry
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.welcome import open_rooms

log = logging.getLogger(__name__)

CONGESTED_BYTES = 32 * 1024 * 1024
"""Bytes of sends under way at which the loop stops reading, and TCP slows the senders."""

_SHOWN = 200
"""Characters of a complaint that may quote what was sent: an answer is no place for a megabyte."""


class Service:
    """Answers requests on a realm's state. Times named `now` are monotonic seconds."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = parts.state
        self.sessions = Sessions()
        self._entry = Entry(parts, self.sessions)
        self._load = Load()
        self._desk = Desk(parts, self.sessions, Admission(), self._entry, self._load)

    @property
    def congested(self) -> bool:
        """Whether so much waits to be written that nothing more should be read now."""
        return self._load.under_way > CONGESTED_BYTES

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
        session = self.sessions.find(incoming.peer, incoming.key)
        who = self._who(incoming, session, now)
        require_realm(who, type(body))
        answer = ANSWERS.get(type(body))
        if answer is None:
            raise Refused(Code.BAD_REQUEST, "This server does not take that request.")
        return answer(self._desk, Asked(who, session, incoming, request, body, now))

    def _who(self, incoming: Incoming, session: Session | None, now: float) -> Asking:
        """Who asks, as of now: a session may have outlived its rights, or its user's name."""
        if session is None:
            return OPERATOR if incoming.key == self._parts.operator_key else NOBODY
        session.last_seen = now
        who = asking(self._state, session.actor.device)
        if who.user is not None and who.user is not session.actor.user:
            session.actor = Actor(who.user, who.device)
        return who

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
        self._load.under_way -= job.size
        session = self.sessions.get(job.peer)
        if session is not None:
            session.sends_in_flight = max(0, session.sends_in_flight - len(job.items))
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
            if user is not None and self.sessions.is_connected(user_id):
                self._parts.publisher.nudge(user)

    def end(self, peer: bytes, why: str) -> None:
        """Closes a peer's session, if it has one."""
        self._entry.end(peer, why)
