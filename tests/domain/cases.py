"""Realms with accounts in them, and requests about them, decided and applied one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.domain.realms import NOW, claim, founded
from zmqchat.domain.account_requests import decide
from zmqchat.domain.case import Case, Means
from zmqchat.domain.decision import Decision
from zmqchat.domain.draft import State
from zmqchat.domain.people import claim_name
from zmqchat.domain.realm_permissions import Asking, asking
from zmqchat.domain.state import Membership, Registration, Room, Standing, User
from zmqchat.errors import ChatError
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import LineageStart, Role, RoomKind
from zmqchat.protocol.topics import handle


def realm_of(*names: str, admins: tuple[str, ...] = ()) -> State:
    """A realm with these members, and administrators, each on one device."""
    state = founded()
    for name in (*names, *admins):
        state.apply(claim_name(state, claim(name), Registration.LINK, NOW).decision.changes)
    for name in admins:
        state.apply([replace(user(state, name), role=RealmRole.ADMIN)])
    return state


def user(state: State, name: str) -> User:
    """The user of this name, as of now."""
    return next(user for user in state.users.values() if user.name == name)


def on_device(state: State, name: str) -> Asking:
    """The user of this name on the oldest device that is in."""
    return asking(state, state.devices_of(user(state, name).id)[0].id)


def case(state: State, who: Asking, now_us: int = NOW, **means: Any) -> Case:
    """What a decision is made on."""
    return Case(state, who, Means(**means), now_us)


def asks(state: State, who: Asking, request: Any, now_us: int = NOW, **means: Any) -> Decision:
    """Decides a request, and applies what it changes."""
    decision = decide(case(state, who, now_us, **means), request)
    state.apply(decision.changes)
    return decision


def further_device(state: State, name: str, key: bytes) -> int:
    """A further device of a user, past all rules; its id."""
    realm = state.realm
    first = state.devices_of(user(state, name).id)[0]
    state.apply(
        [
            replace(realm, next_device=realm.next_device + 1),
            replace(first, id=realm.next_device, key=key, label="phone"),
        ]
    )
    return realm.next_device


def room_with(state: State, kind: RoomKind, *names: str, seq: int = 0, posted: int = 0) -> Room:
    """A room with these members, past all rules."""
    number = len(state.rooms) + 1
    starts = (LineageStart(0, state.realm.lineage),)
    name = f"room-{number}"
    room = Room(
        number, name, name, kind, "", 1, 0, NOW, handle(9000 + number), b"k" * 32, seq, b"c" * 32,
        posted, NOW, starts,
    )  # fmt: skip
    state.apply([room])
    for each in names:
        who = user(state, each).id
        state.apply([Membership(number, who, Role.MEMBER, Standing.MEMBER, NOW)])
    return room


def is_helpful(error: ChatError) -> bool:
    """Whether a refusal is a sentence that says what became of the request."""
    return error.message[0].isupper() and error.message.endswith((".", "?"))
