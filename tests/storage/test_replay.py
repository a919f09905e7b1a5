"""What the domain decides, the writer writes and the log says is one and the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.storage.values import ALICE, BOB, PHONE, REALM, founded, room
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.changes import Change
from zmqchat.domain.draft import State
from zmqchat.domain.fold import facts_wanted
from zmqchat.domain.projection import MessageState
from zmqchat.domain.state import Membership, Standing, User
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    TYPE_OF_BODY,
    Body,
    Edited,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unpinned,
    Unreacted,
)
from zmqchat.protocol.replies import Accepted
from zmqchat.protocol.requests import SendItem
from zmqchat.protocol.rooms import Role
from zmqchat.storage import Store, open_store
from zmqchat.storage.replay import Replay
from zmqchat.storage.verify import verify

seqs = st.integers(1, 12)
texts = st.sampled_from(["yes", "@bob", "@alice look", "@room", "@nobody"])
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(Posted, texts, st.none() | seqs),
    st.builds(Edited, seqs, texts),
    st.builds(Redacted, seqs),
    st.builds(Reacted, seqs, st.sampled_from("👍🎉")),
    st.builds(Unreacted, seqs, st.sampled_from("👍🎉")),
    st.builds(Pinned, seqs),
    st.builds(Unpinned, seqs),
)
batches = st.lists(
    st.lists(st.tuples(st.sampled_from([ALICE, BOB]), bodies), max_size=12), max_size=6
)


def decided(store: Store, state: State, batch: list[tuple[Actor, SendItem]], now_us: int) -> int:
    """Decides and commits as the committer does; how many events there are more."""
    with store.writer.transaction() as transaction:
        facts = transaction.facts(facts_wanted(item for _, item in batch))
        draft = Batch(state, {}, facts, now_us, _tokens())
        answers = [draft.sends(actor, [item])[0] for actor, item in batch]
        changes = draft.changes()
        transaction.write(draft.events, changes, draft.projected)
    state.apply(changes)
    return sum(isinstance(answer, Accepted) for answer in answers)


def _tokens() -> Callable[[int], bytes]:
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


@given(batches=batches)
def test_any_talk_is_whole(batches: list[list[tuple[User, Body]]]) -> None:
    with TemporaryDirectory() as directory, closing(open_store(Path(directory) / "a")) as store:
        founded(store, room())
        member = Membership(1, 2, Role.MEMBER, Standing.MEMBER, 14)
        store.writer.commit([], [member])
        state, ids, events = State(REALM), count(1), 0
        alice = Membership(1, 1, Role.OWNER, Standing.MEMBER, 14)
        values: list[Change] = [ALICE, BOB, PHONE, room(), alice, member]
        state.apply(values)
        for number, batch in enumerate(batches):
            items = [
                (
                    Actor(user, 1),
                    SendItem(
                        next(ids).to_bytes(16, "big"),
                        1,
                        TYPE_OF_BODY[type(body)],
                        codec.encode(body),
                    ),
                )
                for user, body in batch
            ]
            events += decided(store, state, items, 1_000 + number)
        report = verify(store)
        assert report.findings == ()
        assert report.events == events


def test_what_cannot_be_understood_says_nothing() -> None:
    """A body of a later version, or one that only a test writes."""
    log = Replay(1)
    log.add(1, "posted", 1, 10, b"reply_to")
    log.add(2, "edited", 1, 11, b"?")
    log.add(3, "painted", 1, 12, b"?")
    assert log.edits({}) == {}
    assert log.states({}, {}) == {}
    assert list(log.unexplained({})) == []


def test_an_erased_reply_keeps_its_thread() -> None:
    log = Replay(1)
    log.add(1, "posted", 1, 10, codec.encode(Posted("root")))
    log.add(2, "posted", 1, 11, None)
    log.add(3, "posted", 1, 12, codec.encode(Posted("answer", 2)))
    log.add(4, "redacted", 1, 13, codec.encode(Redacted(2)))
    kept = {2: MessageState(1, 2, root=1)}
    assert log.states({}, kept) == {
        1: MessageState(1, 1, replies=1, replied_us=12),
        2: MessageState(1, 2, root=1, erased_us=13),
        3: MessageState(1, 3, root=1),
    }
    assert list(log.unexplained({})) == []


def test_content_that_is_gone_must_have_been_erased() -> None:
    log = Replay(1)
    for seq, kind in enumerate(("posted", "edited", "reacted", "posted"), 1):
        log.add(seq, kind, 1, 10, None)
    log.add(5, "redacted", 1, 10, codec.encode(Redacted(4)))
    assert list(log.unexplained(log.edits({}))) == [1, 2, 3]
    assert list(log.unexplained(log.edits({2: 4}))) == [1, 3]
