"""Finding the last place that the client's log and the server's have in common.

Agreement is monotone: the chain at a seq covers everything before it. So the held places are
narrowed down with up to 64 questions a request, which settles a million events in four.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zmqchat.protocol.limits import CHAINS_PER_REQUEST
from zmqchat.sync.timeline import Point, Timeline

ChainAt = Callable[[int, int], bytes | None]
"""(room, seq) -> the chain there, as stored; None where it is not held."""


class Search:
    """One search. `seqs` is the next question (empty: finished); `common` what is found so far."""

    def __init__(self, timeline: Timeline, chain_at: ChainAt, why: str | None) -> None:
        self.why = why
        """What was wrong with the server's events, if the search began because of them."""
        self.last = timeline.applied.seq
        base = timeline.base
        self.common: Point | None = base if base.seq == 0 else None
        self._room = timeline.room
        self._chain_at = chain_at
        self._points = {p.seq: p.chain for p in timeline.points()}
        self._low = 0 if base.seq == 0 else base.seq - 1
        self._high = self.last
        self._held: dict[int, bytes] = {}
        self._choose()

    @property
    def seqs(self) -> list[int]:
        """The seqs to ask the server for, rising."""
        return sorted(self._held)

    def answer(self, chains: Sequence[bytes]) -> None:
        """The server's chains at `seqs`."""
        for seq, theirs in zip(self.seqs, chains, strict=False):
            if theirs == self._held[seq]:
                self._low, self.common = seq, Point(seq, theirs)
            else:
                self._high = seq - 1
                break
        else:
            self._high = self._low
        self._choose()

    def _choose(self) -> None:
        held = {s: c for s, c in self._points.items() if self._low < s <= self._high}
        if len(held) > CHAINS_PER_REQUEST // 2:
            kept = sorted(held)
            step = -(-len(kept) // (CHAINS_PER_REQUEST // 2))
            held = {s: held[s] for s in kept[::-step]}
        step = max(1, -(-(self._high - self._low) // (CHAINS_PER_REQUEST // 2)))
        for seq in range(self._high, self._low, -step):
            chain = self._points.get(seq) or self._chain_at(self._room, seq)
            if chain:
                held[seq] = chain
        self._held = held
