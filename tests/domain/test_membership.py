"""What each membership event does to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.realms import NOW, batch, item, peopled, room_of, says, stands
from zmqchat.domain.acquaintance import acquaintances, has_read_of, knows
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.draft import State
from zmqchat.domain.membership import MembershipBody, decide_membership
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Ignored, Standing
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.events import Appointed, Banned, Invited, Joined, Kicked, Left, Unbanned
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import Accepted
from zmqchat.protocol.rooms import Role


def _refusal(state: State, actor: Actor, room: int, body: MembershipBody) -> Code:
    with pytest.raises(ChatError) as refused:
        decide_membership(state, actor.user, room, body, NOW)
    return refused.value.code


def test_who_joins_a_public_room_is_a_member_of_it() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    decision = decide_membership(state, bob.user, room.id, Joined(2, "bob"), NOW)
    assert (decision.membership.role, decision.membership.standing) == (
        Role.MEMBER,
        Standing.MEMBER,
    )
    assert not decision.rotate
    stands(state, room.id, bob)
    assert _refusal(state, bob, room.id, Joined(2, "bob")) is Code.FORBIDDEN  # is one already


def test_an_invitation_makes_a_member_and_a_private_room_takes_no_other() -> None:
    state, (olga, bob, _carol) = peopled("olga", "bob", "carol")
    room = room_of(state, olga, "dev", private=True)
    assert _refusal(state, bob, room.id, Joined(2, "bob")) is Code.NOT_FOUND
    assert _refusal(state, bob, room.id, Invited(3, "carol")) is Code.NOT_FOUND
    decision = decide_membership(state, olga.user, room.id, Invited(2, "bob"), NOW)
    assert decision.membership.user == bob.user.id
    assert decision.membership.standing is Standing.MEMBER
    stands(state, room.id, bob)
    assert not decide_membership(state, bob.user, room.id, Invited(3, "carol"), NOW).rotate
    assert _refusal(state, olga, room.id, Invited(2, "bob")) is Code.FORBIDDEN


@pytest.mark.parametrize("body", [Joined(2, "bob"), Left(2, "bob")])
def test_nobody_joins_or_leaves_for_somebody_else(body: MembershipBody) -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, body) is Code.FORBIDDEN


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (Invited(9, "nemo"), "nobody with the id 9"),
        (Invited(0, "bob"), "nobody with the id 0"),
        (Invited(2, "Bob"), "'Bob' is called 'bob' now"),
        (Invited(1, "bob"), "'bob' is called 'olga' now"),
        (Banned(2, "b" * 10_000), "is called 'bob' now"),
    ],
)
def test_the_log_names_people_as_they_are_called(body: MembershipBody, says: str) -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    with pytest.raises(ChatError, match=says) as refused:
        decide_membership(state, olga.user, room.id, body, NOW)
    assert refused.value.code is Code.NOT_FOUND
    assert len(refused.value.message) < 300


@pytest.mark.parametrize("body", [Joined(1, "bob"), Left(1, "bob")])
def test_nobody_joins_or_leaves_under_another_name(body: MembershipBody) -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, body) is Code.NOT_FOUND


def test_a_guest_is_told_no_name_of_a_stranger() -> None:
    state, (olga, bob, gus) = peopled("olga", "bob", "gus")
    guest = replace(gus.user, role=RealmRole.GUEST)
    state.apply([guest])
    stands(state, GENERAL_ID, gus, standing=Standing.FORMER)
    room = room_of(state, olga, "dev", private=True)
    stands(state, room.id, gus, Role.MODERATOR)
    messages: list[str] = []
    for body in (Invited(2, "x"), Invited(2, "bob"), Banned(2, "x"), Invited(9, "x")):
        with pytest.raises(ChatError) as refused:
            decide_membership(state, guest, room.id, body, NOW)
        messages.append(refused.value.message.replace("9", "2"))
    assert len(set(messages)) == 1
    # Whoever was in the room stands in its log.
    stands(state, room.id, bob, standing=Standing.BANNED)
    decision = decide_membership(state, guest, room.id, Unbanned(2, "bob"), NOW)
    assert decision.membership.standing is Standing.FORMER


@pytest.mark.parametrize("private", [False, True])
def test_leaving_takes_the_key_along_only_where_others_may_not_enter(private: bool) -> None:
    state, (olga,) = peopled("olga")
    room = room_of(state, olga, "dev", private=private)
    decision = decide_membership(state, olga.user, room.id, Left(1, "olga"), NOW)
    assert decision.membership.standing is Standing.FORMER
    assert decision.membership.role is Role.MEMBER  # who comes back is no owner any more
    assert decision.rotate is private


@pytest.mark.parametrize("body", [Kicked(2, "bob"), Banned(2, "bob")])
@pytest.mark.parametrize("private", [False, True])
def test_a_removal_begins_a_new_epoch(private: bool, body: MembershipBody) -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev", private=private)
    stands(state, room.id, bob)
    decision = decide_membership(state, olga.user, room.id, body, NOW)
    expected = Standing.BANNED if isinstance(body, Banned) else Standing.FORMER
    assert (decision.membership.user, decision.membership.standing) == (bob.user.id, expected)
    assert decision.rotate


@pytest.mark.parametrize("body", [Kicked(3, "bob"), Banned(3, "bob")])
@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        (Role.MEMBER, Role.MEMBER, False),
        (Role.MODERATOR, Role.MEMBER, True),
        (Role.MODERATOR, Role.MODERATOR, False),
        (Role.MODERATOR, Role.OWNER, False),
        (Role.OWNER, Role.MODERATOR, True),
        (Role.OWNER, Role.OWNER, False),
    ],
)
def test_only_those_below_are_removed(
    body: MembershipBody, actor: Role, target: Role, allowed: bool
) -> None:
    state, (olga, ann, bob) = peopled("olga", "ann", "bob")
    room = room_of(state, olga, "dev")
    stands(state, room.id, ann, actor)
    stands(state, room.id, bob, target)
    if allowed:
        assert decide_membership(state, ann.user, room.id, body, NOW).rotate
    else:
        assert _refusal(state, ann, room.id, body) is Code.FORBIDDEN


def test_a_ban_holds_until_it_is_lifted() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, Unbanned(2, "bob")) is Code.FORBIDDEN
    stands(state, room.id, bob, standing=Standing.BANNED)
    assert _refusal(state, bob, room.id, Joined(2, "bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Invited(2, "bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Kicked(2, "bob")) is Code.FORBIDDEN
    assert _refusal(state, olga, room.id, Banned(2, "bob")) is Code.FORBIDDEN  # changes nothing
    lifted = decide_membership(state, olga.user, room.id, Unbanned(2, "bob"), NOW)
    assert lifted.membership.standing is Standing.FORMER
    assert not lifted.rotate
    state.apply([lifted.membership])
    assert not decide_membership(state, bob.user, room.id, Joined(2, "bob"), NOW).rotate


def test_a_stranger_can_be_banned_before_coming_but_not_kicked() -> None:
    state, (olga, _) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    assert _refusal(state, olga, room.id, Kicked(2, "bob")) is Code.FORBIDDEN
    decision = decide_membership(state, olga.user, room.id, Banned(2, "bob"), NOW)
    assert decision.membership.standing is Standing.BANNED


@pytest.mark.parametrize("body", [Left(1, "olga"), Kicked(2, "bob"), Banned(2, "bob")])
def test_nobody_leaves_general(body: MembershipBody) -> None:
    state, (olga, _) = peopled("olga", "bob")
    stands(state, GENERAL_ID, olga, Role.OWNER)
    assert _refusal(state, olga, GENERAL_ID, body) is Code.FORBIDDEN


def test_a_new_member_has_read_what_was_said_before() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    work = batch(state)
    work.sends(olga, [says(room.id, "a"), says(room.id, "b"), item(room.id, Invited(2, "bob"))])
    state.apply(work.changes())
    reading = state.reading(room.id, bob.user.id)
    assert reading is not None
    assert (reading.seq, reading.posted) == (3, 2)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("actor", list(Role))
def test_owners_alone_appoint_and_anybody(actor: Role, role: Role) -> None:
    state, (olga, ann, bob) = peopled("olga", "ann", "bob")
    room = room_of(state, olga, "dev")
    stands(state, room.id, ann, actor)
    for held in Role:
        stands(state, room.id, bob, held)
        body = Appointed(3, "bob", role)
        if actor is not Role.OWNER or held is role:
            assert _refusal(state, ann, room.id, body) is Code.FORBIDDEN
            continue
        decision = decide_membership(state, ann.user, room.id, body, NOW)
        assert (decision.membership.user, decision.membership.role) == (bob.user.id, role)
        assert not decision.rotate


def test_only_members_are_appointed() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    for standing in (None, Standing.FORMER, Standing.BANNED):
        if standing is not None:
            stands(state, room.id, bob, standing=standing)
        assert _refusal(state, olga, room.id, Appointed(2, "bob", Role.OWNER)) is Code.FORBIDDEN


def test_who_is_no_owner_comes_and_goes_without_a_look_at_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a large room that look takes milliseconds, and a request holds a thousand events."""
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev").id
    stands(state, room, bob)
    looks: list[int] = []

    def members(_state: State, room: int) -> list[int]:
        looks.append(room)
        return []

    monkeypatch.setattr(State, "members", members)
    work = batch(state)
    sent = work.sends(bob, [item(room, Left(2, "bob")), item(room, Joined(2, "bob"))] * 5)
    sent += work.sends(olga, [item(room, Appointed(2, "bob", Role.MODERATOR))])
    assert all(isinstance(result, Accepted) for result in sent)
    assert looks == []


def test_the_last_owner_stays_while_others_are_there() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    step_down = Appointed(1, "olga", Role.MEMBER)
    left = decide_membership(state, olga.user, room.id, Left(1, "olga"), NOW)
    assert left.membership.standing is Standing.FORMER
    stands(state, room.id, bob, Role.MODERATOR)
    with pytest.raises(ChatError, match="appoint another owner first"):
        decide_membership(state, olga.user, room.id, Left(1, "olga"), NOW)
    assert _refusal(state, olga, room.id, step_down) is Code.FORBIDDEN
    stands(state, room.id, bob, Role.OWNER)
    for body in (Left(1, "olga"), step_down):
        assert (
            decide_membership(state, olga.user, room.id, body, NOW).membership.user == olga.user.id
        )
    # Whoever cannot come in any more owns nothing.
    state.apply([replace(bob.user, active=False)])
    assert _refusal(state, olga, room.id, Left(1, "olga")) is Code.FORBIDDEN


def test_two_owners_do_not_both_leave_in_one_batch() -> None:
    state, (olga, bob, ann) = peopled("olga", "bob", "ann")
    room = room_of(state, olga, "dev")
    stands(state, room.id, bob, Role.OWNER)
    stands(state, room.id, ann)
    work = batch(state)
    (first,) = work.sends(olga, [item(room.id, Left(1, "olga"))])
    (second,) = work.sends(bob, [item(room.id, Left(2, "bob"))])
    assert getattr(first, "seq", 0) == 2
    assert getattr(second, "code", "") == Code.FORBIDDEN


def test_an_administrator_keeps_order_in_public_rooms_from_outside() -> None:
    state, (olga, bob, root) = peopled("olga", "bob", "rita")
    public, private = room_of(state, olga, "dev"), room_of(state, olga, "hr", private=True)
    state.apply([replace(root.user, role=RealmRole.ADMIN)])
    for room in (public, private):
        stands(state, room.id, bob, Role.MODERATOR)
    for body in (Kicked(2, "bob"), Banned(2, "bob"), Appointed(2, "bob", Role.OWNER)):
        decision = decide_membership(state, root.user, public.id, body, NOW)
        assert decision.membership.user == bob.user.id
        assert _refusal(state, root, private.id, body) is Code.NOT_FOUND
    assert _refusal(state, root, public.id, Kicked(1, "olga")) is Code.FORBIDDEN  # an owner
    assert _refusal(state, root, public.id, Appointed(1, "olga", Role.MEMBER)) is Code.FORBIDDEN
    # An administrator in the room is an owner, and nobody below removes one.
    stands(state, public.id, root)
    assert _refusal(state, bob, public.id, Kicked(3, "rita")) is Code.FORBIDDEN


def test_guests_are_where_they_are_invited_to() -> None:
    state, (olga, gus) = peopled("olga", "gus")
    room = room_of(state, olga, "dev")
    state.apply([replace(gus.user, role=RealmRole.GUEST)])
    assert _refusal(state, gus, room.id, Joined(2, "gus")) is Code.NOT_FOUND
    decision = decide_membership(state, olga.user, room.id, Invited(2, "gus"), NOW)
    assert decision.membership.standing is Standing.MEMBER


def test_nobody_invites_a_closed_account_and_it_can_be_removed() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    state.apply([replace(bob.user, active=False)])
    assert _refusal(state, olga, room.id, Invited(2, "bob")) is Code.FORBIDDEN
    stands(state, room.id, bob)
    assert decide_membership(state, olga.user, room.id, Kicked(2, "bob"), NOW).rotate


# ── invitations by people whom one ignores ───────────────────────────────────────────────────────


def _ignores(state: State, user: Actor, other: Actor, *, on: bool = True) -> None:
    version = state.account_version(user.user.id) + 1
    state.apply([Ignored(user.user.id, other.user.id, on, version)])


def _invited(state: State, inviter: Actor, room: int, target: Actor) -> Batch:
    """An invitation, committed."""
    work = batch(state)
    (result,) = work.sends(inviter, [item(room, Invited(target.user.id, target.user.name))])
    assert isinstance(result, Accepted), result
    state.apply(work.changes())
    return work


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("role", [RealmRole.MEMBER, RealmRole.GUEST])
def test_nobody_is_brought_into_a_room_by_whom_one_ignores(private: bool, role: RealmRole) -> None:
    state, (olga, bob, ann) = peopled("olga", "bob", "ann")
    room = room_of(state, olga, "dev", private=private)
    stands(state, room.id, ann)
    state.apply([replace(bob.user, role=role)])
    _ignores(state, bob, olga)
    work = _invited(state, olga, room.id, bob)
    assert [event.type for event in work.events] == ["invited"]
    assert state.rooms[room.id].epoch == room.epoch
    held = state.membership(room.id, bob.user.id)
    assert held is not None
    assert held.standing is Standing.INVITED
    assert bob.user.id not in state.members(room.id)
    assert state.audience(room.id) == 2
    assert room.id not in state.rooms_of(bob.user.id)
    assert state.reading(room.id, bob.user.id) is None
    assert state.invited_to_after(bob.user.id, 0, 9) == [room.id]
    # It may read nothing, and nobody may take it for a member.
    (posted,) = batch(state).sends(bob, [says(room.id, "hello")])
    assert getattr(posted, "code", "") == Code.FORBIDDEN
    appointed = Appointed(bob.user.id, "bob", Role.OWNER)
    assert _refusal(state, olga, room.id, appointed) is Code.FORBIDDEN
    with pytest.raises(ChatError, match="bob is invited to #dev already"):
        decide_membership(state, olga.user, room.id, Invited(2, "bob"), NOW)
    bob_now = state.users[bob.user.id]
    entered = decide_membership(state, bob_now, room.id, Joined(2, "bob"), NOW)
    assert entered.membership.standing is Standing.MEMBER
    assert entered.readings
    # One whom it does not ignore makes it a member at once.
    _invited(state, ann, room.id, bob)
    assert bob.user.id in state.members(room.id)
    assert state.invited_to_after(bob.user.id, 0, 9) == []


@pytest.mark.parametrize("private", [False, True])
def test_an_invitation_is_declined_or_withdrawn_and_the_room_keeps_its_key(private: bool) -> None:
    state, (olga, bob, ann) = peopled("olga", "bob", "ann")
    room = room_of(state, olga, "dev", private=private)
    stands(state, room.id, ann)
    _ignores(state, bob, olga)
    for actor, body in ((bob, Left(2, "bob")), (olga, Kicked(2, "bob"))):
        _invited(state, olga, room.id, bob)
        assert _refusal(state, ann, room.id, Kicked(2, "bob")) is Code.FORBIDDEN
        decision = decide_membership(state, actor.user, room.id, body, NOW)
        assert decision.membership.standing is Standing.FORMER
        assert not decision.rotate
        state.apply([decision.membership])
        code = Code.NOT_FOUND if private else Code.FORBIDDEN
        assert _refusal(state, bob, room.id, Left(2, "bob")) is code
    _invited(state, olga, room.id, bob)
    banned = decide_membership(state, olga.user, room.id, Banned(2, "bob"), NOW)
    assert banned.membership.standing is Standing.BANNED
    state.apply([banned.membership])
    code = Code.NOT_FOUND if private else Code.FORBIDDEN
    assert _refusal(state, bob, room.id, Joined(2, "bob")) is code


def test_whom_one_ignores_no_more_invites_as_anybody() -> None:
    state, (olga, bob) = peopled("olga", "bob")
    room = room_of(state, olga, "dev")
    _ignores(state, bob, olga)
    _invited(state, olga, room.id, bob)
    _ignores(state, bob, olga, on=False)
    _ignores(state, olga, bob)  # whom the inviter ignores is nothing to it
    _invited(state, olga, room.id, bob)
    assert bob.user.id in state.members(room.id)


def test_a_guest_declines_an_invitation_to_general_where_nobody_leaves() -> None:
    state, (_olga, gus) = peopled("olga", "gus")
    state.apply([replace(gus.user, role=RealmRole.GUEST)])
    stands(state, GENERAL_ID, gus, standing=Standing.INVITED)
    guest = state.users[gus.user.id]
    declined = decide_membership(state, guest, GENERAL_ID, Left(2, "gus"), NOW)
    assert declined.membership.standing is Standing.FORMER


def test_an_invitation_that_is_pending_makes_nobody_known() -> None:
    state, (olga, gus, ann) = peopled("olga", "gus", "ann")
    state.apply([replace(gus.user, role=RealmRole.GUEST)])
    stands(state, GENERAL_ID, gus, standing=Standing.FORMER)
    room = room_of(state, olga, "dev", private=True)
    stands(state, room.id, ann)
    stands(state, room.id, gus, standing=Standing.INVITED)
    guest = state.users[gus.user.id]
    assert not has_read_of(state, guest, ann.user.id)
    assert not knows(state, guest, ann.user.id)
    assert acquaintances(state, guest, 0, 9) == [gus.user.id]
    # Nor does a guest who is in know whom somebody has invited; but reads of it in the log.
    stands(state, room.id, gus)
    stands(state, room.id, ann, standing=Standing.INVITED)
    assert not knows(state, guest, ann.user.id)
    assert has_read_of(state, guest, ann.user.id)
