"""A room in which everything happens to messages that may, as the domain would have it written."""

from __future__ import annotations

from dataclasses import replace

from tests.storage.values import ALICE, extended
from zmqchat.domain.projection import (
    Edit,
    Erasure,
    Mentions,
    MessageState,
    Projected,
    Reaction,
)
from zmqchat.domain.state import Room, User
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
from zmqchat.protocol.who import EVERYBODY
from zmqchat.storage import Store

SECRETS = (b"first secret", b"second secret", b"third secret")


def said(store: Store, at: Room, body: Body, *projected: Projected, sender: User = ALICE) -> Room:
    """Commits one event with what it makes of messages; the room afterwards."""
    (event,), at = extended(at, codec.encode(body), kind=TYPE_OF_BODY[type(body)], sender=sender)
    store.writer.commit([event], [at], projected)
    return at


def talk(store: Store, at: Room) -> Room:
    """Nineteen events in an empty room; the time of the event at seq is 999,999 + seq."""
    room = at.id
    one, two = MessageState(room, 1), MessageState(room, 2, root=1)
    six = MessageState(room, 6)

    def say(body: Body, *projected: Projected) -> None:
        nonlocal at
        at = said(store, at, body, *projected)

    say(Posted("A question for @bob and @room"), Mentions(room, 1, (2, EVERYBODY)))
    say(Posted("An answer", 1), two, replace(one, replies=1, replied_us=1_000_001))
    say(
        Posted("first secret", 2),
        MessageState(room, 3, root=1),
        replace(one, replies=2, replied_us=1_000_002),
    )
    two = replace(two, edited_seq=4, edited_us=1_000_003)
    say(Edited(2, "A better answer"), two, Edit(room, 2, 4), Mentions(room, 2, ()))
    two = replace(two, edited_seq=5, edited_us=1_000_004)
    say(Edited(2, "The answer, @bob"), two, Edit(room, 2, 5), Mentions(room, 2, (2,)))
    say(Posted("second secret for @bob"), Mentions(room, 6, (2,)))
    six = replace(six, edited_seq=7, edited_us=1_000_006)
    say(Edited(6, "third secret"), six, Edit(room, 6, 7), Mentions(room, 6, ()))
    say(Reacted(2, "👍"), Reaction(room, 2, "👍", 1, 8, on=True))
    say(Reacted(2, "🎉"), Reaction(room, 2, "🎉", 1, 9, on=True))
    say(Unreacted(2, "👍"), Reaction(room, 2, "👍", 1, 10, on=False))
    say(Reacted(2, "👍"), Reaction(room, 2, "👍", 1, 11, on=True))
    say(Pinned(1), replace(one, replies=2, replied_us=1_000_002, pinned_seq=12))
    say(Pinned(2), replace(two, pinned_seq=13))
    say(Unpinned(2), two)
    say(Pinned(6), replace(six, pinned_seq=15))
    say(Redacted(6), replace(six, erased_us=1_000_015), Erasure(room, 6), Mentions(room, 6, ()))
    say(
        Redacted(3),
        MessageState(room, 3, root=1, erased_us=1_000_016),
        replace(one, replies=1, replied_us=1_000_002, pinned_seq=12),
        Erasure(room, 3),
    )
    say(Posted("Something else"))
    say(Pinned(18), MessageState(room, 18, pinned_seq=19))
    return at
