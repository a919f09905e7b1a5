"""Who may do what in a room: one table, default deny.

A relation is what a user is to a room at the moment of the decision: it follows from the user's
membership there and standing in the realm. What the table does not name is refused; tests
enumerate every action against every relation.
"""

from __future__ import annotations

from enum import StrEnum

from zmqchat.domain.state import Membership, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Role, RoomKind


class Relation(StrEnum):
    """What a user is to a room."""

    NOBODY = "nobody"  # nobody by that id, or deactivated
    STRANGER = "stranger"
    GUEST = "guest"  # a guest of the realm who is not in the room
    INVITED = "invited"  # may enter, guests too, and has not
    FORMER = "former"
    BANNED = "banned"
    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"  # also an administrator of the realm who is in a public room
    ADMIN = "admin"  # an administrator of the realm who is not in the room


class Action(StrEnum):
    """What may be done to a room. Events are named by their type."""

    FIND = "find"  # see it in the directory
    READ = "read"  # events, history, members, keys
    POSTED = "posted"
    EDITED = "edited"  # one's own messages, whoever one is
    REDACTED = "redacted"  # one's own messages
    REDACT_OTHERS = "redact-others"
    MENTION_EVERYBODY = "mention-everybody"  # in rooms of any size
    REACTED = "reacted"
    UNREACTED = "unreacted"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    JOINED = "joined"
    LEFT = "left"
    INVITED = "invited"
    KICKED = "kicked"
    BANNED = "banned"
    UNBANNED = "unbanned"
    APPOINTED = "appointed"
    RENAMED = "renamed"
    DESCRIBED = "described"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"


_ADMINS = frozenset({Relation.ADMIN})
_OWNERS = frozenset({Relation.OWNER})
_MODERATORS = _OWNERS | {Relation.MODERATOR}
_MEMBERS = _MODERATORS | {Relation.MEMBER}
_STRANGERS = frozenset({Relation.STRANGER, Relation.FORMER})
_INVITED = frozenset({Relation.INVITED})
_OUTSIDERS = _STRANGERS | _INVITED | {Relation.GUEST, Relation.ADMIN}

_TALK: dict[Action, frozenset[Relation]] = {
    Action.FIND: _MEMBERS,
    Action.READ: _MEMBERS,
    Action.POSTED: _MEMBERS,
    Action.EDITED: _MEMBERS,
    Action.REDACTED: _MEMBERS,
    Action.REACTED: _MEMBERS,
    Action.UNREACTED: _MEMBERS,
    Action.PINNED: _MEMBERS,
    Action.UNPINNED: _MEMBERS,
}
_PRIVATE = _TALK | {
    Action.REDACT_OTHERS: _MODERATORS,
    Action.MENTION_EVERYBODY: _MODERATORS,
    Action.FIND: _MEMBERS | _INVITED,
    Action.JOINED: _INVITED,
    Action.LEFT: _MEMBERS | _INVITED,  # or: declines
    Action.INVITED: _MEMBERS,
    Action.KICKED: _MODERATORS,
    Action.BANNED: _MODERATORS,
    Action.UNBANNED: _MODERATORS,
    Action.RENAMED: _MODERATORS,
    Action.DESCRIBED: _MODERATORS,
    Action.APPOINTED: _OWNERS,
    Action.ARCHIVED: _OWNERS,
    Action.UNARCHIVED: _OWNERS,
}

PERMISSIONS: dict[RoomKind, dict[Action, frozenset[Relation]]] = {
    RoomKind.PUBLIC: _PRIVATE
    | {
        Action.FIND: _MEMBERS | _INVITED | _STRANGERS | _ADMINS,
        # A member who joins is told that it is one, rather than that it may not.
        Action.JOINED: _MEMBERS | _INVITED | _STRANGERS | _ADMINS,
        Action.KICKED: _MODERATORS | _ADMINS,
        Action.BANNED: _MODERATORS | _ADMINS,
        Action.UNBANNED: _MODERATORS | _ADMINS,
        Action.RENAMED: _MODERATORS | _ADMINS,
        Action.DESCRIBED: _MODERATORS | _ADMINS,
        Action.APPOINTED: _OWNERS | _ADMINS,
        Action.ARCHIVED: _OWNERS | _ADMINS,
        Action.UNARCHIVED: _OWNERS | _ADMINS,
    },
    RoomKind.PRIVATE: _PRIVATE,
    # A conversation cannot be widened, narrowed, left or led by anybody.
    RoomKind.DIRECT: _TALK | {Action.MENTION_EVERYBODY: _MEMBERS},
}

IN_ARCHIVED = frozenset({Action.FIND, Action.READ, Action.LEFT, Action.UNARCHIVED})
"""What can still be done to an archived room, by those who otherwise may."""

_OF_ROLE = {
    Role.MEMBER: Relation.MEMBER,
    Role.MODERATOR: Relation.MODERATOR,
    Role.OWNER: Relation.OWNER,
}
_NOBODY: frozenset[Relation] = frozenset()

_RANK = {Relation.MEMBER: 1, Relation.MODERATOR: 2, Relation.OWNER: 3, Relation.ADMIN: 3}


def relation(room: Room, user: User | None, membership: Membership | None) -> Relation:
    """What a user with this membership (None: no row) is to the room."""
    if user is None or not user.active:
        return Relation.NOBODY
    standing = None if membership is None else membership.standing
    leads = user.role is RealmRole.ADMIN and room.kind is RoomKind.PUBLIC
    if membership is not None and standing is Standing.MEMBER:
        return Relation.OWNER if leads else _OF_ROLE[membership.role]
    if standing is Standing.INVITED and not leads:
        return Relation.INVITED
    if user.role is RealmRole.ADMIN:
        return Relation.ADMIN
    if standing is Standing.BANNED:
        return Relation.BANNED
    if user.role is RealmRole.GUEST:
        return Relation.GUEST
    return Relation.STRANGER if standing is None else Relation.FORMER


def relation_to(view: View, user: int, room: Room) -> Relation:
    """What the user of this id is to the room."""
    return relation(room, view.user(user), view.membership(room.id, user))


def allowed(kind: RoomKind, action: Action, who: Relation) -> bool:
    """Whether the table permits it."""
    return who in PERMISSIONS[kind].get(action, _NOBODY)


def permits(view: View, user: int, room: Room, action: Action) -> bool:
    """Whether the user may do it, in the room as it is now."""
    if room.archived and action not in IN_ARCHIVED:
        return False
    return allowed(room.kind, action, relation_to(view, user, room))


def require(view: View, user: int, room_id: int, action: Action) -> Room:
    """The room, if `user` may do `action` there.

    Raises Refused NOT_FOUND where the user may not even know of the room, else FORBIDDEN.
    """
    room = view.room(room_id)
    if room is None:
        raise _no_such_room()
    who = relation_to(view, user, room)
    if allowed(room.kind, action, who):
        if room.archived and action not in IN_ARCHIVED:
            raise Refused(
                Code.FORBIDDEN,
                f"{called(room)} is archived: it can be read, and nothing is written "
                "there. Nothing was changed; an owner can unarchive it.",
            )
        return room
    if not (allowed(room.kind, Action.FIND, who) or _knows_of_ban(room, who)):
        raise _no_such_room()
    raise Refused(Code.FORBIDDEN, _why_not(room, action, who))


def outranks(actor: Relation, target: Relation) -> bool:
    """Whether one who leads a room stands above another; everybody stands above outsiders."""
    return _RANK.get(actor, 0) > _RANK.get(target, 0)


def called(room: Room) -> str:
    """How a room is called in a sentence; the name of a direct room is another for each member."""
    return "this conversation" if room.kind is RoomKind.DIRECT else f"#{room.name}"


def _no_such_room() -> Refused:
    return Refused(Code.NOT_FOUND, "There is no such room, or it is not yours to see.")


def _knows_of_ban(room: Room, who: Relation) -> bool:
    # A private room stays out of sight: one can be banned from it without ever having been there.
    return who is Relation.BANNED and room.kind is RoomKind.PUBLIC


def _why_not(room: Room, action: Action, who: Relation) -> str:
    if who is Relation.BANNED:
        return f"You are banned from #{room.name}. A moderator of the room can lift it."
    if who in _OUTSIDERS and action is not Action.JOINED:
        return f"You are not in #{room.name}. Enter it first: zmqchat enter {room.name}"
    if room.kind is RoomKind.DIRECT:
        return "A conversation has no roles, and its people stay the same. Nothing was changed."
    return f"Your role in #{room.name} does not allow this. Nothing was changed."
