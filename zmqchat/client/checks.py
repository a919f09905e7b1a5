"""What can never work is refused before anything is sent."""

from __future__ import annotations

import msgspec

from zmqchat.errors import Code, UsageError
from zmqchat.protocol import limits
from zmqchat.protocol.events import Reacted, Unreacted
from zmqchat.protocol.texts import impossible_in

_LAST_SEQ = 2**63 - 1


def check_sayable(value: object) -> None:
    """UsageError when a text in it, or in a list or struct of texts, can never travel."""
    if found := impossible_in(value):
        raise UsageError(
            f"the text has {found}, which nothing can show; nothing was sent. Leave it out.",
            Code.BAD_REQUEST,
        )


def check_text(text: str) -> None:
    """UsageError when no server would take this text."""
    check_sayable(text)
    size = len(text.encode())
    if not text.strip():
        raise UsageError("the message is empty; nothing was sent")
    if size > limits.TEXT_BYTES:
        raise UsageError(
            f"the message has {size} bytes and {limits.TEXT_BYTES} are allowed; nothing was sent. "
            "Send it in parts.",
            Code.TOO_LARGE,
        )


def check_seq(seq: int | None) -> None:
    """UsageError for what can be no event's number."""
    if seq is not None and not 0 <= seq <= _LAST_SEQ:
        raise UsageError(f"a seq is 0 to {_LAST_SEQ}, not {seq}")


def canonical(body: Reacted | Unreacted) -> Reacted | Unreacted:
    """A reaction in the one form that servers take; UsageError for what can be none."""
    from zmqchat.protocol.reactions import canonical_reaction  # its tables: whoever reacts waits

    check_sayable(body.emoji)
    return msgspec.structs.replace(body, emoji=canonical_reaction(body.emoji))
