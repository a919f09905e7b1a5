"""Whom a name or an id means, and who may know of whom."""

from __future__ import annotations

from collections.abc import Iterable

from zmqchat.domain.draft import State
from zmqchat.domain.state import Membership, Room, Standing, User, View
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol.limits import DIRECT_MEMBERS
from zmqchat.protocol.names import normalise_room, normalise_user
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.who import Who, names_in

_SHOWN = 64
"""Characters of a name that an answer quotes: it is no place for a megabyte."""


def named(view: View, name: str) -> User | None:
    """Who is called `name`, or else who was: a former name stays its owner's.

    Names that look alike are one; nobody is called what no name can be.
    """
    try:
        _, skeleton = normalise_user(name)
    except UsageError:
        return None
    return owner_of(view, skeleton)


def owner_of(view: View, skeleton: str) -> User | None:
    """Whose the name with this skeleton is, or was."""
    user = view.user_named(skeleton)
    if user is not None:
        return user
    former = view.former_name(skeleton)
    return view.user(former.user) if former else None


def find_user(view: View, name: str) -> User:
    """Who is or was called exactly so; Refused NOT_FOUND, with a hint where there is one.

    What is done to accounts is not done to one whose name only looks like the one that was typed.
    """
    user = named(view, name)
    if user is not None and name in {user.name, *former_names(view, user)}:
        return user
    hint = f" Did you mean {user.name!r}?" if user else ""
    raise Refused(
        Code.NOT_FOUND,
        f"There is nobody called {name[:_SHOWN]!r} here; nothing was changed.{hint}",
    )


def acquaintances(state: State, asker: User, after: int, most: int) -> list[int]:
    """A page of all whom the asker may know of: the first `most` ids above `after`.

    Everybody knows everybody; but a guest those whom it shares a room with, and itself.
    """
    if asker.role is not RealmRole.GUEST:
        return state.users_after(after, most)
    near = {
        member
        for room in state.rooms_of(asker.id)
        for member in state.members_after(room, after, most)
    }
    mine = {asker.id} if asker.id > after else set()
    return sorted(near | mine)[:most]


def knows(view: View, asker: User | None, other: int) -> bool:
    """Whether the asker, None for the operator, may know that there is a user with this id."""
    if asker is None or asker.role is not RealmRole.GUEST or other == asker.id:
        return True
    return any(_stands(view.membership(room, other)) for room in view.rooms_of(asker.id))


def has_read_of(view: View, asker: User, other: int) -> bool:
    """Whether the asker knows somebody, or reads of them in a room's log: who left stays there."""
    return bool(read_of(view, asker, [other]))


def read_of(view: View, asker: User, others: Iterable[int]) -> list[int]:
    """Those of the ids whose users `has_read_of`, each once; there may be many of them.

    A guest waits as long for nobody's id as for a stranger's.
    """
    people = list(dict.fromkeys(others))
    if asker.role is not RealmRole.GUEST:
        return people
    rooms, relation = list(view.rooms_of(asker.id)), view.membership
    return [
        other
        for other in people
        if other == asker.id or any(relation(room, other) is not None for room in rooms)
    ]


def effort(state: State, asker: User | None, people: int) -> int:
    """How many relations are looked at to say which of so many people the asker may know of."""
    is_guest = asker is not None and asker.role is RealmRole.GUEST
    return people * state.room_count(asker.id) if asker is not None and is_guest else 0


def _stands(membership: Membership | None) -> bool:
    return membership is not None and membership.standing is Standing.MEMBER


def person(view: View, asker: User, other: int) -> User:
    """The user with this id; Refused NOT_FOUND alike for strangers and for nobody."""
    user = view.user(other)
    if user is None or not knows(view, asker, other):
        raise nobody(other)
    return user


def person_read_of(view: View, asker: User, other: int) -> User:
    """As `person`, also for one who left all the rooms in which the asker reads of them."""
    user = view.user(other)
    if user is None or not has_read_of(view, asker, other):
        raise nobody(other)
    return user


def nobody(user: int) -> Refused:
    """Why nothing comes of a request about an id that is nobody's, as far as the asker may know."""
    return Refused(Code.NOT_FOUND, f"There is nobody with the id {user} here; nothing was changed.")


def find_people(view: View, asker: User | None, names: Iterable[str]) -> list[Who | None]:
    """Who is or was called so, for each name; None: nobody whom the asker may know of.

    The asker is None for the operator.
    """
    found = (named(view, name) for name in names)
    return [who(user) if user and knows(view, asker, user.id) else None for user in found]


def room_called(view: View, asker: User, name: str) -> Room | None:
    """The room that the asker means by `name`: `@bob,carol` is a conversation.

    Whether the asker may know of it is another question.
    """
    if name.startswith("@"):
        names = names_in(name)
        people = [named(view, each) for each in names] if len(names) <= DIRECT_MEMBERS else []
        found = {user.id for user in people if user is not None}
        return view.room_named(direct_key({asker.id} | found)) if people and all(people) else None
    try:
        return view.room_named(normalise_room(name)[1])
    except UsageError:
        return None


def direct_key(people: Iterable[int]) -> str:
    """The compared name of the conversation of these users, by their ids."""
    return "@" + ",".join(map(str, sorted(people)))  # no other room's begins so, and ids stay


def who(user: User) -> Who:
    """The user, as others are told of it."""
    return Who(user.id, user.name)


def former_names(view: View, user: User) -> tuple[str, ...]:
    """What the user was called before."""
    before = view.former_names(user.id)
    if not before:
        return ()
    return tuple(each.name for each in before if each.skeleton != user.skeleton)
