"""Nobody is brought into rooms by others without end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.realms import NOW, claim, item, peopled, room_of, says, send_id, token
from zmqchat.domain import reach
from zmqchat.domain.batch import HELD, Actor, Batch
from zmqchat.domain.limits import INVITED_PER_USER, TALKED_TO_PER_USER, Rate
from zmqchat.domain.reach import Reach
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Ignored, Registration, Ticket, TicketKind
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Invited, Kicked
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.requests import OpenDirect

_AT_ONCE = int(INVITED_PER_USER.burst)
_TALKS = int(TALKED_TO_PER_USER.burst)


class _World:
    """Rooms of several inviters, and a clock."""

    def __init__(self, *names: str) -> None:
        self.now = 100.0
        self.reach = Reach(lambda: self.now)
        self.state, self.people = peopled(*names)

    def batch(self) -> Batch:
        return Batch(self.state, {}, {}, NOW, token, reach=self.reach)

    def rooms(self, owner: Actor, count: int) -> list[int]:
        name = owner.user.name
        return [room_of(self.state, owner, f"{name}-{n}", private=True).id for n in range(count)]


def _invites(work: Batch, who: Actor, room: int, target: Actor) -> Accepted | Refusal:
    (result,) = work.sends(who, [item(room, Invited(target.user.id, target.user.name))])
    return result


def _talks(work: Batch, who: Actor, *others: Actor) -> int:
    return work.direct(who, OpenDirect(send_id(), [other.user.id for other in others]))


def test_invitations_of_one_person_are_bounded_over_all_who_invite() -> None:
    world = _World("olga", "mallory", "bob", "ann")
    olga, mallory, bob, ann = world.people
    hers, his = world.rooms(olga, _AT_ONCE // 2), world.rooms(mallory, _AT_ONCE)
    work = world.batch()
    results = [_invites(work, olga, room, bob) for room in hers]
    results += [_invites(work, mallory, room, bob) for room in his]
    assert [isinstance(r, Accepted) for r in results] == [True] * _AT_ONCE + [False] * len(hers)
    refusal = results[-1]
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.RATE_LIMITED
    assert "bob was invited to many rooms" in refusal.message
    assert refusal.retry_after is not None
    assert refusal.retry_after == pytest.approx(1 / INVITED_PER_USER.per_second)
    assert isinstance(_invites(work, mallory, his[0], ann), Accepted)  # another's bucket
    world.now += refusal.retry_after
    assert isinstance(_invites(work, mallory, his[-1], bob), Accepted)
    assert isinstance(_invites(work, mallory, his[-2], bob), Refusal)


def test_a_room_with_thirty_people_is_filled_at_once() -> None:
    names = [f"user{n}" for n in range(30)]
    world = _World("olga", *names)
    olga, *others = world.people
    (room,) = world.rooms(olga, 1)
    items = [item(room, Invited(each.user.id, each.user.name)) for each in others]
    assert all(isinstance(r, Accepted) for r in world.batch().sends(olga, items))


def test_what_is_refused_for_another_reason_uses_nothing_up() -> None:
    world = _World("olga", "bob")
    olga, bob = world.people
    (room, *rooms) = world.rooms(olga, _AT_ONCE)
    work = world.batch()
    assert isinstance(_invites(work, olga, room, bob), Accepted)
    for _ in range(_AT_ONCE):
        again = _invites(work, olga, room, bob)
        assert isinstance(again, Refusal)
        assert again.code is Code.FORBIDDEN  # is in already
    assert all(isinstance(_invites(work, olga, each, bob), Accepted) for each in rooms)


def test_who_is_ignored_is_in_nobodys_way() -> None:
    world = _World("olga", "mallory", "bob")
    olga, mallory, bob = world.people
    world.state.apply([Ignored(bob.user.id, mallory.user.id, True, 1)])
    hers, his = world.rooms(olga, 1), world.rooms(mallory, _AT_ONCE + 1)
    work = world.batch()
    results = [_invites(work, mallory, room, bob) for room in his]
    assert [isinstance(r, Accepted) for r in results] == [True] * _AT_ONCE + [False]
    assert isinstance(_invites(work, olga, hers[0], bob), Accepted)


def test_going_in_and_out_of_one_room_counts_too() -> None:
    world = _World("olga", "bob")
    olga, bob = world.people
    (room,) = world.rooms(olga, 1)
    work = world.batch()
    for _ in range(_AT_ONCE):
        assert isinstance(_invites(work, olga, room, bob), Accepted)
        work.sends(olga, [item(room, Kicked(bob.user.id, "bob"))])
    assert isinstance(_invites(work, olga, room, bob), Refusal)


def test_what_comes_behind_a_refusal_for_now_waits_for_it() -> None:
    world = _World("olga", "bob")
    olga, bob = world.people
    *rooms, last = world.rooms(olga, _AT_ONCE + 1)
    work = world.batch()
    for room in rooms:
        _invites(work, olga, room, bob)
    invitation = item(last, Invited(bob.user.id, "bob"))
    sent = work.sends(olga, [invitation, says(last, "welcome"), says(GENERAL_ID, "elsewhere")])
    assert isinstance(sent[0], Refusal)
    assert sent[1] is HELD
    assert isinstance(sent[2], Accepted)


def test_conversations_with_one_person_are_bounded_and_not_made_by_halves() -> None:
    names = [f"user{n}" for n in range(_TALKS + 2)]
    world = _World("bob", "ann", *names)
    bob, ann, *others = world.people
    work = world.batch()
    for who in others[:_TALKS]:
        _talks(work, who, bob)
    assert _talks(work, others[0], bob)  # there is one already: nobody is brought anywhere
    for _ in range(_TALKS):
        with pytest.raises(Refused, match="bob was brought into many conversations") as refused:
            _talks(work, others[-1], ann, bob)
        assert refused.value.code is Code.RATE_LIMITED
        assert refused.value.retry_after == pytest.approx(1 / TALKED_TO_PER_USER.per_second)
    assert _talks(work, others[-1], ann)  # what was taken of hers was given back
    world.now += 1 / TALKED_TO_PER_USER.per_second
    assert _talks(work, others[-1], ann, bob)


def test_a_commit_that_failed_has_used_nothing_up() -> None:
    world = _World("olga", "bob")
    olga, bob = world.people
    rooms = world.rooms(olga, _AT_ONCE)
    for _ in range(3):
        work = world.batch()
        assert all(isinstance(_invites(work, olga, room, bob), Accepted) for room in rooms)
        world.reach.restore()
    work = world.batch()
    _invites(work, olga, rooms[0], bob)
    world.reach.settle()
    world.reach.restore()
    results = [_invites(work, olga, room, bob) for room in rooms[1:]]
    assert all(isinstance(result, Accepted) for result in results)
    work.sends(olga, [item(rooms[0], Kicked(bob.user.id, "bob"))])
    assert isinstance(_invites(work, olga, rooms[0], bob), Refusal)


def test_a_batch_without_a_reach_bounds_nothing() -> None:
    """A replay of the log repeats what was decided."""
    world = _World("olga", "bob")
    olga, bob = world.people
    rooms = world.rooms(olga, 2 * _AT_ONCE)
    work = Batch(world.state, {}, {}, NOW, token)
    assert all(isinstance(_invites(work, olga, room, bob), Accepted) for room in rooms)


def test_the_join_link_lets_so_many_names_in_at_once_and_an_invitation_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "NAMES_BY_LINK", Rate(per_second=1, burst=2))
    world = _World("ada")
    work = world.batch()
    for name in ("bob", "carol"):
        work.claim(claim(name, key=name.encode().ljust(32)), Registration.OPEN)
    with pytest.raises(Refused) as refused:
        work.claim(claim("dave", key=b"d" * 32), Registration.OPEN)
    assert (refused.value.code, refused.value.retry_after) == (Code.RATE_LIMITED, 1.0)
    work.claim(claim("bob", key=b"bob".ljust(32)), Registration.OPEN)  # no new name
    world.reach.restore()
    work = world.batch()
    for name in ("bob", "carol"):
        work.claim(claim(name, key=name.encode().ljust(32)), Registration.OPEN)
    world.state.apply([*work.changes(), _ticket()])
    invited = replace(claim("erin", key=b"e" * 32), token_hash=_ticket().hash)
    world.batch().claim(invited, Registration.OPEN)


def _ticket() -> Ticket:
    return Ticket(1, b"t" * 32, TicketKind.INVITE, 0, RealmRole.MEMBER, "", 1, NOW, NOW + 10**9)
