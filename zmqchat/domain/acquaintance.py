"""Whom a name or an id means, and who may know of whom."""

from __future__ import annotations

from collections.abc import Collection

from zmqchat.domain.state import User, View
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.who import Who

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


def acquaintances(view: View, asker: User | None) -> Collection[int] | None:
    """The ids of all whom the asker may know of: None for everybody, which is the rule.

    A guest knows those whom it shares a room with, and itself. The operator, None, is no guest.
    """
    if asker is None or asker.role is not RealmRole.GUEST:
        return None
    near = (member for room in view.rooms_of(asker.id) for member in view.members(room))
    return {asker.id, *near}


def knows(view: View, asker: User, other: int) -> bool:
    """Whether the asker may know that there is a user with this id."""
    if asker.role is not RealmRole.GUEST or other == asker.id:
        return True
    rooms = {*view.rooms_of(asker.id)}
    return any(room in rooms for room in view.rooms_of(other))


def person(view: View, asker: User, other: int) -> User:
    """The user with this id; Refused NOT_FOUND alike for strangers and for nobody."""
    user = view.user(other)
    if user is None or not knows(view, asker, other):
        raise nobody(other)
    return user


def nobody(user: int) -> Refused:
    """Why nothing comes of a request about an id that is nobody's, as far as the asker may know."""
    return Refused(Code.NOT_FOUND, f"There is nobody with the id {user} here; nothing was changed.")


def find_people(view: View, asker: User | None, names: Collection[str]) -> list[Who | None]:
    """Who is or was called so, for each name; None: nobody whom the asker may know of.

    The asker is None for the operator.
    """
    known = acquaintances(view, asker)
    found = (named(view, name) for name in names)
    return [
        who(user) if user is not None and (known is None or user.id in known) else None
        for user in found
    ]


def who(user: User) -> Who:
    """The user, as others are told of it."""
    return Who(user.id, user.name)


def former_names(view: View, user: User) -> tuple[str, ...]:
    """What the user was called before."""
    before = view.former_names(user.id)
    return tuple(each.name for each in before if each.skeleton != user.skeleton)
