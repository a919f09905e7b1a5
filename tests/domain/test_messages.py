"""What may be posted, answered, edited and redacted, and what that makes of messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.domain.logs import Log, erased_in, mentions_of, states_of
from tests.domain.realms import NOW, item, peopled, room_of, says, stands
from zmqchat.domain.batch import Actor
from zmqchat.domain.projection import Edit, Erasure, Mentions, MessageState
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Standing
from zmqchat.errors import Code
from zmqchat.protocol.events import Body, Edited, Pinned, Posted, Reacted, Redacted
from zmqchat.protocol.limits import EVERYBODY_MEMBERS, TEXT_BYTES
from zmqchat.protocol.replies import Accepted, Refusal
from zmqchat.protocol.rooms import Level, Role
from zmqchat.protocol.who import EVERYBODY


def _realm(*names: str) -> tuple[Log, list[Actor], int]:
    """People in a room of the first one, which holds one event so far."""
    state, actors = peopled(*names)
    room = room_of(state, actors[0], "dev")
    for actor in actors[1:]:
        stands(state, room.id, actor)
    return Log(state), actors, room.id


def _say(log: Log, who: Actor, room: int, body: Body, now_us: int = NOW) -> int:
    (result,) = log.send(who, item(room, body), now_us=now_us)
    assert isinstance(result, Accepted), result
    return result.seq


def _refused(log: Log, who: Actor, room: int, body: Body) -> Refusal:
    before = (list(log.events), list(log.rows), dict(log.state.rooms))
    (result,) = log.send(who, item(room, body))
    assert isinstance(result, Refusal)
    assert (log.events, log.rows, log.state.rooms) == before
    return result


@pytest.mark.parametrize("text", ["x", "x" * TEXT_BYTES, "é" * (TEXT_BYTES // 2)])
def test_a_member_posts_and_edits(text: str) -> None:
    log, (alice,), room = _realm("alice")
    seq = _say(log, alice, room, Posted(text))
    assert log.rows == []
    _say(log, alice, room, Edited(seq, text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.BAD_REQUEST),
        ("x" * (TEXT_BYTES + 1), Code.TOO_LARGE),
        ("é" * (TEXT_BYTES // 2) + "x", Code.TOO_LARGE),  # bytes count, not characters
    ],
)
def test_an_empty_or_too_long_message_is_refused(text: str, code: Code) -> None:
    log, (alice,), room = _realm("alice")
    seq = _say(log, alice, room, Posted("x"))
    for body in (Posted(text), Edited(seq, text)):
        refusal = _refused(log, alice, room, body)
        assert refusal.code == code
        assert "Nothing was sent" in refusal.message


def test_only_members_post() -> None:
    log, (alice, bob), _ = _realm("alice", "bob")
    hers = room_of(log.state, alice, "hers").id
    assert _refused(log, bob, hers, Posted("hi")).code == Code.FORBIDDEN
    assert _refused(log, bob, 2**63, Posted("hi")).code == Code.NOT_FOUND


_TARGETED: list[Callable[[int], Body]] = [
    lambda target: Posted("yes", reply_to=target),
    lambda target: Edited(target, "x"),
    Redacted,
    lambda target: Reacted(target, "👍"),
    Pinned,
]


@pytest.mark.parametrize("body_of", _TARGETED)
@pytest.mark.parametrize("target", [0, -1, 1, 99, 2**63, 2**64 - 1])
def test_what_is_about_a_message_needs_one(body_of: Callable[[int], Body], target: int) -> None:
    log, (alice,), room = _realm("alice")  # event 1 is no message: alice joined
    refusal = _refused(log, alice, room, body_of(target))
    assert refusal.code == Code.NOT_FOUND
    assert str(target) in refusal.message


@pytest.mark.parametrize("body_of", _TARGETED)
def test_a_message_of_another_room_is_none(body_of: Callable[[int], Body]) -> None:
    log, (alice,), room = _realm("alice")
    seq = _say(log, alice, GENERAL_ID, Posted("here"))
    assert seq == 2
    assert _refused(log, alice, room, body_of(seq)).code == Code.NOT_FOUND


@pytest.mark.parametrize("body_of", _TARGETED)
@pytest.mark.parametrize("at_once", [False, True])
def test_with_what_is_erased_nothing_more_is_done(
    body_of: Callable[[int], Body], at_once: bool
) -> None:
    log, (alice,), room = _realm("alice")
    items = [says(room, "x"), item(room, Redacted(2))]
    for batch in [items] if at_once else [items[:1], items[1:]]:
        assert all(isinstance(result, Accepted) for result in log.send(alice, *batch))
    refusal = _refused(log, alice, room, body_of(2))
    assert refusal.code == Code.NOT_FOUND
    assert "already gone" in refusal.message


# ── threads ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at_once", [False, True])
def test_replies_gather_under_the_root(at_once: bool) -> None:
    log, (alice,), room = _realm("alice")
    bodies: list[Body] = [
        Posted("root"),
        Posted("a", reply_to=2),
        Posted("b", reply_to=3),
        Redacted(3),
    ]
    items = [item(room, body) for body in bodies]
    for time, batch in enumerate([items] if at_once else [[one] for one in items], NOW):
        assert all(isinstance(result, Accepted) for result in log.send(alice, *batch, now_us=time))
    states = states_of(log.rows)
    last = NOW if at_once else NOW + 2
    assert states[room, 2] == MessageState(room, 2, replies=1, replied_us=last)
    assert states[room, 4] == MessageState(room, 4, root=2)
    assert states[room, 3].root == 2
    # An erased root keeps its thread, and the thread goes on.
    _say(log, alice, room, Redacted(2))
    _say(log, alice, room, Posted("c", reply_to=4))
    assert states_of(log.rows)[room, 2].replies == 2


def test_the_words_of_a_reply_in_a_text_are_no_reply() -> None:
    log, (alice,), room = _realm("alice")
    _say(log, alice, room, Posted("what does reply_to mean?"))
    assert log.rows == []


# ── edits and redactions ─────────────────────────────────────────────────────────────────────────


def test_an_edit_is_the_authors_and_the_newest_counts() -> None:
    log, (olga, bob), room = _realm("olga", "bob")
    seq = _say(log, bob, room, Posted("frist"))
    # Though she owns the room.
    assert _refused(log, olga, room, Edited(seq, "x")).code == Code.FORBIDDEN
    first = _say(log, bob, room, Edited(seq, "first"), NOW + 1)
    second = _say(log, bob, room, Edited(seq, "First"), NOW + 2)
    assert log.rows == [
        Edit(room, seq, first),
        MessageState(room, seq, edited_seq=first, edited_us=NOW + 1),
        Mentions(room, seq, ()),
        Edit(room, seq, second),
        MessageState(room, seq, edited_seq=second, edited_us=NOW + 2),
        Mentions(room, seq, ()),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_message_is_erased_by_its_author_or_whoever_leads_the_room(role: Role) -> None:
    log, (_olga, bob, carol), room = _realm("olga", "bob", "carol")
    stands(log.state, room, carol, role)
    mine, other = (_say(log, bob, room, Posted(text)) for text in ("a", "b"))
    _say(log, bob, room, Redacted(mine), NOW + 1)
    assert log.rows == [
        Erasure(room, mine),
        MessageState(room, mine, erased_us=NOW + 1),
        Mentions(room, mine, ()),
    ]
    if role is Role.MEMBER:
        assert _refused(log, carol, room, Redacted(other)).code == Code.FORBIDDEN
        return
    _say(log, carol, room, Redacted(other))
    assert erased_in(log.rows) == {(room, mine), (room, other)}


def test_a_redaction_unpins_and_mentions_nobody_any_more() -> None:
    log, (olga, bob), room = _realm("olga", "bob")
    seq = _say(log, olga, room, Posted("@bob"))
    _say(log, olga, room, Pinned(seq))
    assert mentions_of(log.rows)[room, seq] == (bob.user.id,)
    _say(log, olga, room, Redacted(seq))
    assert states_of(log.rows)[room, seq].pinned_seq == 0
    assert mentions_of(log.rows)[room, seq] == ()


# ── mentions ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob and @Carol", ["bob", "carol"]),
        ("@alice, @bob", ["bob"]),  # she knows what she wrote
        ("@dave", []),  # is not in the room
        ("`@bob`", []),
        ("@room", ["room"]),
        ("@Room: @bob", ["room", "bob"]),
    ],
)
def test_members_are_mentioned(text: str, names: list[str]) -> None:
    log, (alice, bob, carol, dave), room = _realm("alice", "bob", "carol", "dave")
    stands(log.state, room, dave, standing=Standing.FORMER)
    who = {"bob": bob.user.id, "carol": carol.user.id, "room": EVERYBODY}
    seq = _say(log, alice, room, Posted(text))
    assert mentions_of(log.rows).get((room, seq), ()) == tuple(who[name] for name in names)
    _say(log, alice, room, Edited(seq, "@carol"))
    assert mentions_of(log.rows)[room, seq] == (carol.user.id,)


def test_in_a_large_room_only_those_who_lead_it_mention_everybody() -> None:
    names = [f"p{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    log, (olga, bob, *_, last), room = _realm("olga", "bob", *names[: EVERYBODY_MEMBERS - 1])
    assert log.state.audience(room) == EVERYBODY_MEMBERS + 1
    hers, _his = (_say(log, who, room, Posted("@room")) for who in (olga, bob))
    assert mentions_of(log.rows) == {(room, hers): (EVERYBODY,)}
    stands(log.state, room, last, standing=Standing.FORMER)
    now_small = _say(log, bob, room, Posted("@room"))
    assert mentions_of(log.rows).keys() == {(room, hers), (room, now_small)}


# ── markers ──────────────────────────────────────────────────────────────────────────────────────


def test_who_writes_has_read_what_stands_before() -> None:
    log, (alice, bob), room = _realm("alice", "bob")
    work = log.open([], NOW)
    work.sends(alice, [says(room, "a"), says(room, "b")])
    work.sends(bob, [says(room, "c")])
    work.sends(alice, [item(room, Reacted(4, "👍"))])
    log.commit(work)
    readings = [log.state.reading(room, who.user.id) for who in (alice, bob)]
    assert [(r and r.seq, r and r.posted) for r in readings] == [(3, 2), (4, 3)]


def test_a_marker_that_writing_moves_keeps_its_settings_and_its_version() -> None:
    log, (alice,), room = _realm("alice")
    _say(log, alice, room, Posted("a"))
    before = log.state.reading(room, alice.user.id)
    assert before is not None
    muted = replace(before, muted=True, level=Level.NOTHING, version=7)
    log.state.apply([muted])
    seq = _say(log, alice, room, Posted("b"))
    assert log.state.reading(room, alice.user.id) == replace(muted, seq=seq, posted=2)
    assert log.state.account_version(alice.user.id) == 7
