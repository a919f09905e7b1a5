"""Takes requests in and answers them: who asks, whether they may, and what came of it.

Who may ask for what is decided here, before anything else, by the realm's one table of permissions;
what each request does stands in `answers`. Here is also what comes back: commits and reads.
"""

from __future__ import annotations

import logging

from zmqchat.domain.batch import Actor, Segment
from zmqchat.domain.decision import NOTHING, Decision
from zmqchat.domain.people import Claimed
from zmqchat.domain.realm_permissions import NOBODY, OPERATOR, Asking, asking, require_realm
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import (
    Accepted,
    Done,
    Fault,
    OneTimeCode,
    Refusal,
    ReplyBody,
    RoomCreated,
    Sent,
)
from zmqchat.runtime.log import note
from zmqchat.server.admission import Admission
from zmqchat.server.announcements import Announcements
from zmqchat.server.answers import ANSWERS
from zmqchat.server.answers.desk import Asked, Desk, Load
from zmqchat.server.entry import Entry
from zmqchat.server.jobs import (
    AccountJob,
    Answer,
    ClaimJob,
    CreateJob,
    DirectJob,
    Job,
    Outcome,
    SendJob,
)
from zmqchat.server.parts import Incoming, Parts
from zmqchat.server.recent import Recent
from zmqchat.server.sessions import Session, Sessions
from zmqchat.server.welcome import open_rooms
from zmqchat.server.workers import Ready

log = logging.getLogger(__name__)

CONGESTED_BYTES = 32 * 1024 * 1024
"""Bytes of sends under way at which the loop stops reading, and TCP slows the senders."""

_SHOWN = 200
"""Characters of a complaint that may quote what was sent: an answer is no place for a megabyte."""


_OWN_MATTERS = (ask.MarkRead, ask.SetRoom, ask.Ignore, ask.SetProfile)
"""What concerns nobody else, and is not noted in the log."""


class Service:
    """Answers requests on a realm's state. Times named `now` are monotonic seconds."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = parts.state
        self.sessions = Sessions(self._presence_changed)
        self.announcements = Announcements(
            self._state, self.sessions.presence, parts.publisher.signal
        )
        admission = self._admission = Admission(parts.allowance)
        self._entry = Entry(parts, self.sessions, admission)
        self._load = Load()
        self._desk = Desk(
            parts,
            self.sessions,
            admission,
            self._entry,
            self._load,
            self.announcements,
            Recent(parts.reader),
        )

    @property
    def congested(self) -> bool:
        """Whether so much waits to be written that nothing more should be read now."""
        return self._load.under_way > CONGESTED_BYTES

    # ── requests ─────────────────────────────────────────────────────────────────────────────────

    def handle(self, incoming: Incoming, now: float) -> None:
        """Answers one frame, at once or later; whatever is wrong with it concerns its peer only."""
        number = 0
        try:
            envelope = codec.decode_envelope(incoming.data)
            number = envelope.id
            reply = self._answer(incoming, envelope, now)
        except PeerError as error:
            self._parts.metrics.bad_requests.inc()
            text = f"{error.message[:_SHOWN]}. Nothing was done."
            number = number or codec.request_id(incoming.data) or 0
            self._parts.fault(incoming.peer, number, Fault(Code.BAD_REQUEST, text))
        except ChatError as error:
            self.refuse(incoming, number, error)
        except Exception:
            # A fault of ours that one peer found: it must not take the others' server down.
            log.exception("a request failed unexpectedly")
            fault = Fault(Code.INTERNAL, "The server failed to answer this request.")
            self._parts.fault(incoming.peer, number, fault)
        else:
            if reply is not None:
                self._parts.ok(incoming.peer, number, reply)

    def refuse(self, incoming: Incoming, number: int, error: ChatError) -> None:
        """Answers a request with why it is not carried out."""
        fault = Fault(error.code, error.message, error.retry_after)
        self._parts.fault(incoming.peer, number, fault)

    def _answer(self, incoming: Incoming, envelope: codec.Envelope, now: float) -> ReplyBody | None:
        """Who may not ask for this at all is refused before any of it is decoded."""
        session = self.sessions.find(incoming.peer, incoming.key)
        who = self._who(incoming, session, now)
        kind = ask.BY_TYPE.get(envelope.type)
        if kind is not None or who is NOBODY:
            require_realm(who, kind or object)
        body = codec.decode_request(incoming.data).body
        answer = ANSWERS.get(type(body))
        if answer is None:
            raise Refused(Code.BAD_REQUEST, "This server does not take that request.")
        return answer(self._desk, Asked(who, session, incoming, envelope.id, body, now))

    def _who(self, incoming: Incoming, session: Session | None, now: float) -> Asking:
        """Who asks, as of now: a session may have outlived its rights, or its user's name."""
        if session is None and incoming.key == self._parts.operator_key:
            self._entry.operator(incoming)
            return OPERATOR
        if session is None:
            return NOBODY
        session.last_seen = now
        who = asking(self._state, session.actor.device)
        if who.user is not None and who.user is not session.actor.user:
            session.actor = Actor(who.user, who.device)
        return who

    # ── what comes back ──────────────────────────────────────────────────────────────────────────

    def committed(self, outcome: Outcome, now: float) -> None:
        """Publishes and acknowledges what a commit made durable; who is out hears none of it."""
        if outcome.cut_devices:
            self._cut(outcome)
        for segment in outcome.segments:
            self._parts.recency.room_changed(segment.room.id)
        for user in outcome.touched_users:
            self._parts.recency.rooms_of_user_changed(user)
        self._parts.publisher.add(outcome.segments, outcome.committed_us, now)
        self._parts.publisher.flush(now)
        if outcome.segments:
            self._parts.searcher.nudge(at_once=_erases(outcome.segments))
        for job, answer in outcome.answers:
            self._acknowledge(job, answer, outcome.committed_us, now)
        self._nudge(outcome.touched_users | outcome.touched_accounts)

    def _cut(self, outcome: Outcome) -> None:
        """Ends the sessions of devices that are out, and their connections.

        Who asked for it is told on its own connection: it has no session there any more.
        """
        told = {job.peer for job, _ in outcome.answers if isinstance(job, AccountJob)}
        for number in outcome.cut_devices:
            device = self._state.device(number)
            for session in self.sessions.of_device(device.user, number) if device else ():
                self._entry.end(session.peer, "its device is out")
                if session.peer not in told:
                    self._parts.hang_up(session.fd, session.address)
            self._parts.metrics.cut_devices.inc()

    def answered(self, ready: Ready) -> None:
        """A worker has a reply ready; much may have changed since it was asked for."""
        ready.done()
        try:
            ready.check()
        except ChatError as error:
            fault = Fault(error.code, error.message, error.retry_after)
            self._parts.fault(ready.peer, ready.request, fault)
        else:
            self._parts.respond(ready.peer, ready.frame)

    def _acknowledge(self, job: Job, answer: Answer, committed_us: int, now: float) -> None:
        match job, answer:
            case SendJob(), list():
                self._sent(job, answer, committed_us)
            case ClaimJob(), Claimed() | Fault():
                self._claimed(job, answer, now)
            case ((CreateJob() | DirectJob()), int()):
                self._created(job, answer)
            case AccountJob(), Decision():
                self._changed(job, answer)
            case ((CreateJob() | DirectJob() | AccountJob()), Fault()):
                self._parts.fault(job.peer, job.request, answer)

    def _sent(self, job: SendJob, results: list[Accepted | Refusal], committed_us: int) -> None:
        user = job.actor.user.id
        self._load.remove(user, job.size)
        if job.refuse is None and not any(isinstance(each, Accepted) for each in results):
            self._admission.not_stored(user, job.size)
        session = self.sessions.get(job.peer)
        if session is not None:
            session.sends_in_flight = max(0, session.sends_in_flight - len(job.items))
        self._parts.metrics.sent(results, committed_us - job.received_us)
        self._parts.ok(job.peer, job.request, Sent(results))

    def _claimed(self, job: ClaimJob, answer: Claimed | Fault, now: float) -> None:
        if job.claim.is_further_device:
            self._parts.metrics.credentials_tried(isinstance(answer, Claimed))
        if isinstance(answer, Fault):
            self._parts.fault(job.peer, job.request, answer)
            return
        try:
            reply = self._entry.open(job, answer, job.presence, now)
        except Refused as error:
            fault = Fault(error.code, error.message, error.retry_after)
            self._parts.fault(job.peer, job.request, fault)
        else:
            self._parts.ok(job.peer, job.request, reply)

    def _changed(self, job: AccountJob, decision: Decision) -> None:
        if decision.until_us:
            self._parts.ok(job.peer, job.request, OneTimeCode(job.code, decision.until_us))
        else:
            self._parts.ok(job.peer, job.request, Done())
        if decision is NOTHING:
            return
        what = str(type(job.body).__struct_config__.tag)
        self._parts.metrics.account_changed(what)
        if isinstance(job.body, ask.SetProfile) and job.who.user is not None:
            self.announcements.profile_changed(job.who.user.id)
        if not isinstance(job.body, _OWN_MATTERS):
            by = job.who.user.name if job.who.user else "the operator"
            note(log, "account changed", request=what, by=by)

    def _created(self, job: CreateJob | DirectJob, room: int) -> None:
        if self.sessions.get(job.peer) is None:
            return  # it left, or was put out: the room's key is not for it
        opened = open_rooms(self._state, job.actor.user.id, [room])
        if not opened:  # a repetition, by somebody who has left the room since
            fault = Fault(Code.NOT_FOUND, "The room was made, and you have left it since.")
            self._parts.fault(job.peer, job.request, fault)
            return
        if isinstance(job, CreateJob):
            note(log, "room created", room=opened[0].name, by=job.actor.user.name)
        self._parts.ok(job.peer, job.request, RoomCreated(opened[0]))

    def _nudge(self, users: set[int]) -> None:
        for user_id in users:
            user = self._state.user(user_id)
            if user is not None and self.sessions.is_connected(user_id):
                self._parts.publisher.nudge(user)

    def _presence_changed(self, user: int) -> None:
        self.announcements.presence_changed(user)

    def settle(self) -> None:
        """What is to be looked after every second or so."""
        self._parts.searcher.settle()

    def end(self, peer: bytes, why: str) -> None:
        """Closes a peer's session, if it has one."""
        self._entry.end(peer, why)


def _erases(segments: list[Segment]) -> bool:
    """Whether something is to be taken out of what was derived from the log."""
    return any(event.type == "redacted" for segment in segments for event in segment.events)
