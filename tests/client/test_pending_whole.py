"""Whatever the order of acknowledgements, events, pages, refusals and restarts: the log decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.client.samples import ALICE, BOB, GENERAL
from zmqchat.client import ChatEvent, ChatMessage, Folding, Pending, unsent
from zmqchat.protocol.who import Who

AT = datetime(2026, 1, 2, tzinfo=UTC)
TARGETS = (1, 2)

deeds = st.one_of(
    st.tuples(st.sampled_from(["reacted", "unreacted"]), st.sampled_from(["👍", "🎉"])),
    st.tuples(st.just("edited"), st.sampled_from(["other", "again"])),
    st.tuples(st.sampled_from(["pinned", "unpinned", "redacted"]), st.just("")),
)


def done(sender: Who, target: int, deed: tuple[str, str]) -> ChatEvent:
    kind, what = deed
    details: dict[str, object] = {"target": target}
    if kind in {"reacted", "unreacted"}:
        details["emoji"] = what
    elif kind == "edited":
        details["text"] = what
    return unsent(GENERAL, sender, kind, **details)


class Windows(RuleBasedStateMachine):
    """One window, started again and again, on a log that somebody else writes to as well."""

    def __init__(self) -> None:
        super().__init__()
        self.log = [
            ChatEvent(
                *("general", seq, "posted", "bob", AT, UUID(int=seq), {"text": "hello"}),
                room_id=GENERAL.id,
                sender_id=BOB.id,
            )
            for seq in TARGETS
        ]
        self.outbox: list[ChatEvent] = []  # in no log yet, and on disk
        self.told: list[ChatEvent] = []  # in the log, and its acknowledgement is under way
        self.start()

    def start(self) -> None:
        self.heard = len(self.log)
        self.pending = Pending()
        self.window = Folding(self.page())
        self.window.seq = self.heard

    def page(self) -> list[ChatMessage]:
        """All messages as the server folds them now."""
        folding = Folding()
        folding.apply(self.log)
        return [replace(each, as_of=len(self.log)) for each in folding.messages.values()]

    @rule(about=st.sampled_from(TARGETS), deed=deeds)
    def do(self, about: int, deed: tuple[str, str]) -> None:
        event = done(ALICE, about, deed)
        self.outbox.append(event)
        self.pending.add(event)

    @rule(about=st.sampled_from(TARGETS), deed=deeds)
    def somebody_does(self, about: int, deed: tuple[str, str]) -> None:
        self.log.append(replace(done(BOB, about, deed), seq=len(self.log) + 1))

    @precondition(lambda self: self.outbox)
    @rule()
    def commit(self) -> None:
        event = replace(self.outbox.pop(0), seq=len(self.log) + 1)
        self.log.append(event)
        self.told.append(event)

    @precondition(lambda self: self.outbox)
    @rule()
    def refuse(self) -> None:
        self.pending.drop(self.outbox.pop(0).id)

    @precondition(lambda self: self.told)
    @rule()
    def acknowledge(self) -> None:
        self.pending.acknowledged(self.told.pop(0))

    @precondition(lambda self: self.heard < len(self.log))
    @rule(many=st.integers(1, 3))
    def hear(self, many: int) -> None:
        events = self.log[self.heard : self.heard + many]
        self.heard += len(events)
        self.window.apply(events)
        self.pending.heard(events)

    @rule()
    def load(self) -> None:
        self.window.add(self.page())

    @rule()
    def restart(self) -> None:
        """What is unacknowledged is in the outbox on disk, also where it is in the log."""
        self.start()
        for event in [*(replace(event, seq=0) for event in self.told), *self.outbox]:
            self.pending.add(event)

    def shown(self) -> list[ChatMessage]:
        return [self.pending.over(self.window.messages[seq]) for seq in TARGETS]

    @invariant()
    def what_is_done_is_shown(self) -> None:
        for message in self.shown():
            own = [e for e in self.pending.on(message) if e.type == "redacted"]
            assert message.redacted or not own
            for reaction in message.reactions:
                assert len(set(reaction.names)) == len(reaction.names)

    def teardown(self) -> None:
        while self.outbox:
            self.commit()
        while self.told:
            self.acknowledge()
        self.somebody_does(1, ("pinned", ""))
        while self.heard < len(self.log):
            self.hear(3)
        assert self.pending.targets == frozenset()
        whole = Folding()
        whole.apply(self.log)
        assert self.shown() == [whole.messages[seq] for seq in TARGETS]


TestWindows = Windows.TestCase
TestWindows.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
