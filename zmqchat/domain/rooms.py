"""Deciding on rooms and who is in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zmqchat.domain.changes import Change
from zmqchat.domain.permissions import Action, outranks, require
from zmqchat.domain.state import Membership, Realm, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.chain import genesis
from zmqchat.protocol.events import Banned, Invited, Joined, Kicked, Left, Unbanned
from zmqchat.protocol.limits import DESCRIPTION_CHARACTERS
from zmqchat.protocol.names import normalise_room, normalise_user
from zmqchat.protocol.requests import CreateRoom
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.protocol.topics import handle

GENERAL = "general"
GENERAL_ID = 1
"""The room that exists from the start and that everybody is in: a realm's first."""

MembershipBody = Joined | Left | Invited | Kicked | Banned | Unbanned


@dataclass(frozen=True, slots=True)
class MembershipDecision:
    """The new relation, who is told of it personally, and whether a new epoch begins after it."""

    membership: Membership
    rotate: bool = False


def new_room(
    realm: Realm, name: str, kind: RoomKind, description: str, key: bytes, now_us: int
) -> tuple[Realm, Room]:
    """A room of epoch 1 with the realm's next id and handle, and the realm with its counters on."""
    display, name_key = normalise_room(name)
    room = Room(
        id=realm.next_room,
        name=display,
        name_key=name_key,
        kind=kind,
        description=description,
        epoch=1,
        handle=handle(realm.next_handle),
        key=key,
        seq=0,
        chain=genesis(realm.id, realm.next_room),
        posted=0,
        created_us=now_us,
        lineages=(LineageStart(0, realm.lineage),),
    )
    counters = replace(realm, next_room=realm.next_room + 1, next_handle=realm.next_handle + 1)
    return counters, room


def decide_create(
    view: View, user: int, request: CreateRoom, key: bytes, now_us: int
) -> tuple[Room, tuple[Change, ...]]:
    """The new room with `user` as its owner, and all that has to be written for it."""
    _, name_key = normalise_room(request.name)
    if view.room_named(name_key) is not None:
        raise Refused(
            Code.NAME_TAKEN,
            f"There is a room of that name, or one that looks the same: {request.name!r}. "
            "Choose another name.",
        )
    if len(request.description) > DESCRIPTION_CHARACTERS:
        raise Refused(
            Code.TOO_LARGE, f"A description has at most {DESCRIPTION_CHARACTERS} characters."
        )
    kind = RoomKind.PRIVATE if request.private else RoomKind.PUBLIC
    realm, room = new_room(view.realm, request.name, kind, request.description, key, now_us)
    owner = Membership(room.id, user, Role.OWNER, Standing.MEMBER, now_us)
    return room, (realm, room, owner)


def rotated(realm: Realm, room: Room, key: bytes) -> tuple[Realm, Room]:
    """The room in its next epoch, under a new handle and `key`."""
    epoch = replace(room, epoch=room.epoch + 1, handle=handle(realm.next_handle), key=key)
    return replace(realm, next_handle=realm.next_handle + 1), epoch


def decide_membership(
    view: View, actor: User, room_id: int, body: MembershipBody, now_us: int
) -> MembershipDecision:
    """What a membership event does; Refused where it is not allowed or changes nothing."""
    action = Action(type(body).__name__.lower())
    room = require(view, actor.id, room_id, action)
    target = _target(view, actor, body)
    before = view.membership(room_id, target.id)
    is_member = before is not None and before.standing is Standing.MEMBER
    is_banned = before is not None and before.standing is Standing.BANNED
    match body:
        case Joined() | Invited():
            _refuse_if(is_member, f"{target.name} is in #{room.name} already.")
            if is_banned:
                raise Refused(
                    Code.FORBIDDEN, f"{target.name} is banned from #{room.name}; unban first."
                )
            joined = Membership(room_id, target.id, Role.MEMBER, Standing.MEMBER, now_us)
            return MembershipDecision(joined)
        case Left():
            _keep_general(room)
            return _removal(room, target, Standing.FORMER, now_us)
        case Kicked() | Banned():
            _keep_general(room)
            standing = Standing.FORMER if isinstance(body, Kicked) else Standing.BANNED
            if isinstance(body, Kicked):
                _refuse_if(not is_member, f"{target.name} is not in #{room.name}.")
            _refuse_if(is_banned, f"{target.name} is banned from #{room.name} already.")
            if not outranks(view.membership(room_id, actor.id), before):
                raise Refused(
                    Code.FORBIDDEN, f"{target.name} stands as high in #{room.name} as you do."
                )
            return _removal(room, target, standing, now_us, rotate=True)
        case Unbanned():
            _refuse_if(not is_banned, f"{target.name} is not banned from #{room.name}.")
            former = Membership(room_id, target.id, Role.MEMBER, Standing.FORMER, now_us)
            return MembershipDecision(former)


def _target(view: View, actor: User, body: MembershipBody) -> User:
    _, skeleton = normalise_user(body.member)
    if isinstance(body, Joined | Left) and skeleton != actor.skeleton:
        raise Refused(Code.FORBIDDEN, "Nobody joins or leaves for somebody else.")
    target = view.user_named(skeleton)
    if target is None:
        raise Refused(Code.NOT_FOUND, f"There is nobody called {body.member!r} here.")
    # What goes into the log is the name as it is held, not as it was typed.
    if target.name != body.member:
        raise Refused(Code.NOT_FOUND, f"There is nobody called {body.member!r}; {target.name!r}?")
    return target


def _removal(
    room: Room, target: User, standing: Standing, now_us: int, *, rotate: bool = False
) -> MembershipDecision:
    gone = Membership(room.id, target.id, Role.MEMBER, standing, now_us)
    return MembershipDecision(gone, rotate or room.kind is RoomKind.PRIVATE)


def _keep_general(room: Room) -> None:
    _refuse_if(room.id == GENERAL_ID, f"Everybody is in #{room.name}; nobody leaves it.")


def _refuse_if(condition: bool, message: str) -> None:
    if condition:
        raise Refused(Code.FORBIDDEN, message)
