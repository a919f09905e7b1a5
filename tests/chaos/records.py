"""What is known of a run when it is over: the clients' streams, the logs, and the processes. Pure.

Moments are nanoseconds of the machine's monotonic clock, which all processes share and which the
faults leave alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

END = "the end"
"""The last message of each room."""


class What(StrEnum):
    """What a client's record says."""

    TAKEN = "taken"  # `text` for `room` is in the outbox, on disk
    ACKED = "acked"  # the server has it at `seq`
    REFUSED = "refused"  # the server, or the outbox, will not have it: `type` says why
    READING = "reading"  # from here on `room` is read, from its first event on
    EVENT = "event"  # an event of `room`, as it was read
    NOTICE = "notice"  # the person was told something: its kind is in `type`
    DID = "did"  # what the driver asked for (`seq` is the number of the question)
    KICKED = "kicked"  # `who` is out of `room`, by this client
    INVITING = "inviting"  # `who` is about to be asked into `room` again
    REMOVED = "removed"  # the device called `who` is out
    OVER = "over"  # the client can do nothing more: `type` says why


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a client's stream. `who` sent the event, or is whom it is about."""

    at: int
    what: What
    room: str = ""
    seq: int = 0
    text: str = ""
    type: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """What one process of a client said. `lives` is whether it was to be there to the end."""

    client: str
    person: str
    records: tuple[Record, ...]
    lives: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the log: `text` of messages, and whom other events are about."""

    seq: int
    type: str
    sender: str
    text: str = ""


Log = Mapping[str, tuple[Entry, ...]]
"""Each room's events, from seq 1 on."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A database as it was when another took its place, and how far that one had it too."""

    log: Log
    kept: Mapping[str, int] = field(default_factory=dict)
    until: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """What a process used in a calm moment."""

    process: str
    pid: int
    descriptors: int
    resident_mib: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long after a storm everybody was heard by everybody; None: not in time."""

    storm: int
    faults: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is judged."""

    streams: tuple[Stream, ...]
    log: Log
    replaced: tuple[Generation, ...] = ()
    """The databases that backups took the place of, oldest first."""
    verified: str = ""
    """What `verify` found, "" where all is whole."""
    deaths: tuple[str, ...] = ()
    """Processes that ended though nobody ended them, or not as they should."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The lines on stderr, by process."""
    levels: tuple[Level, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    used: Mapping[str, int] = field(default_factory=dict)
    """How many faults of each sort there were that hit something."""
    wanted: frozenset[str] = frozenset()
    least: int = 0
    """How many messages must have been acknowledged for the run to mean anything."""

    @property
    def acknowledged(self) -> int:
        """How many messages were."""
        return len(
            {
                record.text
                for stream in self.streams
                for record in stream.records
                if record.what is What.ACKED and record.text != END
            }
        )
