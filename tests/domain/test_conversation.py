"""Any conversation, in any batches: the projection is a fold of the log, and nothing else.

Commands are drawn at random, right and wrong ones alike. A simple model reads the committed log
from its beginning, event by event, and knows no rule: what it comes to must be what was written as
the projection, however the commands were cut into batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.logs import Log, erased_in, mentions_of, reactions_of, states_of
from tests.domain.realms import NOW, item, peopled, room_of, stands
from zmqchat.domain.projection import Edit
from zmqchat.domain.state import StoredEvent
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, digest
from zmqchat.protocol.events import (
    Appointed,
    Archived,
    Body,
    Described,
    Edited,
    Kicked,
    Left,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Renamed,
    Unarchived,
    Unpinned,
    Unreacted,
)
from zmqchat.protocol.replies import Accepted
from zmqchat.protocol.rooms import Role
from zmqchat.protocol.who import EVERYBODY

_PEOPLE = ["alice", "bob", "carol"]
_SEQS = st.integers(1, 8)  # 2 to 5 are messages from the start
_TEXTS = st.sampled_from(["hi", "@bob", "@room @carol", "`@bob`", ""])
_EMOJI = st.sampled_from(["👍", "ok", "no good"])
_ABOUT_THE_ROOM: st.SearchStrategy[Body] = st.one_of(
    st.builds(Renamed, st.sampled_from(["ops", "general", "a b"])),
    st.builds(Described, st.just("for work")),
    st.builds(Appointed, st.sampled_from(_PEOPLE), st.sampled_from(Role)),
    st.builds(Kicked, st.sampled_from(_PEOPLE)),
    st.builds(Left, st.sampled_from(_PEOPLE)),
    st.sampled_from([Archived(), Unarchived(), Unarchived()]),
)
_BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(Posted, _TEXTS, _SEQS),
    st.builds(Posted, _TEXTS, _SEQS),
    st.builds(Posted, _TEXTS),
    st.builds(Edited, _SEQS, _TEXTS),
    st.builds(Redacted, _SEQS),
    st.builds(Reacted, _SEQS, _EMOJI),
    st.builds(Unreacted, _SEQS, _EMOJI),
    st.builds(Pinned, _SEQS),
    st.builds(Unpinned, _SEQS),
    _ABOUT_THE_ROOM,
)
_BATCHES = st.lists(
    st.tuples(st.lists(st.tuples(st.integers(0, 2), _BODIES), max_size=12), st.booleans()),
    max_size=6,
)


@dataclass
class _Message:
    """A message as somebody who reads the log would tell it."""

    author: int
    text: str
    root: int = 0
    replies: list[int] = field(default_factory=list)
    edits: list[int] = field(default_factory=list)
    reactions: set[tuple[int, str]] = field(default_factory=set)
    pinned: bool = False
    erased: bool = False


def _fold(events: list[StoredEvent]) -> dict[int, _Message]:
    messages: dict[int, _Message] = {}
    for event in events:
        body = codec.decode_body(event.type, event.body)
        match body:
            case Posted(text, answered):
                root = (messages[answered].root or answered) if answered else 0
                messages[event.seq] = _Message(event.sender, text, root)
                if root:
                    messages[root].replies.append(event.seq)
            case Edited(target, text):
                assert messages[target].author == event.sender
                messages[target].text = text
                messages[target].edits.append(event.seq)
            case Redacted(target):
                message = messages[target]
                message.erased, message.pinned, message.text = True, False, ""
                if message.root:
                    messages[message.root].replies.remove(target)
            case Reacted(target, emoji):
                messages[target].reactions.add((event.sender, emoji))
            case Unreacted(target, emoji):
                messages[target].reactions.remove((event.sender, emoji))
            case Pinned(target) | Unpinned(target):
                assert messages[target].pinned is not isinstance(body, Pinned)
                messages[target].pinned = isinstance(body, Pinned)
    return messages


def _run(log: Log, batch: list[tuple[int, Body]], commits: bool, world: _World) -> None:
    items = [(world.actors[who], item(world.room, body)) for who, body in batch]
    work = log.open([one for _, one in items], NOW + len(log.events))
    before = (log.state.rooms[world.room], len(log.events))
    accepted = 0
    for actor, one in items:
        rows, events = len(work.projected), len(work.events)
        (result,) = work.sends(actor, [one])
        if isinstance(result, Accepted):
            accepted += 1
        else:  # a refused command changes nothing
            assert (len(work.projected), len(work.events)) == (rows, events)
            assert result.message
    assert (log.state.rooms[world.room], len(log.events)) == before
    assert len(work.events) == accepted
    if commits:
        log.commit(work)


class _World:
    """Three people in a room of the first one's."""

    def __init__(self) -> None:
        self.state, self.actors = peopled(*_PEOPLE)
        self.start = room_of(self.state, self.actors[0], "dev")
        self.room = self.start.id
        stands(self.state, self.room, self.actors[1], Role.MODERATOR)
        stands(self.state, self.room, self.actors[2])


@given(_BATCHES)
def test_the_projection_is_a_fold_of_the_log(
    batches: list[tuple[list[tuple[int, Body]], bool]],
) -> None:
    world = _World()
    log = Log(world.state)
    for who, answered in ((0, None), (1, None), (2, 3), (1, None)):
        log.send(world.actors[who], item(world.room, Posted("hi", answered)))
    for batch, commits in batches:
        _run(log, batch, commits, world)
    _check_chain(world, log)
    _check_projection(world, log)
    owners = [
        user
        for user in log.state.members(world.room)
        if (held := log.state.membership(world.room, user)) and held.role is Role.OWNER
    ]
    assert owners or not log.state.members(world.room)


def _check_chain(world: _World, log: Log) -> None:
    chain, realm = Chain(log.state.realm.id, log.state.realm.lineage, world.room), world.start
    head = realm.chain
    for seq, event in enumerate(log.events, realm.seq + 1):
        assert (event.seq, event.digest) == (seq, digest(event.body, event.salt))
        head = chain.extend(
            head,
            seq,
            event.sender,
            event.device,
            event.type,
            event.name,
            event.time_us,
            event.id,
            event.digest,
        )
        assert event.chain == head
    now = log.state.rooms[world.room]
    assert (now.seq, now.chain) == (realm.seq + len(log.events), head)


def _check_projection(world: _World, log: Log) -> None:
    room, messages = world.room, _fold(log.events)
    states, reactions = states_of(log.rows), reactions_of(log.rows)
    edits = {(row.target, row.seq) for row in log.rows if isinstance(row, Edit)}
    assert edits == {(seq, edit) for seq, told in messages.items() for edit in told.edits}
    assert erased_in(log.rows) == {(room, seq) for seq, told in messages.items() if told.erased}
    assert {key[1] for key in states} <= messages.keys()
    ids = {actor.user.name: actor.user.id for actor in world.actors} | {"room": EVERYBODY}
    for seq, told in messages.items():
        state = states.get((room, seq))
        assert (state.root if state else 0) == told.root
        assert (state.replies if state else 0) == len(told.replies)
        assert (state.edited_seq if state else 0) == max(told.edits, default=0)
        assert bool(state and state.pinned_seq) is told.pinned
        assert bool(state and state.erased_us) is told.erased
        assert reactions.get((room, seq), set()) == told.reactions
        named = {ids[name] for name in ids if f"@{name}" in told.text.replace("`@bob`", "")}
        # Who has left is mentioned no more, and nobody mentions themselves.
        assert set(mentions_of(log.rows).get((room, seq), ())) <= named - {told.author}
        if not any(event.type in {"kicked", "left"} for event in log.events):
            assert set(mentions_of(log.rows).get((room, seq), ())) == named - {told.author}
