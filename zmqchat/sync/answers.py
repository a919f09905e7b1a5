"""What each reply brings about, by what it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from zmqchat.errors import RETRYABLE, Code
from zmqchat.protocol.limits import SUITE
from zmqchat.protocol.replies import (
    Beat,
    CaughtUpAll,
    ChainsAt,
    Fault,
    OpenedRooms,
    Reply,
    ReplyBody,
    RoomCreated,
    Sent,
    Welcome,
)
from zmqchat.sync.catching_up import GRACE_S
from zmqchat.sync.context import Asked, Purpose
from zmqchat.sync.effects import AccountChanged, Answered, Guessed
from zmqchat.sync.parts import Parts

_ENDED = frozenset({Code.DEVICE_REMOVED, Code.DEACTIVATED})
"""What ends this device's sessions for good, whatever was asked."""


class Answers:
    """Reads replies, and hands what they say to the parts that it concerns."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._account = -1  # the version that was told last
        self._guesses = 0  # and how many wrong passwords
        self._readers: dict[Purpose, Callable[[float, Asked, ReplyBody], bool]] = {
            Purpose.HELLO: self._welcomed,
            Purpose.HEARTBEAT: self._beaten,
            Purpose.SEND: self._sent,
            Purpose.CATCH_UP: self._caught_up,
            Purpose.CHAINS: self._chains,
            Purpose.OPEN_ROOMS: self._opened,
        }

    def read(self, now: float, asked: Asked, reply: Reply) -> None:
        """The reply to `asked` came."""
        if asked.purpose is Purpose.CALL:
            self._called(now, asked, reply)
        elif reply.error is not None:
            self._refused(now, asked, reply.error)
        elif reply.ok is None or not self._readers[asked.purpose](now, asked, reply.ok):
            self._parts.lost(now)  # an answer to another question: this peer is out of step

    # ── the session ──────────────────────────────────────────────────────────────────────────────

    def _welcomed(self, now: float, asked: Asked, welcome: ReplyBody) -> bool:
        if not isinstance(welcome, Welcome):
            return False
        parts = self._parts
        if welcome.suite != SUITE:
            parts.expelled(_another_suite(welcome.suite))
            return True
        parts.clock.sample(asked.sent, now, welcome.time_us)
        parts.session.welcomed(now, welcome)
        parts.heartbeats.begin(now, welcome.cursor, welcome.heartbeat_s)
        parts.signalling.begin(welcome.rooms)
        parts.listening.unsubscribe(parts.rooms.begin(now, welcome, asked.about))
        parts.aligned = not parts.listens
        if parts.listens:
            parts.listening.welcome(now, welcome.brokers, welcome.listen)
        for key, body in parts.calls.items():
            parts.context.ask(now, Purpose.CALL, body, key)
        self._tell_account(welcome.account)
        self._tell_guesses(welcome.guesses)
        return True

    def _beaten(self, now: float, asked: Asked, beat: ReplyBody) -> bool:
        if not isinstance(beat, Beat):
            return False
        parts = self._parts
        barriers, applied = asked.about
        parts.clock.sample(asked.sent, now, beat.time_us)
        parts.session.works(now)
        parts.heartbeats.answered(now, beat.cursor)
        if beat.listen is not None:
            parts.listening.renew(beat.listen)
        self._compare_rooms(beat.rooms, applied)
        self._tell_account(beat.account)
        self._tell_guesses(beat.guesses)
        for head in beat.heads:
            parts.rooms.head(now, head, applied.get(head.room, -1))
        parts.rooms.unconfirmed(now, applied)
        fresh = parts.listening.in_force and barriers == parts.barriers
        parts.rooms.catch_ups.want(now, GRACE_S if parts.aligned else 0.0)
        parts.aligned = parts.aligned or fresh
        if beat.personal is not None and parts.rooms.epochs.renew(beat.personal):
            parts.listen(now)
        return True

    def _tell_account(self, version: int) -> None:
        if version != self._account:
            self._account = version
            self._parts.context.emit(AccountChanged(version))

    def _tell_guesses(self, count: int) -> None:
        if count >= 2 * self._guesses and count:
            self._guesses = count
            self._parts.context.emit(Guessed(count))
        elif not count:
            self._guesses = 0

    def _compare_rooms(self, rooms: Sequence[int] | None, known: Mapping[int, int]) -> None:
        """All rooms of the user, as they were when the rooms in `known` were known here."""
        if rooms is None:
            return
        here = self._parts.rooms
        for room in set(rooms) - here.infos.keys():
            here.queue.add(room)
        for room in known.keys() & here.infos.keys() - set(rooms):
            self._parts.listening.unsubscribe(here.close(room))

    # ── sends and rooms ──────────────────────────────────────────────────────────────────────────

    def _sent(self, now: float, asked: Asked, sent: ReplyBody) -> bool:
        outbox = self._parts.outbox
        if not isinstance(sent, Sent) or not outbox.results(now, asked.about, sent.results):
            return False
        self._parts.session.works(now)
        return True

    def _caught_up(self, now: float, asked: Asked, caught_up: ReplyBody) -> bool:
        if not isinstance(caught_up, CaughtUpAll):
            return False
        self._parts.rooms.catch_ups.answered(now, asked.about, caught_up.spans)
        return True

    def _chains(self, now: float, asked: Asked, chains: ReplyBody) -> bool:
        if not isinstance(chains, ChainsAt):
            return False
        self._parts.rooms.branches.answered(now, asked.about, chains.chains)
        return True

    def _opened(self, now: float, asked: Asked, opened: ReplyBody) -> bool:
        if not isinstance(opened, OpenedRooms):
            return False
        parts = self._parts
        parts.rooms.queue.answered(asked.about)
        for room in set(asked.about) - {info.room for info in opened.rooms}:
            parts.listening.unsubscribe(parts.rooms.close(room))
        if parts.rooms.adopt(now, opened.rooms, {}):
            parts.listen(now)
        parts.rooms.catch_ups.want(now)
        return True

    # ── what the shell asked ─────────────────────────────────────────────────────────────────────

    def _called(self, now: float, asked: Asked, reply: Reply) -> None:
        parts = self._parts
        if reply.error is not None and reply.error.code == Code.NO_SESSION:
            parts.lost(now)
        elif reply.error is not None and reply.error.code in _ENDED:
            parts.expelled(reply.error)
        elif asked.about in parts.calls:
            del parts.calls[asked.about]
            if isinstance(reply.ok, RoomCreated) and parts.rooms.adopt(now, [reply.ok.room], {}):
                parts.listen(now)
            parts.context.emit(Answered(asked.about, reply))

    # ── refusals ─────────────────────────────────────────────────────────────────────────────────

    def _refused(self, now: float, asked: Asked, fault: Fault) -> None:
        parts = self._parts
        match asked.purpose:
            case Purpose.HELLO:
                self._hello_refused(now, fault)
            case _ if fault.code == Code.NO_SESSION:
                parts.lost(now)
            case _ if fault.code in _ENDED:
                parts.expelled(fault)
            case Purpose.HEARTBEAT:
                parts.heartbeats.answered(now, None)
            case Purpose.SEND:
                parts.outbox.refused(now, asked.about, fault)
            case Purpose.CATCH_UP:
                parts.rooms.catch_ups.refused(now, fault.retry_after)
            case Purpose.CHAINS:
                parts.rooms.branches.refused(now, fault.retry_after)
            case Purpose.OPEN_ROOMS:
                parts.rooms.queue.refused(now, fault.retry_after)

    def _hello_refused(self, now: float, fault: Fault) -> None:
        if fault.code in RETRYABLE or fault.code == Code.INTERNAL:
            self._parts.outbox.hold(fault.code, fault.message, fault.retry_after)
            self._parts.lost(now, fault.retry_after)
        else:
            self._parts.expelled(fault)


def _another_suite(suite: str) -> Fault:
    return Fault(
        Code.UNSUPPORTED_VERSION,
        f"The server seals and hashes with {suite[:64]!r}, and this version of zmqchat knows "
        f"{SUITE} only. Nothing was sent. Use a version that goes with the server's.",
    )
