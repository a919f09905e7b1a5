"""People as they are named: by an id that stays, and by a name that may change.

A conversation has no name of its own: it is called after the people in it, `@bob` or `@bob,carol`.
No name has a comma or a blank (`names`), so that every list of names can be read in one way only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

EVERYBODY: Final = 0
"""Stands for all members of a room where an id of a user could stand; no user has it."""


class Who(msgspec.Struct, frozen=True, array_like=True):
    """A person: the id, which stays, and the name, which may change."""

    id: int
    name: str


def conversation_name(people: Iterable[Who]) -> str:
    """What a conversation with `people` is called: `@bob,carol`."""
    return "@" + ",".join(who.name for who in people)


def names_in(conversation: str) -> tuple[str, ...]:
    """The names in `@bob,carol`, each also with an @ and blanks around it; () for other texts."""
    if not conversation.startswith("@"):
        return ()
    names = (name.strip().removeprefix("@") for name in conversation[1:].split(","))
    return tuple(name for name in names if name)
