"""One commit's worth of decisions: what is written, acknowledged and published together.

Commands are decided in order, each on the state that those before it left. Events get seq, chain
and ordinal here; nothing is real until the caller has committed `events` and `changes`, and then
applies the changes to the state and publishes the segments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from zmqchat.domain.account_requests import AccountRequest, decide
from zmqchat.domain.case import Case, Means
from zmqchat.domain.changes import Change
from zmqchat.domain.credentials import outlived
from zmqchat.domain.decision import Decision
from zmqchat.domain.devices import renewed
from zmqchat.domain.direct import decide_direct
from zmqchat.domain.draft import Draft, State
from zmqchat.domain.fold import AboutMessage, FactsOf, Fold
from zmqchat.domain.marks import decide_mark
from zmqchat.domain.membership import MembershipBody, decide_membership
from zmqchat.domain.messages import (
    Step,
    check_attachments,
    check_text,
    decide_edited,
    decide_posted,
    decide_redacted,
    is_plain,
)
from zmqchat.domain.people import Claim, Claimed, claim_name
from zmqchat.domain.permissions import Action, require
from zmqchat.domain.projection import Projected
from zmqchat.domain.quotas import DEFAULT, Quotas
from zmqchat.domain.reach import Reach
from zmqchat.domain.readings import reading_of
from zmqchat.domain.realm_permissions import Asking, asking, require_realm
from zmqchat.domain.rooms import (
    EPOCH_EVENTS,
    GENERAL_ID,
    SettingBody,
    decide_create,
    decide_setting,
    fresh,
    rotated,
)
from zmqchat.domain.state import (
    EarlierSend,
    Registration,
    Room,
    Standing,
    StoredEvent,
    User,
    repeats,
)
from zmqchat.errors import ChatError, Code, PeerError, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest
from zmqchat.protocol.events import (
    TYPE_OF_BODY,
    Body,
    Edited,
    Event,
    Invited,
    Joined,
    Posted,
    Redacted,
)
from zmqchat.protocol.limits import BODY_BYTES, KEY_BYTES, SALT_BYTES, SEND_ID_BYTES
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import CreateRoom, OpenDirect, Send, SendItem


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
    """The end of a room's log while a batch is being decided; a Room is made of it once.

    `posters` has each sender's last message, as its seq and the count of messages there.
    """

    chain_of: Chain
    seq: int
    chain: bytes
    posted: int
    segment: Segment
    posters: dict[int, tuple[int, int]] = field(default_factory=dict)


_SHOWN = 200
"""Characters of a complaint that may quote what was sent: an answer is no place for a megabyte."""

HELD = Refusal(
    Code.BUSY, "An earlier message of yours to this room waits to be sent again first.", 0.1
)
"""What comes behind a send that was refused for now, into the same room."""

Earlier = Mapping[tuple[int, bytes], EarlierSend]


class Batch:
    """Decides commands on a draft of `state`.

    `earlier` holds what the log knows of the send ids in this batch, `facts` what it knows of the
    messages that its sends are about (`fold.facts_wanted` says which) and of the roots of their
    threads; `now_us` is the time that all its events get; `token(n)` returns n fresh random bytes;
    `quotas` bound the names and rooms that it may make, `reach` how fast people are brought into
    rooms by others (None: at any speed).
    """

    def __init__(
        self,
        state: State,
        earlier: Earlier,
        facts: FactsOf,
        now_us: int,
        token: Callable[[int], bytes],
        quotas: Quotas = DEFAULT,
        reach: Reach | None = None,
    ) -> None:
        self._draft = Draft(state)
        self._quotas = quotas
        self._reach = reach
        self._earlier: dict[tuple[int, bytes], EarlierSend | StoredEvent] = dict(earlier)
        self._may_post: dict[tuple[int, int], Room] = {}  # by (user, room), until `_put`
        self._now_us = now_us
        self._token = token
        self._tips: dict[int, _Tip] = {}
        self.events: list[StoredEvent] = []
        self.segments: list[Segment] = []
        self._fold = Fold(facts, self.events)
        self.touched_users: set[int] = set()
        self.touched_accounts: set[int] = set()
        self.cut_devices: set[int] = set()
        self._rotate_late: set[int] = set()

    @property
    def projected(self) -> list[Projected]:
        """What is to be written of what the events have made of messages, in this order."""
        return self._fold.rows

    def changes(self) -> list[Change]:
        """Every value to be written, with the rooms' new heads; asked for when all is decided."""
        for room_id in sorted(self._rotate_late):
            self.rotate(room_id)
        for room_id in list(self._tips):
            room = self._settle(room_id)
            self._mark_read(room_id)
            if room.seq - room.epoch_seq >= EPOCH_EVENTS:
                self.rotate(room_id)
        return list(self._draft.changes())

    def sends(self, actor: Actor, items: Iterable[SendItem]) -> list[Accepted | Refusal]:
        """Decides one sender's items in order; each is accepted or refused on its own.

        Where one is refused for now, those behind it into the same room wait for it: they are too.
        """
        try:
            actor = self._present(actor, Send)
        except Refused as error:
            return [Refusal(error.code, error.message, error.retry_after) for _ in items]
        held: set[int] = set()
        return [self._send(actor, item, held) for item in items]

    def claim(self, claim: Claim, registration: Registration) -> Claimed:
        """Gives a key its name, or lets it in as a further device of a user."""
        self._settle(GENERAL_ID)  # a new user has read it up to here
        claimed = claim_name(self._draft, claim, registration, self._now_us, self._quotas)
        is_new = self._draft.user(claimed.user.id) is None
        if is_new and claimed.user.by_link and self._reach is not None:
            self._reach.claim()
        self.enact(claimed.decision)
        return claimed

    def account(self, who: Asking, request: AccountRequest, means: Means) -> Decision:
        """Decides a request about people, devices or accounts; Refused where nothing is done.

        `who` is looked up anew: it may have lost its rights earlier in this batch.
        """
        if who.device:
            who = asking(self._draft, who.device)
        case = Case(self._draft, who, means, self._now_us)
        decision = decide(case, request)
        self.enact(decision)
        return decision

    def enact(self, decision: Decision) -> None:
        """Puts a decision's values in place, records its events, and begins its new epochs."""
        self._put(*decision.changes)
        self._fold.write(*decision.projected)
        for event in decision.events:
            self._record(Actor(event.user, event.device), event.room, event.body)
        for room_id in decision.rotate:
            self.rotate(room_id)
        self._rotate_late.update(decision.rotate_late)
        self.cut_devices.update(decision.cut)
        self.touched_users.update(decision.touched)
        self.touched_accounts.update(decision.accounts)

    def create(self, actor: Actor, request: CreateRoom) -> int:
        """Makes a room and returns its id; the same request id returns the same room."""
        if len(request.id) != SEND_ID_BYTES:
            raise Refused(Code.BAD_REQUEST, "The request's id is not a UUID of 16 bytes.")
        actor = self._present(actor, CreateRoom)
        known = self._earlier.get((actor.user.id, request.id))
        if known is not None:
            return _created(known)
        drawn = fresh(self._draft, self._token)
        room, changes = decide_create(
            self._draft, actor.user, request, drawn, self._now_us, self._quotas
        )
        self._put(*changes)
        self.touched_users.add(actor.user.id)
        self._record(actor, room.id, _joined(actor.user), send_id=request.id)
        return room.id

    def direct(self, actor: Actor, request: OpenDirect) -> int:
        """The id of the direct room of the asker and these people, made if there is none."""
        if len(request.id) != SEND_ID_BYTES:
            raise Refused(Code.BAD_REQUEST, "The request's id is not a UUID of 16 bytes.")
        actor = self._present(actor, OpenDirect)
        known = self._earlier.get((actor.user.id, request.id))
        if known is not None:
            return _created(known)
        drawn = fresh(self._draft, self._token)
        decision = decide_direct(
            self._draft, actor.user, request.people, drawn, self._now_us, self._quotas
        )
        room = decision.room.id
        if decision.changes:
            if self._reach is not None:
                self._reach.talk_to(decision.others)
            self._put(*decision.changes)
            self.touched_users.update((actor.user.id, *(other.id for other in decision.others)))
            self._record(actor, room, _joined(actor.user), send_id=request.id)
            for other in decision.others:
                self._record(actor, room, Invited(other.id, other.name))
        return room

    def rotate(self, room_id: int) -> None:
        """Begins a new epoch: the current segment ends, and what follows has a new key."""
        self._rotate_late.discard(room_id)
        room = self._draft.room(room_id)
        assert room is not None
        tip = self._tip(room)
        tip.segment.ended = True
        realm, after = rotated(
            self._draft.realm, self._settle(room_id), self._token(KEY_BYTES), self._now_us
        )
        self._put(realm, after)
        tip.segment = self._open_segment(after)

    def forget_codes(self) -> None:
        """Forgets one-time codes that were of use long ago."""
        self._draft.put(*outlived(self._draft, self._now_us))

    def renew(self, user_id: int) -> None:
        """Gives a user another personal topic: the key of this one has sealed enough."""
        user = self._draft.user(user_id)
        if user is not None:
            self._put(*renewed(self._draft.realm, user))
            self.touched_users.add(user_id)

    def _present(self, actor: Actor, request: type[Send | CreateRoom | OpenDirect]) -> Actor:
        """Who asks, as of now: a job may have waited while a device was removed or renamed."""
        who = asking(self._draft, actor.device)
        require_realm(who, request)
        return actor if who.user is None or who.user is actor.user else Actor(who.user, who.device)

    def _send(self, actor: Actor, item: SendItem, held: set[int]) -> Accepted | Refusal:
        if item.room in held:
            return HELD
        try:
            return self._repetition(actor, item) or self._decide(actor, item)
        except ChatError as error:
            if error.retryable:
                held.add(item.room)
            return Refusal(error.code, error.message, error.retry_after)

    def _repetition(self, actor: Actor, item: SendItem) -> Accepted | None:
        known = self._earlier.get((actor.user.id, item.id))
        if known is None:
            return None
        if not repeats(known, item):
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
            return self._post(actor, item, body)
        if isinstance(body, AboutMessage):
            return self._decide_about(actor, item, body)
        if isinstance(body, MembershipBody):
            return self._decide_membership(actor, item, body)
        if isinstance(body, SettingBody):
            room = decide_setting(self._draft, actor.user.id, item.room, body)
            self._put(room)
            return self._append(actor, room, item.type, item.body, item.id)
        raise Refused(Code.BAD_REQUEST, f"Events of type {item.type!r} are the server's own.")

    def _post(self, actor: Actor, item: SendItem, body: Posted) -> Accepted:
        user = actor.user.id
        room = self._may_post.get((user, item.room))
        if room is None:
            room = require(self._draft, user, item.room, Action.POSTED)
            self._may_post[user, item.room] = room
        check_text(body.text)
        if body.attachments:
            check_attachments(body.attachments)
        rows: list[Projected] = []
        if not is_plain(body):
            rows = decide_posted(self._draft, self._fold, self._step(room, user), body)
        accepted = self._append(actor, room, "posted", item.body, item.id)
        if rows:
            self._fold.write(*rows)
        tip = self._tips[room.id]
        tip.posters[user] = (tip.seq, tip.posted)
        return accepted

    def _decide_about(self, actor: Actor, item: SendItem, body: AboutMessage) -> Accepted:
        room = require(self._draft, actor.user.id, item.room, Action(item.type))
        step = self._step(room, actor.user.id)
        match body:
            case Edited():
                check_text(body.text)
                rows = decide_edited(self._draft, self._fold, step, body)
            case Redacted():
                rows = decide_redacted(self._draft, self._fold, step, body)
            case _:
                rows = decide_mark(self._fold, step, body)
        accepted = self._append(actor, room, item.type, item.body, item.id)
        self._fold.write(*rows)
        return accepted

    def _step(self, room: Room, user: int) -> Step:
        tip = self._tips.get(room.id)
        return Step(room, user, (tip.seq if tip else room.seq) + 1, self._now_us)

    def _decide_membership(self, actor: Actor, item: SendItem, body: MembershipBody) -> Accepted:
        if item.room in self._tips:
            self._settle(item.room)  # a new member has read it up to here
        decision = decide_membership(self._draft, actor.user, item.room, body, self._now_us)
        if isinstance(body, Invited) and self._reach is not None:
            target = self._draft.user(body.member)
            assert target is not None
            pending = decision.membership.standing is Standing.INVITED
            self._reach.invite(target, pending=pending)
        room = self._draft.room(item.room)
        assert room is not None
        accepted = self._append(actor, room, item.type, item.body, item.id)
        self._put(decision.membership, *decision.readings)
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
        send_id = send_id or self._own_id()
        return self._append(actor, room, event_type, codec.encode(body), send_id)

    def _own_id(self) -> bytes:
        """Like a client's, its first 48 bits the time in ms: a log's send ids rise with time."""
        return (self._now_us // 1000).to_bytes(6, "big") + self._token(SEND_ID_BYTES - 6)

    def _append(
        self, actor: Actor, room: Room, event_type: str, body: bytes, send_id: bytes
    ) -> Accepted:
        tip = self._tips.get(room.id) or self._tip(room)
        user, seq, now_us = actor.user, tip.seq + 1, self._now_us
        salt = self._token(SALT_BYTES)
        body_digest = digest(body, salt)
        chain = tip.chain_of.extend(
            tip.chain,
            seq,
            user.id,
            actor.device,
            event_type,
            user.name,
            now_us,
            send_id,
            body_digest,
        )
        tip.seq, tip.chain = seq, chain
        tip.posted += event_type == "posted"
        stored = StoredEvent(
            room.id,
            seq,
            event_type,
            user.id,
            user.name,
            actor.device,
            now_us,
            send_id,
            body,
            salt,
            body_digest,
            chain,
            tip.posted,
        )
        self.events.append(stored)
        self._earlier[user.id, send_id] = stored
        tip.segment.events.append(
            Event(
                seq,
                event_type,
                user.id,
                user.name,
                actor.device,
                now_us,
                send_id,
                body,
                salt,
                b"",
                chain,
            )
        )
        return Accepted(seq, now_us)

    def _put(self, *changes: Change) -> None:
        """Notes values that rights may hang on, so that these are looked at anew."""
        self._may_post.clear()
        self._draft.put(*changes)

    def _settle(self, room_id: int) -> Room:
        """Brings the draft's room up to its log's end, and returns it."""
        room, tip = self._draft.room(room_id), self._tips.get(room_id)
        assert room is not None
        if tip is not None:
            room = replace(room, seq=tip.seq, chain=tip.chain, posted=tip.posted)
            self._draft.put(room)
        return room

    def _mark_read(self, room_id: int) -> None:
        """Who writes has read what stands before it; the log tells the user's other devices."""
        for user, (seq, posted) in self._tips[room_id].posters.items():
            before = reading_of(self._draft, room_id, user)
            if before.seq < seq:
                self._draft.put(replace(before, seq=seq, posted=posted))

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


def _joined(user: User) -> Joined:
    return Joined(user.id, user.name)


def _created(known: EarlierSend | StoredEvent) -> int:
    """The room that an earlier request with this id made; its first event bears the id."""
    if (known.seq, known.type) != (1, "joined"):
        raise Refused(
            Code.SEND_ID_REUSED,
            "This request's id stands for something else already. Nothing was made.",
        )
    return known.room
