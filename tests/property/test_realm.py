"""Everything that people do to rooms, messages and accounts, with commits that fail in between.

Whatever the order: the state in memory is what the database holds, the database is what its logs
say, and nobody is shown anything of a room that they may not read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.domain.logs import fresh
from tests.domain.realms import NOW, claim, item
from zmqchat.domain.batch import Actor
from zmqchat.domain.case import Marker, Means, Verified
from zmqchat.domain.draft import State
from zmqchat.domain.realm_permissions import OPERATOR, asking
from zmqchat.domain.state import Registration
from zmqchat.errors import Code, Unavailable
from zmqchat.protocol import events as say
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import Presence, RealmRole
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.rooms import Level, Role
from zmqchat.server.committer import Committer
from zmqchat.server.jobs import AccountJob, ClaimJob, CreateJob, DirectJob, Job, Rotate, SendJob
from zmqchat.server.realm import open_state, written_values
from zmqchat.storage import Store, open_store
from zmqchat.storage.transaction import Transaction
from zmqchat.storage.verify import verify

NAMES = ("alice", "bob", "carol", "dave", "erin")
ROOMS = ("dev", "ops", "Dev2", "lab")
EMOJI = ("👍", "🎉", "ok")
TEXTS = ("hello", "@bob and @room", "`@bob` @carol", "@dave.", "no", "@erin @alice @zoe")


class Failing:
    """A store's writer that sometimes fails, before or after what it was given is on the disk."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        self._store = store
        self._chance = chance

    @contextmanager
    def transaction(self, size: int) -> Iterator[Transaction]:
        """One that may fail."""
        fate = self._chance.random()
        with self._store.writer.transaction() as transaction:
            yield transaction
            if fate < 0.1:
                raise Unavailable(Code.STORAGE_FAILED, "the disk is full", 1.0)
        if fate > 0.9:
            raise Unavailable(Code.STORAGE_FAILED, "who knows", 1.0)


class Life:
    """A realm in which things happen by chance; what was refused for the disk is tried again."""

    def __init__(self, store: Store, seed: int) -> None:
        self.chance = random.Random(seed)
        self.state = open_state(store, NOW)
        self.store = store
        self.now_us = NOW
        self.keys = [fresh(32) for _ in range(12)]
        self.accepted: dict[bytes, Accepted] = {}
        self.committer = Committer(
            self.state,
            Failing(store, self.chance),
            lambda: written_values(store),
            Registration.LINK,
            self._clock,
            lambda _outcome: None,
            monotonic=lambda: self.now_us / 1_000_000,
        )

    def _clock(self) -> int:
        self.now_us += 1_000_003
        return self.now_us

    def run(self, batches: int) -> None:
        """So many commits, each of a few jobs; a failed one comes again until it is written."""
        self._settle([self._claim(n) for n in range(len(NAMES))])
        for _ in range(batches):
            self._settle([self._job() for _ in range(self.chance.randint(1, 12))])

    def _settle(self, jobs: list[Job]) -> None:
        for _ in range(50):
            outcome = self.committer.work(jobs)
            for job, answer in outcome.answers:
                if isinstance(job, SendJob) and isinstance(answer, list):
                    self._note(job, answer)
            failed = any(_failed(answer) for _, answer in outcome.answers)
            if not failed:
                return
            # Who asked for something about an account is told, and has to ask anew.
            jobs = [job for job in jobs if not isinstance(job, AccountJob)]
        raise AssertionError("a disk that never works")

    def _note(self, job: SendJob, results: list[Accepted | Refusal]) -> None:
        for sent, result in zip(job.items, results, strict=True):
            if isinstance(result, Accepted):
                assert self.accepted.setdefault(sent.id, result) == result, "once, and for all"

    def _job(self) -> Job:
        actors = self._actors()
        kind = self.chance.random()
        if kind < 0.05 or not actors:
            return self._claim(self.chance.randrange(12))
        actor = self.chance.choice(actors)
        if kind < 0.12:
            body = ask.CreateRoom(fresh(16), self._pick(ROOMS), self.chance.random() < 0.5)
            return CreateJob(b"peer", 1, self.now_us, actor, body)
        if kind < 0.17:
            people = [self._whom()[0] for _ in range(self.chance.randint(1, 3))]
            return DirectJob(b"peer", 1, self.now_us, actor, ask.OpenDirect(fresh(16), people))
        if kind < 0.35:
            return self._account(actor)
        if kind < 0.37:
            return Rotate(self._room())
        items = [self._item(actor) for _ in range(self.chance.randint(1, 8))]
        return SendJob(b"peer", 1, self.now_us, actor, items, 0)

    def _actors(self) -> list[Actor]:
        """Everybody's devices, those that are out too: their requests were under way."""
        devices = (self.state.device(number) for number in range(1, 40))
        return [
            Actor(user, device.id)
            for device in devices
            if device is not None and (user := self.state.user(device.user)) is not None
        ]

    def _claim(self, number: int) -> ClaimJob:
        name = NAMES[number % len(NAMES)]
        hello = claim(name, key=self.keys[number])
        return ClaimJob(b"peer", 1, self.now_us, hello, Presence.ONLINE, "00", 3, "127.0.0.1")

    def _pick(self, of: tuple[str, ...]) -> str:
        return self.chance.choice(of)

    def _name(self) -> str:
        return self.chance.choice([user.name for user in self.state.users.values()] + ["zoe"])

    def _whom(self) -> tuple[int, str]:
        """Somebody's id and name, and now and then what is nobody's."""
        some = [(user.id, user.name) for user in self.state.users.values()]
        return self.chance.choice(
            [*some, (99, "zoe"), (some[0][0], "zoe")] if some else [(99, "zoe")]
        )

    def _room(self) -> int:
        return self.chance.choice(list(self.state.rooms))

    def _item(self, actor: Actor) -> ask.SendItem:
        mine = self.state.rooms_of(actor.user.id)
        room = self.chance.choice(mine) if mine and self.chance.random() < 0.9 else self._room()
        head = self.state.rooms[room].seq
        at = self.chance.randint(max(0, head - 6), head + 4)
        choices: list[say.Body] = [say.Posted(self._pick(TEXTS)), say.Posted("re", at)] * 3
        choices += [say.Edited(at, self._pick(TEXTS)), say.Redacted(at)] * 2
        choices += [say.Reacted(at, self._pick(EMOJI)), say.Unreacted(at, self._pick(EMOJI))]
        choices += [say.Pinned(at), say.Unpinned(at), say.Joined(actor.user.id, actor.user.name)]
        choices += [say.Left(actor.user.id, actor.user.name), say.Invited(*self._whom())]
        choices += [say.Kicked(*self._whom())]
        choices += [say.Banned(*self._whom()), say.Unbanned(*self._whom())]
        choices += [say.Appointed(*self._whom(), self.chance.choice(list(Role)))]
        choices += [say.Renamed(self._pick(ROOMS)), say.Described("so"), say.Unarchived()]
        choices += [say.Archived()] if self.chance.random() < 0.2 else []
        return item(room, self.chance.choice(choices), fresh(16))

    def _account(self, actor: Actor) -> AccountJob:
        room, name = self._room(), self._name()
        head = self.state.rooms[room]
        tickets = (fresh(32), fresh(32))
        choices: list[tuple[object, Means]] = [
            (ask.MarkRead(room, head.seq), Means(marker=Marker(head.seq, head.posted))),
            (ask.SetRoom(room, Level.MENTIONS, self.chance.random() < 0.5), Means()),
            (ask.Ignore(self._whom()[0], self.chance.random() < 0.6), Means()),
            (ask.SetProfile(None, self._pick(TEXTS), None), Means()),
            (ask.RemoveDevice(self.chance.randrange(1, 20)), Means()),
            (ask.MakeLinkCode(), Means(code_hash=tickets[0])),
            (ask.MakeInvite(), Means(code_hash=tickets[1])),
            (
                ask.SetPassword("x"),
                Means(password_hash="hash", old=Verified(actor.user.id, "hash")),
            ),
            (ask.SetRealmRole(name, self.chance.choice(list(RealmRole))), Means()),
            (ask.Deactivate(name), Means()),
            (ask.AppointOwner(self._pick(TEXTS), name), Means()),
            (ask.Reactivate(name), Means()),
            (ask.Reactivate(name), Means()),
            (ask.RenameUser(name, name + "x" if len(name) < 8 else name[:5]), Means()),
        ]
        body, means = self.chance.choice(choices)
        who = OPERATOR if self.chance.random() < 0.3 else asking(self.state, actor.device)
        return AccountJob(b"peer", 1, self.now_us, who, body, means)  # type: ignore[arg-type]


def _failed(answer: object) -> bool:
    answers = answer if isinstance(answer, list) else [answer]
    codes = [getattr(each, "code", "") for each in answers]
    assert "internal" not in codes
    return Code.STORAGE_FAILED in codes


def _values(state: State) -> dict[str, object]:
    users = state.users
    return {
        "realm": state.realm,
        "users": users,
        "rooms": state.rooms,
        "names": {room.name_key: room.id for room in state.rooms.values()},
        "found": {key: state.room_named(key) for key in (r.name_key for r in state.rooms.values())},
        "people": {u.skeleton: state.user_named(u.skeleton) for u in users.values()},
        "members": {room: sorted(state.members(room)) for room in state.rooms},
        "rooms_of": {user: sorted(state.rooms_of(user)) for user in users},
        "invited": {user: state.invited_to_after(user, 0, 99) for user in users},
        "memberships": {(r, u): state.membership(r, u) for r in state.rooms for u in users},
        "readings": {(r, u): state.reading(r, u) for r in state.rooms for u in users},
        "versions": {user: state.account_version(user) for user in users},
        "ignored": {user: state.ignored_by(user) for user in users},
        "devices": {n: state.device(n) for n in range(1, state.realm.next_device)},
        "tickets": {ticket.id: ticket for ticket in state.tickets()},
        "former": {n: state.former_name(n) for n in ("alice", "bob", "carol", "dave", "erin")},
    }


@pytest.mark.parametrize("seed", range(6))
def test_memory_and_disk_and_log_agree_whatever_happens(tmp_path: Path, seed: int) -> None:
    store = open_store(tmp_path / "zmqchat.db")
    try:
        life = Life(store, seed)
        life.run(60)
        assert sum(room.seq for room in life.state.rooms.values()) > 100
        life._settle([life._claim(0)])  # a commit in doubt is settled by the next
        again = _values(open_state(store, NOW))
        here = _values(life.state)
        for what in again:
            assert here[what] == again[what], what
        report = verify(store)
        assert report.findings == ()
    finally:
        store.close()
