"""The committed state, and a batch's own changes on top of it.

A batch is decided on a `Draft`. If its commit succeeds the draft is merged into the `State`; if
it fails the draft is thrown away, and so heads, members and names in memory go back by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zmqchat.domain.changes import Change
from zmqchat.domain.layers import AccountLayer
from zmqchat.domain.state import Membership, Realm, Room, Standing, User
from zmqchat.protocol.people import RealmRole


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
        self._members: dict[int, set[int]] = {}
        self._rooms_of: dict[int, set[int]] = {}

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
        self._users_by_skeleton[user.skeleton] = user.id
        if before is not None and before.skeleton != user.skeleton:
            self._users_by_skeleton.pop(before.skeleton, None)

    def _put_room(self, room: Room) -> None:
        before = self.rooms.get(room.id)
        if before is not None and before.name_key != room.name_key:
            self._let_go(before)
        self.rooms[room.id] = room
        self._rooms_by_name[room.name_key] = room.id

    def _let_go(self, room: Room) -> None:
        """Frees a name, unless another room has taken it in the same batch."""
        if self._rooms_by_name.get(room.name_key) == room.id:
            del self._rooms_by_name[room.name_key]

    def _put_membership(self, membership: Membership) -> None:
        room, user = membership.room, membership.user
        self._memberships[room, user] = membership
        if membership.standing is Standing.MEMBER:
            self._members.setdefault(room, set()).add(user)
            self._rooms_of.setdefault(user, set()).add(room)
        else:
            self._members.get(room, set()).discard(user)
            self._rooms_of.get(user, set()).discard(room)

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
        """The ids of a room's members."""
        return list(self._members.get(room, ()))

    def audience(self, room: int) -> int:
        """How many members a room has."""
        return len(self._members.get(room, ()))

    def rooms_of(self, user: int) -> list[int]:
        """The ids of the rooms that a user is a member of."""
        return list(self._rooms_of.get(user, ()))


class Draft(AccountLayer):
    """A `View` of a state with changes of its own. `changes` yields them for the commit."""

    def __init__(self, state: State) -> None:
        super().__init__(below=state)
        self._state = state
        self._realm: Realm | None = None
        self._users: dict[int, User] = {}
        self._rooms: dict[int, Room] = {}
        self._memberships: dict[tuple[int, int], Membership] = {}

    @property
    def realm(self) -> Realm:
        """The realm's identity and counters."""
        return self._realm or self._state.realm

    def put(self, *changes: Change) -> None:
        """Notes values that replace those of the same key."""
        for change in changes:
            match change:
                case Room():
                    self._rooms[change.id] = change
                case Membership():
                    self._memberships[change.room, change.user] = change
                case User():
                    self._users[change.id] = change
                case Realm():
                    self._realm = change
                case _:
                    self.put_account(change)

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
        mine = (user for user in self._users.values() if user.skeleton == skeleton)
        found = next(mine, None) or self._state.user_named(skeleton)
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
        mine = (room for room in self._rooms.values() if room.name_key == name_key)
        found = next(mine, None) or self._state.room_named(name_key)
        # A room renamed in this batch has given its old name up.
        return found if found is None or self.room(found.id) is found else None

    def membership(self, room: int, user: int) -> Membership | None:
        """A user's relation to a room."""
        return self._memberships.get((room, user)) or self._state.membership(room, user)

    def members(self, room: int) -> set[int]:
        """The ids of a room's members."""
        found = set(self._state.members(room))
        for (where, user), membership in self._memberships.items():
            if where == room:
                (found.add if membership.standing is Standing.MEMBER else found.discard)(user)
        return found

    def audience(self, room: int) -> int:
        """How many members a room has."""
        mine = (held for (where, _), held in self._memberships.items() if where == room)
        before = self._state.membership
        return self._state.audience(room) + sum(
            _is_member(held) - _is_member(before(room, held.user)) for held in mine
        )

    def rooms_of(self, user: int) -> set[int]:
        """The ids of the rooms that a user is a member of."""
        found = set(self._state.rooms_of(user))
        for (room, who), membership in self._memberships.items():
            if who == user:
                (found.add if membership.standing is Standing.MEMBER else found.discard)(room)
        return found


def _is_admin(user: User) -> bool:
    return user.active and user.role is RealmRole.ADMIN


def _is_member(membership: Membership | None) -> bool:
    return membership is not None and membership.standing is Standing.MEMBER
