"""What the server and the search process say to each other: frames with a length before them."""

from __future__ import annotations

from typing import IO, Final

import msgspec

from zmqchat.search.lookup import Hits, Wanted

_LENGTH_BYTES: Final = 4

NO_ROOM: Final = 3
"""The exit status of a search process that found the disk full."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Answer with `Hits`."""

    wanted: Wanted


class Follow(msgspec.Struct, frozen=True, tag="follow"):
    """There is something new in the log; no answer."""


class Found(msgspec.Struct, frozen=True, tag="found"):
    """The answer to a `Look`."""

    hits: Hits


class Damaged(msgspec.Struct, frozen=True, tag="damaged"):
    """The index is damaged, and is made anew."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The index is whole, and could not answer this `Look`."""

    why: str


Question = Look | Follow
Answer = Found | Damaged | Failed

_encoder: Final = msgspec.msgpack.Encoder()
_questions: Final = msgspec.msgpack.Decoder[Question](Question)
_answers: Final = msgspec.msgpack.Decoder[Answer](Answer)


def packed(message: Question | Answer) -> bytes:
    """A message as a frame."""
    data = _encoder.encode(message)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def read_question(pipe: IO[bytes]) -> Question | None:
    """The next question; None when the other side is gone."""
    data = _frame(pipe)
    return None if data is None else _questions.decode(data)


def read_answer(pipe: IO[bytes]) -> Answer | None:
    """The next answer; None when the other side is gone."""
    data = _frame(pipe)
    return None if data is None else _answers.decode(data)


def _frame(pipe: IO[bytes]) -> bytes | None:
    length = _exactly(pipe, _LENGTH_BYTES)
    return None if length is None else _exactly(pipe, int.from_bytes(length, "big"))


def _exactly(pipe: IO[bytes], size: int) -> bytes | None:
    """So many bytes of an unbuffered pipe; None when it ends before."""
    data = bytearray()
    while len(data) < size:
        part = pipe.read(size - len(data))
        if not part:
            return None
        data += part
    return bytes(data)
