"""The lean receiver refuses what is forged or out of order, and waits for what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from perf import payload
from perf.chat.frames import Frames, Realm, Run
from perf.chat.room_log import RoomLog
from perf.tally import Tally
from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.chain import Chain, genesis
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Signals, statement
from zmqchat.protocol.limits import SALT_BYTES
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import ListenToken, PersonalTopic, Welcome
from zmqchat.protocol.rooms import Role, RoomInfo, RoomKind
from zmqchat.protocol.signals import PresenceChanged
from zmqchat.security.sealing import Sealer
from zmqchat.security.signing import Signer

_REALM, _LINEAGE, _HANDLE, _KEY = b"r" * 16, b"l" * 16, b"\0\0\0\1", b"k" * 32
_ROOM = 5
_GENESIS = genesis(_REALM, _ROOM)
_SIGNER = Signer(b"s" * 32)


def _events(count: int) -> list[Event]:
    chain, hasher, events = _GENESIS, Chain(_REALM, _LINEAGE, _ROOM), []
    for index in range(count):
        body = codec.encode(Posted(payload.text(1, index, 10, 20, 60)))
        send_id = index.to_bytes(16, "big")
        event = Event(
            *(index + 1, "posted", 3, "ann", 1, 99, send_id, body, b"s" * SALT_BYTES, b"", b"")
        )
        chain = hasher.after(chain, event)
        events.append(msgspec.structs.replace(event, chain=chain))
    return events


def _sealed(events: Sequence[Event], signer: Signer = _SIGNER) -> bytes:
    last = events[-1]
    text = statement("events", _REALM, _LINEAGE, _ROOM, 1, last.seq, last.chain)
    frame = EventsFrame(_ROOM, 1, list(events), 1, 2, signer.sign(text))
    return bytes(Sealer(_KEY).seal(_HANDLE, codec.encode(frame)))


@pytest.fixture(name="tally")
def _tally() -> Tally:
    return Tally(0, {_ROOM: 4}, 1)


@pytest.fixture(name="log")
def _log(tally: Tally) -> RoomLog:
    listen, personal = ListenToken("", "", 0), PersonalTopic(b"", b"")
    welcome = Welcome(
        *(1, _REALM, _LINEAGE, _SIGNER.public, "ann", 1, 1, 0, 5.0, [], listen, personal, [], b""),
    )
    info = RoomInfo(
        *(_ROOM, "room", RoomKind.PUBLIC, "", Role.MEMBER, 1, _HANDLE, _KEY, 0, _GENESIS, 0, []),
    )
    return RoomLog(info, Frames(Realm(welcome), _ROOM, _HANDLE, _KEY), tally, 0)


def test_what_is_whole_and_genuine_counts_once_it_is_verified(log: RoomLog, tally: Tally) -> None:
    events = _events(4)
    log.hear(_sealed(events[:3]))
    assert tally.delivered == 0
    log.verify()
    log.settle(50)
    log.hear(_sealed(events[3:]))
    log.verify()
    log.settle(60)
    assert tally.complete
    assert tally.problems == []


def test_a_hole_is_waited_for_and_filled_by_the_server(log: RoomLog, tally: Tally) -> None:
    events = _events(4)
    log.hear(_sealed(events[3:]))
    assert log.span.after == 0
    assert log.catch_up(Run(events[:3], 0, 0)) == 3
    log.verify()
    log.settle(50)
    assert tally.complete
    assert not log.behind
    assert tally.problems == []


def test_a_frame_that_the_server_did_not_sign_is_a_problem(log: RoomLog, tally: Tally) -> None:
    log.hear(_sealed(_events(4), Signer(b"x" * 32)))
    log.verify()
    log.settle(50)
    assert "signature" in tally.problems[0]


def test_an_altered_event_breaks_the_chain(log: RoomLog, tally: Tally) -> None:
    events = _events(4)
    events[1] = msgspec.structs.replace(events[1], sender=9)
    log.hear(_sealed(events))
    assert "does not extend" in tally.problems[0]


def test_a_sender_whose_messages_changed_places_is_a_problem(log: RoomLog, tally: Tally) -> None:
    first, second, *_ = _events(4)
    chain = Chain(_REALM, _LINEAGE, _ROOM)
    swapped = []
    before = _GENESIS
    for seq, event in ((1, second), (2, first)):
        event = msgspec.structs.replace(event, seq=seq)
        before = chain.after(before, event)
        swapped.append(msgspec.structs.replace(event, chain=before))
    log.hear(_sealed(swapped))
    log.verify()
    log.settle(50)
    assert any("in place of" in problem for problem in tally.problems)


def test_signals_are_no_messages(log: RoomLog, tally: Tally) -> None:
    signals = Signals(_ROOM, 1, 7, [PresenceChanged(2, "bob", Presence.AWAY)])
    log.hear(bytes(Sealer(_KEY).seal(_HANDLE, codec.encode(signals))))
    log.hear(_sealed(_events(1)))
    log.verify()
    assert (log.seq, tally.problems) == (1, [])


def test_another_frame_fails_the_round(log: RoomLog) -> None:
    ended = EpochEnded(_ROOM, 1, 1, b"c" * 32, b"")
    with pytest.raises(PeerError, match="without events"):
        log.hear(bytes(Sealer(_KEY).seal(_HANDLE, codec.encode(ended))))
