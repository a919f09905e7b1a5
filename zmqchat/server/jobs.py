"""What the committer is given, and what it gives back: requests as jobs, and a batch's outcome."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from zmqchat.domain.account_requests import AccountRequest
from zmqchat.domain.batch import Actor, Segment
from zmqchat.domain.case import Means
from zmqchat.domain.decision import Decision
from zmqchat.domain.people import Claim, Claimed
from zmqchat.domain.realm_permissions import Asking
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Accepted, Fault, Refusal
from zmqchat.protocol.requests import CreateRoom, OpenDirect, SendItem, SetProfile
from zmqchat.runtime.peers import place_of


@dataclass(frozen=True, slots=True, eq=False)
class SendJob:
    """A `send` request. `refuse` is set where a limit refuses it, in its turn, for now."""

    peer: bytes
    request: int
    received_us: int
    actor: Actor
    items: list[SendItem]
    size: int
    refuse: Refusal | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClaimJob:
    """A `hello` of a key that is not known; `key`, `fd` and `address` are the connection's."""

    peer: bytes
    request: int
    received_us: int
    claim: Claim
    presence: Presence
    key: str
    fd: int
    address: str


@dataclass(frozen=True, slots=True, eq=False)
class CreateJob:
    """A `create-room` request."""

    peer: bytes
    request: int
    received_us: int
    actor: Actor
    body: CreateRoom


@dataclass(frozen=True, slots=True, eq=False)
class DirectJob:
    """An `open-direct` request."""

    peer: bytes
    request: int
    received_us: int
    actor: Actor
    body: OpenDirect


@dataclass(frozen=True, slots=True, eq=False)
class AccountJob:
    """A request about people, devices or accounts; `code` is a one-time code that it may make."""

    peer: bytes
    request: int
    received_us: int
    who: Asking
    body: AccountRequest
    means: Means
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rotate:
    """A new epoch for a room."""

    room: int


@dataclass(frozen=True, slots=True)
class Renew:
    """A new personal topic for a user."""

    user: int


@dataclass(frozen=True, slots=True)
class ForgetCodes:
    """One-time codes that were of use long ago."""


@dataclass(frozen=True, slots=True)
class Forget:
    """A session ended: its held-back sends come again with the next one."""

    peer: bytes
    user: int
    device: int


Job = (
    SendJob | ClaimJob | CreateJob | DirectJob | AccountJob | Rotate | Renew | ForgetCodes | Forget
)
Answer = list[Accepted | Refusal] | Claimed | int | Decision | Fault | None
"""Of a SendJob its results, of a ClaimJob the claim, of a CreateJob or DirectJob the room's id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch, to be acknowledged and published in this order.

    Of users, `touched_users` have other rooms and `touched_accounts` keep something else than
    before; `cut_devices` are out. `took_us` is how long it kept whoever committed it.
    """

    answers: list[tuple[Job, Answer]]
    committed_us: int
    segments: list[Segment] = field(default_factory=list)
    touched_users: set[int] = field(default_factory=set)
    touched_accounts: set[int] = field(default_factory=set)
    cut_devices: set[int] = field(default_factory=set)
    took_us: int = 0


_FEW_BYTES = 2048
"""What a request is taken for that has no size, but for a picture: larger than nearly all."""


def whose(job: Job) -> tuple[Hashable, Hashable]:
    """Whose turn a job is: a user and a device of theirs. What one device asks for keeps its order.

    Strangers at one address count as one user, and so does what the server itself wants done.
    """
    match job:
        case SendJob() | CreateJob() | DirectJob():
            return job.actor.user.id, job.actor.device
        case AccountJob():
            return job.who.user.id if job.who.user else 0, job.who.device
        case ClaimJob():
            return place_of(job.address), 0
        case Forget():
            return job.user, job.device
        case Rotate() | Renew() | ForgetCodes():
            return 0, 0


def size_of(job: Job) -> int:
    """Bytes that a job brings, about."""
    match job:
        case SendJob():
            return job.size
        case AccountJob(body=SetProfile(picture=bytes(picture))):
            return _FEW_BYTES + len(picture)
        case _:
            return _FEW_BYTES


def items_of(job: Job) -> int:
    """What a job counts for in a batch."""
    return len(job.items) if isinstance(job, SendJob) else 1
