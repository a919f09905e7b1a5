"""Rooms that nobody leads any more, and how an administrator gives them an owner.

Owners see to it among themselves that a room keeps one. An account that is closed takes its roles
with it, and where it was the last owner, nobody in the room could do anything about it. So an
administrator, or the operator, may appoint a member: of such a room only, without entering it, and
without reading it.
"""

from __future__ import annotations

from dataclasses import replace

from zmqchat.domain.acquaintance import find_user
from zmqchat.domain.case import Case
from zmqchat.domain.decision import Decision, Recorded
from zmqchat.domain.draft import State
from zmqchat.domain.listings import next_page
from zmqchat.domain.permissions import called
from zmqchat.domain.realm_permissions import Asking, require_realm
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Room, Standing, View
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol.events import Appointed
from zmqchat.protocol.limits import LISTED_PER_PAGE
from zmqchat.protocol.names import normalise_room
from zmqchat.protocol.people import LeaderlessRoom
from zmqchat.protocol.replies import LeaderlessRooms
from zmqchat.protocol.requests import AppointOwner, Leaderless
from zmqchat.protocol.rooms import Role, RoomKind

_MEMBERS_TOLD = 20
_LOOKED_AT = 10_000
"""Members that a page looks at, if not at one room alone: nobody else is served meanwhile."""


def open_owners(view: View, room: int) -> list[int]:
    """The ids of the room's owners whose accounts are open."""
    found = ((user, view.membership(room, user)) for user in view.members(room))
    owners = [user for user, held in found if held is not None and held.role is Role.OWNER]
    return [user for user in owners if _is_open(view, user)]


def leaderless(state: State, who: Asking, request: Leaderless) -> LeaderlessRooms:
    """A page of the rooms that have members and no owner who could lead them.

    It looks at as many rooms as a page has lines, or fewer where they have many members: of those
    that are led it is shorter, or empty.
    """
    require_realm(who, Leaderless)
    rooms = _page(state, request)
    page = _looked_at(state, rooms)
    found = (state.room(number) for number in page)
    told = [
        LeaderlessRoom(room.name, _members(state, room))
        for room in found
        if room is not None and _is_leaderless(state, room)
    ]
    return LeaderlessRooms(told, page[-1] if len(page) < len(rooms) else next_page(rooms))


def _page(state: State, request: Leaderless) -> list[int]:
    if not request.name:
        return state.rooms_after(request.after, LISTED_PER_PAGE)
    user = find_user(state, request.name)
    return state.rooms_of_after(user.id, request.after, LISTED_PER_PAGE)


def _looked_at(state: State, rooms: list[int]) -> list[int]:
    left = _LOOKED_AT
    for place, room in enumerate(rooms):
        left -= state.audience(room)
        if left < 0 and place:
            return rooms[:place]
    return rooms


def appoint_owner(case: Case, request: AppointOwner) -> Decision:
    """Makes a member the owner of a room that has none; the log says who appointed them."""
    room = _room(case.view, request.room)
    owners = open_owners(case.view, room.id)
    if owners:
        leads = case.view.user(owners[0])
        raise Refused(
            Code.FORBIDDEN,
            f"{called(room)} has an owner, {leads.name if leads else 'somebody'!r}, who appoints "
            "others there; nothing was changed.",
        )
    target = find_user(case.view, request.name)
    held = case.view.membership(room.id, target.id)
    if held is None or held.standing is not Standing.MEMBER or not target.active:
        raise Refused(
            Code.FORBIDDEN,
            f"{target.name!r} is not in {called(room)}, or the account is closed; nothing was "
            "changed. Appoint one of its members.",
        )
    return Decision(
        changes=(replace(held, role=Role.OWNER),),
        # The operator has no name: then it is the new owner's own entry.
        events=(
            Recorded(
                room.id,
                case.asking.user or target,
                case.asking.device,
                Appointed(target.id, target.name, Role.OWNER),
            ),
        ),
        accounts=(target.id,),
    )


def _is_leaderless(view: View, room: Room) -> bool:
    """Everybody is in the general room, which administrators lead; conversations lead themselves.

    A room that only closed accounts are in waits for one of them.
    """
    return _can_be_led(room) and not open_owners(view, room.id) and view.audience(room.id) > 0


def _members(view: View, room: Room) -> list[str]:
    found = (view.user(number) for number in view.members(room.id))
    return sorted(user.name for user in found if user is not None and user.active)[:_MEMBERS_TOLD]


def _is_open(view: View, user: int) -> bool:
    found = view.user(user)
    return found is not None and found.active


def _room(view: View, name: str) -> Room:
    try:
        room = view.room_named(normalise_room(name)[1])
    except UsageError:
        room = None  # such a name no room can have
    if room is None or not _can_be_led(room):
        raise Refused(
            Code.NOT_FOUND,
            f"There is no room {name[:64]!r} that could have an owner; nothing was changed.",
        )
    return room


def _can_be_led(room: Room) -> bool:
    return room.kind is not RoomKind.DIRECT and room.id != GENERAL_ID
