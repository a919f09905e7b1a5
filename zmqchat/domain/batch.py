"""One commit's worth of decisions: what is written, acknowledged and published together.

Commands are decided in order, each on the state that those before it left. Events get seq, chain
and ordinal here; nothing is real until the caller has committed `events` and `changes`, and then
applies the changes to the state and publishes the segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from zmqchat.domain.changes import Change
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.messages import decide_posted
from zmqchat.domain.people import Claim, Claimed, claim_name
from zmqchat.domain.rooms import (
    GENERAL_ID,
    MembershipBody,
    decide_create,
    decide_membership,
    rotated,
)
from zmqchat.domain.state import (
    EarlierSend,
    Membership,
    Registration,
    Room,
    Standing,
    StoredEvent,
    User,
)
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest
from zmqchat.protocol.events import TYPE_OF_BODY, Body, Event, Joined, Posted
from zmqchat.protocol.limits import BODY_BYTES, SALT_BYTES, SEND_ID_BYTES
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import CreateRoom, SendItem
from zmqchat.protocol.rooms import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a user, on a device."""

    user: User
    device: int


@dataclass(slots=True)
class Segment:
    """Events of one room in one epoch, in order; `ended` says that the epoch ends after them."""

    room: Room
    lineage: bytes
    events: list[Event] = field(default_factory=list)
    ended: bool = False


@dataclass(slots=True)
class _Tip:
    """The end of a room's log while a batch is being decided; a Room is made of it once."""

    chain_of: Chain
    seq: int
    chain: bytes
    posted: int
    segment: Segment


_SHOWN = 200
"""Characters of a complaint that may quote what was sent: an answer is no place for a megabyte."""

Earlier = Mapping[tuple[int, bytes], EarlierSend]


class Batch:
    """Decides commands on a draft of `state`.

    `earlier` holds what the log knows of the send ids in this batch; `now_us` is the time that
    all its events get; `token(n)` returns n fresh random bytes.
    """

    def __init__(
        self, state: State, earlier: Earlier, now_us: int, token: Callable[[int], bytes]
    ) -> None:
        self._draft = Draft(state)
        self._earlier = dict(earlier)
        self._now_us = now_us
        self._token = token
        self._tips: dict[int, _Tip] = {}
        self.events: list[StoredEvent] = []
        self.segments: list[Segment] = []
        self.touched_users: set[int] = set()

    def changes(self) -> list[Change]:
        """Every value to be written, with the rooms' new heads."""
        for room_id in self._tips:
            self._settle(room_id)
        return list(self._draft.changes())

    def sends(self, actor: Actor, items: Iterable[SendItem]) -> list[Accepted | Refusal]:
        """Decides one sender's items in order; each is accepted or refused on its own."""
        return [self._send(actor, item) for item in items]

    def claim(self, claim: Claim, registration: Registration) -> Claimed:
        """Gives a key its name; a new user becomes a member of the general room."""
        claimed = claim_name(self._draft, claim, registration, self._now_us)
        if claimed.changes:
            self._draft.put(*claimed.changes)
            user = claimed.user
            self._draft.put(
                Membership(GENERAL_ID, user.id, Role.MEMBER, Standing.MEMBER, self._now_us)
            )
            self._record(Actor(user, claimed.device.id), GENERAL_ID, Joined(user.name))
        return claimed

    def create(self, actor: Actor, request: CreateRoom) -> int:
        """Makes a room and returns its id; the same request id returns the same room."""
        if len(request.id) != SEND_ID_BYTES:
            raise Refused(Code.BAD_REQUEST, "The request's id is not a UUID of 16 bytes.")
        known = self._earlier.get((actor.user.id, request.id))
        if known is not None:
            return _created(known)
        room, changes = decide_create(
            self._draft, actor.user.id, request, self._token(32), self._now_us
        )
        self._draft.put(*changes)
        self.touched_users.add(actor.user.id)
        self._record(actor, room.id, Joined(actor.user.name), send_id=request.id)
        return room.id

    def rotate(self, room_id: int) -> None:
        """Begins a new epoch: the current segment ends, and what follows has a new key."""
        room = self._draft.room(room_id)
        assert room is not None
        tip = self._tip(room)
        tip.segment.ended = True
        realm, after = rotated(self._draft.realm, self._settle(room_id), self._token(32))
        self._draft.put(realm, after)
        tip.segment = self._open_segment(after)

    def _send(self, actor: Actor, item: SendItem) -> Accepted | Refusal:
        try:
            return self._repetition(actor, item) or self._decide(actor, item)
        except ChatError as error:
            return Refusal(error.code, error.message, error.retry_after)

    def _repetition(self, actor: Actor, item: SendItem) -> Accepted | None:
        known = self._earlier.get((actor.user.id, item.id))
        if known is None:
            return None
        if not known.repeats(item):
            raise Refused(
                Code.SEND_ID_REUSED,
                "This send id stands for another message already. Nothing was sent.",
            )
        return Accepted(known.seq, known.time_us)

    def _decide(self, actor: Actor, item: SendItem) -> Accepted:
        if len(item.id) != SEND_ID_BYTES:
            raise Refused(Code.BAD_REQUEST, "A send id is a UUID of 16 bytes.")
        if len(item.body) > BODY_BYTES:
            raise Refused(
                Code.TOO_LARGE, f"The body has {len(item.body):,} bytes; at most {BODY_BYTES:,}."
            )
        body = _body_of(item)
        if isinstance(body, Posted):
            if body.reply_to is not None and item.room in self._tips:
                self._settle(item.room)  # the message that it answers may be of this batch
            room = decide_posted(self._draft, actor.user.id, item.room, body)
            return self._append(actor, room, "posted", item.body, item.id)
        if isinstance(body, MembershipBody):
            return self._decide_membership(actor, item, body)
        raise Refused(Code.BAD_REQUEST, f"This server does not take {item.type!r} yet.")

    def _decide_membership(self, actor: Actor, item: SendItem, body: MembershipBody) -> Accepted:
        decision = decide_membership(self._draft, actor.user, item.room, body, self._now_us)
        room = self._draft.room(item.room)
        assert room is not None
        accepted = self._append(actor, room, item.type, item.body, item.id)
        self._draft.put(decision.membership)
        self.touched_users.add(decision.membership.user)
        if decision.rotate:
            self.rotate(room.id)
        return accepted

    def _record(
        self, actor: Actor, room_id: int, body: Body, send_id: bytes | None = None
    ) -> Accepted:
        """Appends an event that the server itself words."""
        room = self._draft.room(room_id)
        assert room is not None
        event_type = TYPE_OF_BODY[type(body)]
        send_id = send_id or self._token(SEND_ID_BYTES)
        return self._append(actor, room, event_type, codec.encode(body), send_id)

    def _append(
        self, actor: Actor, room: Room, event_type: str, body: bytes, send_id: bytes
    ) -> Accepted:
        tip = self._tips.get(room.id) or self._tip(room)
        user, seq, now_us = actor.user, tip.seq + 1, self._now_us
        salt = self._token(SALT_BYTES)
        body_digest = digest(body, salt)
        chain = tip.chain_of.extend(
            tip.chain, seq, event_type, user.name, now_us, send_id, body_digest
        )
        tip.seq, tip.chain = seq, chain
        tip.posted += event_type == "posted"
        self.events.append(
            StoredEvent(
                room.id,
                seq,
                event_type,
                user.name,
                user.id,
                actor.device,
                now_us,
                send_id,
                body,
                salt,
                body_digest,
                chain,
                tip.posted,
            )
        )
        tip.segment.events.append(
            Event(seq, event_type, user.name, actor.device, now_us, send_id, body, salt, b"", chain)
        )
        self._earlier[user.id, send_id] = EarlierSend(
            room.id, seq, event_type, now_us, salt, body_digest
        )
        return Accepted(seq, now_us)

    def _settle(self, room_id: int) -> Room:
        """Brings the draft's room up to its log's end, and returns it."""
        room, tip = self._draft.room(room_id), self._tips.get(room_id)
        assert room is not None
        if tip is not None:
            room = replace(room, seq=tip.seq, chain=tip.chain, posted=tip.posted)
            self._draft.put(room)
        return room

    def _tip(self, room: Room) -> _Tip:
        tip = self._tips.get(room.id)
        if tip is None:
            realm = self._draft.realm
            chain_of = Chain(realm.id, realm.lineage, room.id)
            segment = self._open_segment(room)
            tip = _Tip(chain_of, room.seq, room.chain, room.posted, segment)
            self._tips[room.id] = tip
        return tip

    def _open_segment(self, room: Room) -> Segment:
        segment = Segment(room, self._draft.realm.lineage)
        self.segments.append(segment)
        return segment


def _body_of(item: SendItem) -> Body:
    try:
        return codec.decode_body(item.type, item.body)
    except PeerError as error:
        raise Refused(Code.BAD_REQUEST, f"{error.message[:_SHOWN]}. Nothing was sent.") from None


def _created(known: EarlierSend) -> int:
    """The room that an earlier request with this id made; its first event bears the id."""
    if (known.seq, known.type) != (1, "joined"):
        raise Refused(
            Code.SEND_ID_REUSED,
            "This request's id stands for something else already. Nothing was made.",
        )
    return known.room
