"""Deciding on who is in a room, and as what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zmqchat.domain.acquaintance import knows, nobody
from zmqchat.domain.leading import open_owners
from zmqchat.domain.permissions import Action, called, outranks, relation_to, require
from zmqchat.domain.quotas import check_entry
from zmqchat.domain.readings import from_here
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Membership, Reading, Room, Standing, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Appointed, Banned, Invited, Joined, Kicked, Left, Unbanned
from zmqchat.protocol.rooms import Role, RoomKind

_SHOWN = 64
"""Characters of a name that an answer quotes."""

MembershipBody = Joined | Left | Invited | Kicked | Banned | Unbanned | Appointed


@dataclass(frozen=True, slots=True)
class MembershipDecision:
    """The new relation, whose user is told of it, and whether a new epoch begins after it.

    `readings` are where a new member begins to count what is unread.
    """

    membership: Membership
    rotate: bool = False
    readings: tuple[Reading, ...] = ()


def decide_membership(
    view: View, actor: User, room_id: int, body: MembershipBody, now_us: int
) -> MembershipDecision:
    """What a membership event does; Refused where it is not allowed or changes nothing."""
    action = Action(type(body).__name__.lower())
    room = require(view, actor.id, room_id, action)
    target = _target(view, actor, room, body)
    before = view.membership(room_id, target.id)
    invited = before is not None and before.standing is Standing.INVITED
    former = Membership(room_id, target.id, Role.MEMBER, Standing.FORMER, now_us)
    match body:
        case Joined():
            return _entry(view, room, target, before, now_us)
        case Invited():
            return _invitation(view, actor, room, target, before, now_us)
        case Left() | Kicked() if invited:
            return MembershipDecision(former)  # declined or withdrawn: there is no key to take away
        case Left():
            _keep_general(room)
            _keep_an_owner(view, room, target, before)
            return _removal(room, target, Standing.FORMER, now_us)
        case Kicked() | Banned():
            _keep_general(room)
            return _expulsion(view, actor, room, target, body, now_us)
        case Unbanned():
            banned = before is not None and before.standing is Standing.BANNED
            _refuse_if(not banned, f"{target.name} is not banned from {called(room)}.")
            return MembershipDecision(former)
        case Appointed():
            return _appointment(view, room, target, before, body)


def _target(view: View, actor: User, room: Room, body: MembershipBody) -> User:
    if isinstance(body, Joined | Left) and body.member != actor.id:
        raise Refused(Code.FORBIDDEN, "Nobody joins or leaves for somebody else.")
    target = view.user(body.member)
    # Whoever was in the room stands in its log, and is no stranger to those who read it.
    met = view.membership(room.id, body.member) is not None
    if target is None or not (met or knows(view, actor, target.id)):
        raise nobody(body.member)
    # The name goes into the log, where it is to be what the user is called at that time.
    if target.name != body.name:
        raise Refused(
            Code.NOT_FOUND,
            f"{body.name[:_SHOWN]!r} is called {target.name!r} now. Nothing was changed; do it "
            "again with that name.",
        )
    return target


def _invitation(
    view: View, actor: User, room: Room, target: User, before: Membership | None, now_us: int
) -> MembershipDecision:
    """A member at once; but nobody is brought into a room by somebody whom one ignores."""
    entry = _entry(view, room, target, before, now_us)
    ignored = view.ignored(target.id, actor.id)
    if ignored is None or not ignored.on:
        return entry
    invited = before is not None and before.standing is Standing.INVITED
    _refuse_if(invited, f"{target.name} is invited to {called(room)} already.")
    return MembershipDecision(replace(entry.membership, standing=Standing.INVITED))


def _entry(
    view: View, room: Room, target: User, before: Membership | None, now_us: int
) -> MembershipDecision:
    standing = before.standing if before is not None else Standing.FORMER
    _refuse_if(standing is Standing.MEMBER, f"{target.name} is in {called(room)} already.")
    _refuse_if(
        standing is Standing.BANNED, f"{target.name} is banned from {called(room)}; unban first."
    )
    _refuse_if(
        not target.active, f"The account of {target.name} is closed. An administrator can open it."
    )
    check_entry(view, target)
    member = Membership(room.id, target.id, Role.MEMBER, Standing.MEMBER, now_us)
    return MembershipDecision(member, readings=from_here(view, room.id, target.id))


def _expulsion(
    view: View, actor: User, room: Room, target: User, body: Kicked | Banned, now_us: int
) -> MembershipDecision:
    before = view.membership(room.id, target.id)
    standing = before.standing if before is not None else Standing.FORMER
    if isinstance(body, Kicked):
        _refuse_if(standing is not Standing.MEMBER, f"{target.name} is not in {called(room)}.")
    _refuse_if(standing is Standing.BANNED, f"{target.name} is banned from {called(room)} already.")
    if not outranks(relation_to(view, actor.id, room), relation_to(view, target.id, room)):
        raise Refused(Code.FORBIDDEN, f"{target.name} stands as high in {called(room)} as you do.")
    after = Standing.FORMER if isinstance(body, Kicked) else Standing.BANNED
    return _removal(room, target, after, now_us, rotate=True)


def _appointment(
    view: View, room: Room, target: User, before: Membership | None, body: Appointed
) -> MembershipDecision:
    if before is None or before.standing is not Standing.MEMBER:
        raise Refused(Code.FORBIDDEN, f"{target.name} is not in {called(room)}; invite first.")
    _refuse_if(
        before.role is body.role, f"{target.name} is {body.role.value} of {called(room)} already."
    )
    if _is_last_owner(view, room, before):
        raise Refused(Code.FORBIDDEN, _last_owner(room, target, "step down"))
    return MembershipDecision(replace(before, role=body.role))


def _removal(
    room: Room, target: User, standing: Standing, now_us: int, *, rotate: bool = False
) -> MembershipDecision:
    gone = Membership(room.id, target.id, Role.MEMBER, standing, now_us)
    return MembershipDecision(gone, rotate or room.kind is RoomKind.PRIVATE)


def _keep_general(room: Room) -> None:
    _refuse_if(room.id == GENERAL_ID, f"Everybody is in #{room.name}; nobody leaves it.")


def _keep_an_owner(view: View, room: Room, leaver: User, before: Membership | None) -> None:
    if _is_last_owner(view, room, before) and view.audience(room.id) > 1:
        raise Refused(Code.FORBIDDEN, _last_owner(room, leaver, "leave"))


def _last_owner(room: Room, owner: User, verb: str) -> str:
    return (
        f"{owner.name} is the last owner of {called(room)} and cannot {verb}: the room would have "
        "none. Nothing was changed; appoint another owner first."
    )


def _is_last_owner(view: View, room: Room, held: Membership | None) -> bool:
    """Whether no other open account is owner; for whom is none, nobody is looked at."""
    if held is None or held.role is not Role.OWNER:
        return False
    return open_owners(view, room.id) == [held.user]


def _refuse_if(condition: bool, message: str) -> None:
    if condition:
        raise Refused(Code.FORBIDDEN, message)
