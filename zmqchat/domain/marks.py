"""Deciding on what members put on messages: reactions and pins."""

from __future__ import annotations

from dataclasses import replace

from zmqchat.domain.fold import Fold
from zmqchat.domain.messages import Step, message_at
from zmqchat.domain.permissions import called
from zmqchat.domain.projection import Projected, Reaction
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol.events import Pinned, Reacted, Unpinned, Unreacted
from zmqchat.protocol.limits import PINS_PER_ROOM, REACTIONS_PER_MESSAGE, REACTIONS_PER_PERSON
from zmqchat.protocol.reactions import canonical_reaction

Mark = Reacted | Unreacted | Pinned | Unpinned


def decide_mark(fold: Fold, step: Step, body: Mark) -> list[Projected]:
    """What a reaction or a pin, or taking it back, makes of its message."""
    match body:
        case Reacted() | Unreacted():
            return [_reaction(fold, step, body)]
        case Pinned() | Unpinned():
            return [_pin(fold, step, body)]


def _reaction(fold: Fold, step: Step, body: Reacted | Unreacted) -> Reaction:
    _check(body.emoji)
    facts = message_at(fold, step.room, body.target)
    on, is_on = isinstance(body, Reacted), (step.user, body.emoji) in facts.reactions
    if on and is_on:
        raise Refused(
            Code.FORBIDDEN, f"Your {body.emoji} is on message {body.target} already; it stays."
        )
    if not on and not is_on:
        raise Refused(
            Code.NOT_FOUND,
            f"There is no {body.emoji} of yours on message {body.target}. Nothing was changed.",
        )
    if on and len(facts.reactions) >= REACTIONS_PER_MESSAGE:
        raise Refused(
            Code.TOO_LARGE,
            f"Message {body.target} has {REACTIONS_PER_MESSAGE:,} reactions, and no more fit.",
        )
    if on and sum(user == step.user for user, _ in facts.reactions) >= REACTIONS_PER_PERSON:
        raise Refused(
            Code.TOO_LARGE,
            f"Message {body.target} has {REACTIONS_PER_PERSON} reactions of yours, as many as one "
            "person's may be. Take one back first.",
        )
    return Reaction(step.room.id, body.target, body.emoji, step.user, step.seq, on)


def _pin(fold: Fold, step: Step, body: Pinned | Unpinned) -> Projected:
    state = message_at(fold, step.room, body.target).state
    on = isinstance(body, Pinned)
    if on == bool(state.pinned_seq):
        now = "pinned already" if on else "not pinned"
        raise Refused(Code.FORBIDDEN, f"Message {body.target} is {now}. Nothing was changed.")
    if on and fold.pins(step.room.id) >= PINS_PER_ROOM:
        raise Refused(
            Code.TOO_LARGE,
            f"{PINS_PER_ROOM} messages are pinned in {called(step.room)}, and no more fit. "
            "Unpin one that is no longer needed.",
        )
    return replace(state, pinned_seq=step.seq if on else 0)


def _check(reaction: str) -> None:
    """Refuses what is no reaction, or another form of one: two chips would show alike."""
    try:
        canonical = canonical_reaction(reaction)
    except UsageError as error:
        raise Refused(error.code, error.message) from None
    if canonical != reaction:
        raise Refused(
            Code.BAD_REQUEST,
            f"This reaction is written otherwise: {canonical} ({ascii(canonical)[1:-1]}). "
            "Nothing was changed.",
        )
