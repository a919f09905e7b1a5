"""What a room's log makes of its messages, folded anew from its first event.

A content that was erased says nothing any more: of such a reply only the projection knows which
thread it was in, of such an edit which message it was of, and both are taken from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zmqchat.domain.projection import MessageState
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    Edited,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unpinned,
    Unreacted,
)

ReactionKey = tuple[int, int, str]
"""The message's seq, the user's id, the emoji."""


class Replay:
    """Takes the events of one room in order. Afterwards it is asked what they come to."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._answers: dict[int, int] = {}
        self._times: dict[int, int] = {}  # of what answers, or may have answered
        self._edited: dict[int, tuple[int, int]] = {}  # by the edit's seq: target and time
        self._pinned: dict[int, int] = {}
        self.blank: dict[int, str] = {}
        """The types of the events whose content is erased, by seq."""
        self.erased: dict[int, int] = {}
        """When messages were redacted, by seq."""
        self.reactions: dict[ReactionKey, int] = {}
        """The reactions that are set, with the seq of the event that set each."""

    def add(self, seq: int, kind: str, user: int, time_us: int, body: bytes | None) -> None:
        """The next event; `body` is None where it is erased."""
        if body is None:
            self.blank[seq] = kind
            self._times[seq] = time_us
        elif kind in _FOLDED and (kind != "posted" or b"reply_to" in body):
            self._fold(seq, kind, user, time_us, body)

    def edits(self, kept: Mapping[int, int]) -> dict[int, int]:
        """The targets of all edits by their seq; `kept` are those of the projection."""
        blank = {seq: kept[seq] for seq, kind in self.blank.items() if _lost_edit(kind, seq, kept)}
        return {seq: target for seq, (target, _) in self._edited.items()} | blank

    def unexplained(self, edits: Mapping[int, int]) -> Iterator[int]:
        """The seqs of blank contents that no redaction is about."""
        for seq, kind in self.blank.items():
            target = edits.get(seq) if kind == "edited" else seq
            if kind not in {"posted", "edited"} or target not in self.erased:
                yield seq

    def states(
        self, edits: Mapping[int, int], kept: Mapping[int, MessageState]
    ) -> dict[int, MessageState]:
        """What has happened to messages, by seq; those that nothing happened to are left out."""
        found = _States(self._room)
        for seq, root in self._roots(kept).items():
            found[seq] = replace(found[seq], root=root)
            thread = found[root]
            found[root] = replace(
                thread,
                replies=thread.replies + (seq not in self.erased),
                replied_us=self._times[seq],
            )
        for seq, target in sorted(edits.items()):
            time_us = self._edited[seq][1] if seq in self._edited else self._times[seq]
            found[target] = replace(found[target], edited_seq=seq, edited_us=time_us)
        for seq, pinned in self._pinned.items():
            found[seq] = replace(found[seq], pinned_seq=pinned)
        for seq, erased_us in self.erased.items():
            found[seq] = replace(found[seq], erased_us=erased_us, pinned_seq=0)
        return found

    def _roots(self, kept: Mapping[int, MessageState]) -> dict[int, int]:
        """The root of each message that is a reply, in the order of the log."""
        roots: dict[int, int] = {}
        for seq in sorted({*self._answers, *self.blank}):
            answered = self._answers.get(seq)
            if answered is not None:
                roots[seq] = roots.get(answered, answered)
            elif seq in kept and kept[seq].root:
                roots[seq] = kept[seq].root
        return roots

    def _fold(self, seq: int, kind: str, user: int, time_us: int, body: bytes) -> None:
        try:
            event = codec.decode_body(kind, body)
        except PeerError:
            return  # it is what was written, and nothing that this version understands
        match event:
            case Posted(reply_to=int(answered)):
                self._answers[seq] = answered
                self._times[seq] = time_us
            case Edited():
                self._edited[seq] = event.target, time_us
            case Redacted():
                self.erased[event.target] = time_us
            case Reacted():
                self.reactions[event.target, user, event.emoji] = seq
            case Unreacted():
                self.reactions.pop((event.target, user, event.emoji), None)
            case Pinned():
                self._pinned[event.target] = seq
            case Unpinned():
                self._pinned.pop(event.target, None)


class _States(dict[int, MessageState]):
    def __init__(self, room: int) -> None:
        self._room = room

    def __missing__(self, seq: int) -> MessageState:
        return MessageState(self._room, seq)


_FOLDED = frozenset({"posted", "edited", "redacted", "reacted", "unreacted", "pinned", "unpinned"})


def _lost_edit(kind: str, seq: int, kept: Mapping[int, int]) -> bool:
    return kind == "edited" and seq in kept
