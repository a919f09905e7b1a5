"""What a decision comes to: all that has to be written, published, ended and told."""

from __future__ import annotations

from dataclasses import dataclass

from zmqchat.domain.changes import Change
from zmqchat.domain.projection import Projected
from zmqchat.domain.state import User
from zmqchat.protocol.events import Body


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that the server words, under `user` as its sender; `device` 0 is none of theirs."""

    room: int
    user: User
    device: int
    body: Body


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from a request. The default is: nothing.

    `rotate` are rooms that get a new epoch at once, `rotate_late` those for which the end of the
    batch is soon enough; `cut` are devices whose sessions end at once. Of users, `touched` have
    other rooms than before and `accounts` keep or show something else: both are to be nudged.
    `until_us` is until when a one-time code that was made is good (0: none was).
    """

    changes: tuple[Change, ...] = ()
    projected: tuple[Projected, ...] = ()
    events: tuple[Recorded, ...] = ()
    rotate: tuple[int, ...] = ()
    rotate_late: tuple[int, ...] = ()
    cut: tuple[int, ...] = ()
    touched: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()
    until_us: int = 0


NOTHING = Decision()
"""What a request comes to that changes nothing."""


def merge(first: Decision, second: Decision) -> Decision:
    """Both, the first one's changes and events before the second's."""
    return Decision(
        changes=first.changes + second.changes,
        projected=first.projected + second.projected,
        events=first.events + second.events,
        rotate=first.rotate + second.rotate,
        rotate_late=first.rotate_late + second.rotate_late,
        cut=first.cut + second.cut,
        touched=first.touched + second.touched,
        accounts=first.accounts + second.accounts,
        until_us=first.until_us or second.until_us,
    )
