"""How fast names come in by the join link, and people into rooms, however many bring them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from zmqchat.domain.limits import INVITED_PER_USER, NAMES_BY_LINK, TALKED_TO_PER_USER, Limiter
from zmqchat.domain.state import User
from zmqchat.errors import Code, Refused


class Reach:
    """A bucket for the join link, one for each whom others invite, and one for each with whom they
    begin to talk.

    `clock` gives seconds and only goes forward. What is taken is provisional until the batch is
    committed: then call `settle`, else `restore`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._named = Limiter(NAMES_BY_LINK)
        self._invited = Limiter(INVITED_PER_USER)
        self._talked_to = Limiter(TALKED_TO_PER_USER)
        self._taken: list[tuple[Limiter, Hashable]] = []

    def claim(self) -> None:
        """Lets a name be claimed without an invitation; Refused(RATE_LIMITED) otherwise."""
        self._take(self._named, "", "The join link has let in many names")

    def invite(self, target: User, *, pending: bool) -> None:
        """Lets somebody be invited once more; Refused(RATE_LIMITED) otherwise.

        Those that stay pending have a bucket of their own: who is ignored is in nobody's way.
        """
        self._take(self._invited, (target.id, pending), f"{target.name} was invited to many rooms")

    def talk_to(self, targets: Iterable[User]) -> None:
        """Lets all of them be brought into a conversation; Refused(RATE_LIMITED) otherwise."""
        before = len(self._taken)
        try:
            for target in targets:
                why = f"{target.name} was brought into many conversations"
                self._take(self._talked_to, target.id, why)
        except Refused:
            self._give_back(before)
            raise

    def settle(self) -> None:
        """The batch is committed."""
        self._taken.clear()

    def restore(self) -> None:
        """The commit failed: nobody was brought anywhere."""
        self._give_back(0)

    def _take(self, limiter: Limiter, key: Hashable, why: str) -> None:
        if wait := limiter.wait(key, self._clock()):
            text = f"{why} in a short time. Nothing was changed; it can be done in a moment."
            raise Refused(Code.RATE_LIMITED, text, wait)
        self._taken.append((limiter, key))

    def _give_back(self, first: int) -> None:
        for limiter, key in self._taken[first:]:
            limiter.give_back(key, 1)
        del self._taken[first:]
