"""Folding: whatever is paged when, live events and pages come to the same view of a room."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from zmqchat.client import ChatEvent, ChatMessage, Folding, Reaction
from zmqchat.protocol.who import Who

NAMES = ("alice", "bob")
IDS = {"alice": 1, "bob": 2}
AT = datetime(2026, 1, 2, tzinfo=UTC)


def event(seq: int, kind: str, sender: str = "alice", **details: object) -> ChatEvent:
    at = AT.replace(microsecond=seq)
    return ChatEvent(
        "general", seq, kind, sender, at, UUID(int=seq), details, sender_id=IDS[sender]
    )


def named(name: str) -> int | None:
    return IDS.get(name)


class Log:
    """A server that folds with what it knows of all, the slow way: from the beginning each time."""

    def __init__(self, steps: list[tuple[str, int, int]]) -> None:
        self.events: list[ChatEvent] = []
        for kind, pick, who in steps:
            self._add(kind, pick, NAMES[who])

    def _add(self, kind: str, pick: int, sender: str) -> None:
        now = {m.seq: m for m in self.page(len(self.events))}
        alive = [m for m in now.values() if not m.redacted]
        seq = len(self.events) + 1
        if kind == "posted" or not alive:
            self.events.append(event(seq, "posted", sender, text=f"{seq} @bob"))
            return
        on = alive[pick % len(alive)]
        if kind == "answer":
            self.events.append(event(seq, "posted", sender, text=f"{seq}", reply_to=on.seq))
        elif kind == "edited":
            self.events.append(event(seq, "edited", on.sender, target=on.seq, text=f"e{seq} @bob"))
        elif kind == "react":
            names = [name for r in on.reactions for name in r.names]
            kind = "unreacted" if sender in names else "reacted"
            self.events.append(event(seq, kind, sender, target=on.seq, emoji="ok"))
        elif kind == "pin":
            kind = "unpinned" if on.pinned else "pinned"
            self.events.append(event(seq, kind, sender, target=on.seq))
        else:
            self.events.append(event(seq, "redacted", sender, target=on.seq))

    def page(self, upto: int) -> list[ChatMessage]:
        """All messages as the events up to there leave them."""
        found: dict[int, ChatMessage] = {}
        for e in self.events[:upto]:
            if e.type == "posted":
                above = found[e.reply_to] if e.reply_to else None
                root = (above.root or above.seq) if above else 0
                found[e.seq] = ChatMessage(
                    "general", e.seq, e.sender, e.sent_at, e.id, e.text, reply_to=e.reply_to,
                    root=root, mentions=mentioned(e), sender_id=e.sender_id, as_of=upto,
                )  # fmt: skip
                if root:
                    found[root] = replace(
                        found[root], replies=found[root].replies + 1, replied_at=e.sent_at
                    )
                continue
            assert e.target is not None
            on = found[e.target]
            found[e.target] = self._changed(on, e)
            if e.type == "redacted" and on.root:
                found[on.root] = replace(found[on.root], replies=found[on.root].replies - 1)
        return list(found.values())

    @staticmethod
    def _changed(on: ChatMessage, e: ChatEvent) -> ChatMessage:
        people = on.reactions[0].people if on.reactions else ()
        match e.type:
            case "edited":
                return replace(on, text=e.text, edited_at=e.sent_at, mentions=mentioned(e))
            case "redacted":
                return replace(
                    on, text=None, redacted=True, pinned=False, edited_at=None, mentions=(),
                    reply_to=None,
                )  # fmt: skip
            case "reacted":
                return replace(
                    on, reactions=(Reaction("ok", (*people, Who(e.sender_id, e.sender))),)
                )
            case "unreacted":
                left = tuple(who for who in people if who.name != e.sender)
                return replace(on, reactions=(Reaction("ok", left),) if left else ())
            case kind:
                return replace(on, pinned=kind == "pinned")


def mentioned(e: ChatEvent) -> tuple[int, ...]:
    return (2,) if "@bob" in (e.text or "") and e.sender != "bob" else ()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["posted", "answer", "edited", "react", "pin", "redacted"]),
        st.integers(0, 9),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=25,
)


ROUNDS = st.lists(st.tuples(*[st.integers(0, 25)] * 3), max_size=4)
"""How many more events are heard, from where they are given again, when a page is asked for."""


@given(STEPS, st.integers(0, 25), ROUNDS)
def test_pages_of_any_time_and_live_events_are_the_whole(
    steps: list[tuple[str, int, int]], first: int, rounds: list[tuple[int, int, int]]
) -> None:
    log = Log(steps)
    last = len(log.events)
    heard = min(first, last)
    folding = Folding(log.page(heard), named)
    for more, again, as_of in [*rounds, (last, 0, 0)]:
        before = dict(folding.messages)
        changed = folding.apply(log.events[min(again, heard) : heard + more])
        differ = {n for n, m in folding.messages.items() if before.get(n) != m}
        assert differ <= changed <= folding.messages.keys()
        heard = min(heard + more, last)
        folding.add(log.page(min(as_of, last)))
    assert sorted(folding.messages.values(), key=lambda m: m.seq) == log.page(last)


def test_a_page_that_was_asked_for_before_an_event_hears_of_it() -> None:
    posted = event(1, "posted", text="one")
    folding = Folding()
    folding.apply([event(2, "edited", target=1, text="two")])
    page = [ChatMessage("general", 1, "alice", posted.sent_at, posted.id, "one", as_of=1)]
    assert folding.add(page) == {1}
    assert folding.messages[1].text == "two"


def test_events_of_other_messages_change_nothing() -> None:
    folding = Folding()
    assert folding.apply([event(5, "reacted", target=1, emoji="ok"), event(6, "joined")]) == set()
    assert (folding.seq, folding.messages) == (6, {})


def test_a_log_that_went_back_takes_with_it_what_it_had_changed() -> None:
    folding = Folding()
    folding.apply([event(1, "posted", text="one"), event(2, "posted", text="two")])
    folding.apply([event(3, "edited", target=1, text="uno")])
    assert folding.rewind(2) == {1}
    assert folding.messages.keys() == {2}
    assert folding.apply([event(3, "posted", text="three")]) == {3}
