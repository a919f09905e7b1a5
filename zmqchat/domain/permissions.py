"""Who may do what: one table, default deny.

A relation is what a user is to a room at the moment of the decision. What the table does not
name is refused; tests enumerate every action against every relation.
"""

from __future__ import annotations

from enum import StrEnum

from zmqchat.domain.state import Membership, Room, Standing, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.rooms import Role, RoomKind


class Relation(StrEnum):
    """What a user is to a room."""

    STRANGER = "stranger"
    FORMER = "former"
    BANNED = "banned"
    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"


class Action(StrEnum):
    """What may be done to a room. Events are named by their type."""

    FIND = "find"  # see it in the directory
    READ = "read"  # events, history, members, keys
    POSTED = "posted"
    JOINED = "joined"
    LEFT = "left"
    INVITED = "invited"
    KICKED = "kicked"
    BANNED = "banned"
    UNBANNED = "unbanned"


_MEMBERS = frozenset({Relation.MEMBER, Relation.MODERATOR, Relation.OWNER})
_MODERATORS = frozenset({Relation.MODERATOR, Relation.OWNER})
_STRANGERS = frozenset({Relation.STRANGER, Relation.FORMER})

_ALWAYS: dict[Action, frozenset[Relation]] = {
    Action.READ: _MEMBERS,
    Action.FIND: _MEMBERS,
    Action.POSTED: _MEMBERS,
    Action.LEFT: _MEMBERS,
    Action.INVITED: _MEMBERS,
    Action.KICKED: _MODERATORS,
    Action.BANNED: _MODERATORS,
    Action.UNBANNED: _MODERATORS,
}

PERMISSIONS: dict[RoomKind, dict[Action, frozenset[Relation]]] = {
    RoomKind.PUBLIC: _ALWAYS
    | {
        Action.FIND: _MEMBERS | _STRANGERS,
        # A member who joins is told that it is one, rather than that it may not.
        Action.JOINED: _MEMBERS | _STRANGERS,
    },
    RoomKind.PRIVATE: _ALWAYS,
    # Two people's room cannot be widened, narrowed or left.
    RoomKind.DIRECT: {
        Action.READ: _MEMBERS,
        Action.FIND: _MEMBERS,
        Action.POSTED: _MEMBERS,
    },
}

_OF_ROLE = {
    Role.MEMBER: Relation.MEMBER,
    Role.MODERATOR: Relation.MODERATOR,
    Role.OWNER: Relation.OWNER,
}
_OF_STANDING = {Standing.FORMER: Relation.FORMER, Standing.BANNED: Relation.BANNED}
_NOBODY: frozenset[Relation] = frozenset()

_RANK = {Role.MEMBER: 0, Role.MODERATOR: 1, Role.OWNER: 2}


def relation(membership: Membership | None) -> Relation:
    """What a stored membership (None: no row) makes of its user."""
    if membership is None:
        return Relation.STRANGER
    if membership.standing is Standing.MEMBER:
        return _OF_ROLE[membership.role]
    return _OF_STANDING[membership.standing]


def allowed(kind: RoomKind, action: Action, who: Relation) -> bool:
    """Whether the table permits it."""
    return who in PERMISSIONS[kind].get(action, _NOBODY)


def require(view: View, user: int, room_id: int, action: Action) -> Room:
    """The room, if `user` may do `action` there.

    Raises Refused NOT_FOUND where the user may not even know of the room, else FORBIDDEN.
    """
    room = view.room(room_id)
    who = relation(view.membership(room_id, user))
    if room is not None and allowed(room.kind, action, who):
        return room
    if room is None or not (allowed(room.kind, Action.FIND, who) or _knows_of_ban(room, who)):
        raise Refused(Code.NOT_FOUND, "There is no such room, or it is not yours to see.")
    raise Refused(Code.FORBIDDEN, _why_not(room, action, who))


def outranks(actor: Membership | None, target: Membership | None) -> bool:
    """Whether a moderator or owner stands above another member."""
    if actor is None or actor.standing is not Standing.MEMBER:
        return False
    if target is None or target.standing is not Standing.MEMBER:
        return True
    return _RANK[actor.role] > _RANK[target.role]


def _knows_of_ban(room: Room, who: Relation) -> bool:
    # A private room stays out of sight: one can be banned from it without ever having been there.
    return who is Relation.BANNED and room.kind is RoomKind.PUBLIC


def _why_not(room: Room, action: Action, who: Relation) -> str:
    if who is Relation.BANNED:
        return f"You are banned from #{room.name}. A moderator of the room can lift it."
    if who in _STRANGERS and action is not Action.JOINED:
        return f"You are not in #{room.name}. Enter it first: zmqchat enter {room.name}"
    return f"Your role in #{room.name} does not allow this."
