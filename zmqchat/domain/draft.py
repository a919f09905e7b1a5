"""The committed state, and a batch's own changes on top of it.

A batch is decided on a `Draft`. If its commit succeeds the draft is merged into the `State`; if
it fails the draft is thrown away, and so heads, members and names in memory go back by themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from zmqchat.domain.changes import Change
from zmqchat.domain.ids import Ids
from zmqchat.domain.layers import AccountLayer
from zmqchat.domain.state import Membership, Realm, Room, Standing, User
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import RoomKind

_NONE = Ids()
"""Stands for what is not there; nothing is ever put into it."""


class State(AccountLayer):
    """All that decisions need, in memory, as committed. Changed only by `apply`.

    One thread applies while another reads: every value is immutable and every step is one
    assignment into a dict, so that a reader sees a value whole, before or after.
    """

    def __init__(self, realm: Realm) -> None:
        super().__init__()
        self.realm = realm
        self.users: dict[int, User] = {}
        self.rooms: dict[int, Room] = {}
        self._users_by_skeleton: dict[str, int] = {}
        self._rooms_by_name: dict[str, int] = {}
        self._memberships: dict[tuple[int, int], Membership] = {}
        self._members: dict[int, Ids] = {}
        self._rooms_of: dict[int, Ids] = {}
        self._invited_to: dict[int, Ids] = {}
        self._user_ids = Ids()
        self._room_ids = Ids()
        self._public_ids = Ids()
        self._made: Counter[tuple[int, bool]] = Counter()
        self._by_link = 0
        self._made_by_link = 0

    def apply(self, changes: Iterable[Change]) -> None:
        """Puts each value in the place of the one with its key."""
        for change in changes:
            match change:
                case Room():
                    self._put_room(change)
                case Membership():
                    self._put_membership(change)
                case User():
                    self._put_user(change)
                case Realm():
                    self.realm = change
                case _:
                    self.put_account(change)

    def _put_user(self, user: User) -> None:
        before = self.users.get(user.id)
        self.users[user.id] = user
        if before is None:
            self._user_ids.add(user.id)
            self._by_link += user.by_link
        self._users_by_skeleton[user.skeleton] = user.id
        if before is not None and before.skeleton != user.skeleton:
            self._users_by_skeleton.pop(before.skeleton, None)

    def _put_room(self, room: Room) -> None:
        before = self.rooms.get(room.id)
        if before is not None and before.name_key != room.name_key:
            self._let_go(before)
        self.rooms[room.id] = room
        self._rooms_by_name[room.name_key] = room.id
        if before is None:
            self._count_room(room)

    def _count_room(self, room: Room) -> None:
        self._room_ids.add(room.id)
        if room.kind is RoomKind.PUBLIC:
            self._public_ids.add(room.id)
        maker = self.users.get(room.made_by)
        self._made_by_link += maker is not None and maker.by_link
        self._made[room.made_by, room.kind is RoomKind.DIRECT] += 1

    def _let_go(self, room: Room) -> None:
        """Frees a name, unless another room has taken it in the same batch."""
        if self._rooms_by_name.get(room.name_key) == room.id:
            del self._rooms_by_name[room.name_key]

    def _put_membership(self, membership: Membership) -> None:
        room, user = membership.room, membership.user
        self._memberships[room, user] = membership
        if membership.standing is Standing.MEMBER:
            self._members.setdefault(room, Ids()).add(user)
            self._rooms_of.setdefault(user, Ids()).add(room)
        else:
            self._members.get(room, _NONE).discard(user)
            self._rooms_of.get(user, _NONE).discard(room)
        if membership.standing is Standing.INVITED:
            self._invited_to.setdefault(user, Ids()).add(room)
        else:
            self._invited_to.get(user, _NONE).discard(room)

    def user(self, user: int) -> User | None:
        """A user by id."""
        return self.users.get(user)

    def user_named(self, skeleton: str) -> User | None:
        """The user whose name has this confusable skeleton."""
        return self.users.get(self._users_by_skeleton.get(skeleton, 0))

    def admins(self) -> list[int]:
        """The ids of the administrators whose accounts are open."""
        return [user.id for user in list(self.users.values()) if _is_admin(user)]

    def room(self, room: int) -> Room | None:
        """A room by id."""
        return self.rooms.get(room)

    def room_named(self, name_key: str) -> Room | None:
        """A room by its compared name."""
        return self.rooms.get(self._rooms_by_name.get(name_key, 0))

    def membership(self, room: int, user: int) -> Membership | None:
        """A user's relation to a room."""
        return self._memberships.get((room, user))

    def members(self, room: int) -> list[int]:
        """The ids of a room's members, rising."""
        return list(self._members.get(room, _NONE))

    def audience(self, room: int) -> int:
        """How many members a room has."""
        return len(self._members.get(room, _NONE))

    def rooms_of(self, user: int) -> list[int]:
        """The ids of the rooms that a user is a member of, rising."""
        return list(self._rooms_of.get(user, _NONE))

    def room_count(self, user: int) -> int:
        """How many rooms a user is a member of."""
        return len(self._rooms_of.get(user, _NONE))

    def made_by(self, user: int, *, direct: bool = False) -> int:
        """How many rooms a user has made, or (`direct`) how many conversations."""
        return self._made[user, direct]

    def by_link(self) -> tuple[int, int]:
        """How many names came in without an invitation, and how many rooms they have made."""
        return self._by_link, self._made_by_link

    # ── pages: the first `most` ids above `after` ────────────────────────────────────────────────

    def users_after(self, after: int, most: int) -> list[int]:
        """Everybody."""
        return self._user_ids.after(after, most)

    def members_after(self, room: int, after: int, most: int) -> list[int]:
        """A room's members."""
        return self._members.get(room, _NONE).after(after, most)

    def rooms_after(self, after: int, most: int) -> list[int]:
        """All rooms."""
        return self._room_ids.after(after, most)

    def public_after(self, after: int, most: int) -> list[int]:
        """The public rooms."""
        return self._public_ids.after(after, most)

    def rooms_of_after(self, user: int, after: int, most: int) -> list[int]:
        """The rooms that a user is a member of."""
        return self._rooms_of.get(user, _NONE).after(after, most)

    def invited_to_after(self, user: int, after: int, most: int) -> list[int]:
        """The rooms that a user is invited to and has not entered."""
        return self._invited_to.get(user, _NONE).after(after, most)


class Draft(AccountLayer):
    """A `View` of a state with changes of its own. `changes` yields them for the commit."""

    def __init__(self, state: State) -> None:
        super().__init__(below=state)
        self._state = state
        self._realm: Realm | None = None
        self._users: dict[int, User] = {}
        self._users_by_skeleton: dict[str, int] = {}
        self._rooms: dict[int, Room] = {}
        self._rooms_by_name: dict[str, int] = {}
        self._memberships: dict[tuple[int, int], Membership] = {}
        self._by_room: defaultdict[int, dict[int, Membership]] = defaultdict(dict)
        self._by_user: defaultdict[int, dict[int, Membership]] = defaultdict(dict)
        # How many more there are than in the state, by room, by user, and by who made them.
        self._audience: Counter[int] = Counter()
        self._room_count: Counter[int] = Counter()
        self._made: Counter[tuple[int, bool]] = Counter()
        self._by_link = 0
        self._made_by_link = 0

    @property
    def realm(self) -> Realm:
        """The realm's identity and counters."""
        return self._realm or self._state.realm

    def put(self, *changes: Change) -> None:
        """Notes values that replace those of the same key."""
        for change in changes:
            match change:
                case Room():
                    self._put_room(change)
                case Membership():
                    self._put_membership(change)
                case User():
                    self._put_user(change)
                case Realm():
                    self._realm = change
                case _:
                    self.put_account(change)

    def _put_user(self, user: User) -> None:
        self._by_link += user.by_link and self.user(user.id) is None
        self._users[user.id] = user
        self._users_by_skeleton[user.skeleton] = user.id

    def _put_room(self, room: Room) -> None:
        if self.room(room.id) is None:
            maker = self.user(room.made_by)
            self._made_by_link += maker is not None and maker.by_link
            self._made[room.made_by, room.kind is RoomKind.DIRECT] += 1
        self._rooms[room.id] = room
        self._rooms_by_name[room.name_key] = room.id

    def _put_membership(self, membership: Membership) -> None:
        room, user = membership.room, membership.user
        more = _is_member(membership) - _is_member(self.membership(room, user))
        self._audience[room] += more
        self._room_count[user] += more
        self._memberships[room, user] = membership
        self._by_room[room][user] = membership
        self._by_user[user][room] = membership

    def changes(self) -> Iterator[Change]:
        """Every noted value, those that others refer to first."""
        if self._realm is not None:
            yield self._realm
        for table in (self._users, self._rooms, self._memberships):
            yield from table.values()
        yield from self.account_values()

    def user(self, user: int) -> User | None:
        """A user by id."""
        return self._users.get(user) or self._state.user(user)

    def user_named(self, skeleton: str) -> User | None:
        """The user whose name has this confusable skeleton."""
        mine = self._users.get(self._users_by_skeleton.get(skeleton, 0))
        if mine is not None and mine.skeleton == skeleton:
            return mine
        found = self._state.user_named(skeleton)
        # A user renamed in this batch has given the old name up.
        return found if found is None or self.user(found.id) is found else None

    def admins(self) -> list[int]:
        """The ids of the administrators whose accounts are open."""
        others = [user for user in self._state.admins() if user not in self._users]
        return others + [user.id for user in self._users.values() if _is_admin(user)]

    def room(self, room: int) -> Room | None:
        """A room by id."""
        return self._rooms.get(room) or self._state.room(room)

    def room_named(self, name_key: str) -> Room | None:
        """A room by its compared name."""
        mine = self._rooms.get(self._rooms_by_name.get(name_key, 0))
        if mine is not None and mine.name_key == name_key:
            return mine
        found = self._state.room_named(name_key)
        # A room renamed in this batch has given its old name up.
        return found if found is None or self.room(found.id) is found else None

    def membership(self, room: int, user: int) -> Membership | None:
        """A user's relation to a room."""
        return self._memberships.get((room, user)) or self._state.membership(room, user)

    def members(self, room: int) -> set[int]:
        """The ids of a room's members."""
        return _with(self._state.members(room), self._by_room.get(room, {}))

    def audience(self, room: int) -> int:
        """How many members a room has."""
        return self._state.audience(room) + self._audience[room]

    def rooms_of(self, user: int) -> set[int]:
        """The ids of the rooms that a user is a member of."""
        return _with(self._state.rooms_of(user), self._by_user.get(user, {}))

    def room_count(self, user: int) -> int:
        """How many rooms a user is a member of."""
        return self._state.room_count(user) + self._room_count[user]

    def made_by(self, user: int, *, direct: bool = False) -> int:
        """How many rooms a user has made, or (`direct`) how many conversations."""
        return self._state.made_by(user, direct=direct) + self._made[user, direct]

    def by_link(self) -> tuple[int, int]:
        """How many names came in without an invitation, and how many rooms they have made."""
        names, rooms = self._state.by_link()
        return names + self._by_link, rooms + self._made_by_link


def _with(before: list[int], changed: Mapping[int, Membership]) -> set[int]:
    """Ids, with those of the changed memberships put in or taken out."""
    found = set(before)
    for number, membership in changed.items():
        (found.add if _is_member(membership) else found.discard)(number)
    return found


def _is_admin(user: User) -> bool:
    return user.active and user.role is RealmRole.ADMIN


def _is_member(membership: Membership | None) -> bool:
    return membership is not None and membership.standing is Standing.MEMBER
