"""Many rooms and much said in them: what asking takes, and what searches cost everybody else."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Final

import zmq

from perf.chat.client import ChatLink, name_of
from perf.chat.requests import Requests
from perf.latency import histogram
from perf.outcome import Measure, Outcome
from perf.plan import LostMessages
from perf.scenarios.disturbed import compared
from perf.spawned import Spawned
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from perf.traffic import LOADS, Traffic
from zmqchat.client.ids import new_id
from zmqchat.protocol import codec
from zmqchat.protocol.events import Joined, Posted
from zmqchat.protocol.replies import (
    AccountState,
    Beat,
    Messages,
    RoomCreated,
    RoomList,
    SearchResults,
    Sent,
)
from zmqchat.protocol.requests import (
    Account,
    CreateRoom,
    Heartbeat,
    History,
    RequestBody,
    Rooms,
    Search,
    Send,
    SendItem,
)

_KEEPER: Final = 3_000
_READER: Final = 3_900
_SEARCHER: Final = 3_901
_ROOMS_OF_ONE: Final = 200  # what the server lets a device create at once
_SEARCHES_S: Final = 5.0  # a second, which is what the server answers one device in the long run
_VOCABULARY: Final = 20_000
_WORDS: Final = 12
_BUILT_S: Final = 600.0


def words() -> list[str]:
    """The words that messages are made of: the same in every process."""
    dice = random.Random(1)
    letters = "abcdefghijklmnoprstuvw"
    return ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(_VOCABULARY)]


def asked(room_name: str, vocabulary: Sequence[str]) -> dict[str, str]:
    """Searches by what they are examples of."""
    return {
        "common_word": "common",
        "rare_word": vocabulary[7],
        "two_letters": "ab",
        "nothing": "zzzz",
        "in_room": f"in:{room_name} common",
        "from_the_silent": f"from:{name_of(_READER)} common",
        "has_link": "has:link",
        "long_ago": "before:2001-01-01 common",
    }


@dataclass(frozen=True, slots=True)
class Searching:
    """`rooms` rooms with `messages` each, every second one with a common word.

    What a member of them all waits for, who asks `times` times, and the latency of others'
    messages (100/s, three receivers) with and without a client that searches by the clock.
    """

    name: str = "searching"
    rooms: int = 1_000
    messages: int = 200
    seconds: int = 20
    times: int = 20
    rounds: int = 1
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = (
        *("rooms_p50", "first_page_p50", "account_p50"),
        *(f"search_{kind}_max" for kind in asked("", [""] * 8)),
        *("others_p50_with", "others_p50_without", "others_p99_with", "others_p99_without"),
        *("searches", "search_beside_p50", "search_beside_max", "built", *LOADS),
    )

    def run(self, system: System, number: int) -> Outcome:
        """One round: a realm is filled, asked, and disturbed."""
        assert isinstance(system, Zmqchat)
        vocabulary = words()
        rooms = list(_filled(system, self.rooms, self.messages, vocabulary))
        with _session(system.link(), _READER, [room for room, _ in rooms]) as reader:
            built_s = _built_s(reader)
            answers = list(_answers(reader, rooms[len(rooms) // 2], vocabulary, self.times))
        traffic = Traffic(self.name, 1, 3, 100 * self.seconds, 200, 200, rate=100)
        without = traffic.run(system, number)
        with _searching(system.link(), [room for room, _ in rooms]) as searched_ns:
            outcome = traffic.run(system, number)
        found = histogram(searched_ns)
        measures = [
            *(each for each in outcome.measures if each.metric in LOADS),
            *answers,
            *compared(outcome.deliveries, without.deliveries),
            Measure("searches", len(searched_ns), "answers"),
            Measure("search_beside_p50", found.get_value_at_percentile(50) / 10, "us"),
            Measure("search_beside_max", max(searched_ns) / 1e3, "us"),
            Measure("built", built_s, "s"),
        ]
        return replace(outcome, measures=measures, deliveries=[])


def _filled(
    system: Zmqchat, rooms: int, messages: int, vocabulary: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """New rooms with messages, and their names."""
    dice = random.Random(2)
    for first in range(0, rooms, _ROOMS_OF_ONE):
        with _session(system.link(), _KEEPER + first // _ROOMS_OF_ONE, []) as keeper:
            for number in range(first, min(rooms, first + _ROOMS_OF_ONE)):
                request = CreateRoom(new_id(), f"search-{number}-{time.time_ns():x}")
                info = keeper.answer(request, RoomCreated).room
                texts = [_text(dice, vocabulary, place) for place in range(messages)]
                _send(keeper, [_item(info.room, "posted", Posted(text)) for text in texts])
                yield info.room, info.name


def _text(dice: random.Random, vocabulary: Sequence[str], place: int) -> str:
    return " ".join(dice.choices(vocabulary, k=_WORDS)) + (" common" if place % 2 else "")


def _item(room: int, kind: str, body: Posted | Joined) -> SendItem:
    return SendItem(new_id(), room, kind, codec.encode(body))


def _send(requests: Requests, items: list[SendItem]) -> None:
    results = requests.answer(Send(items), Sent).results
    if refused := [result for result in results if hasattr(result, "message")]:
        raise LostMessages(f"the server refused to take what is to be searched: {refused[0]}")


@contextmanager
def _session(link: ChatLink, number: int, rooms: Sequence[int]) -> Iterator[Requests]:
    """A session of client `number`, a member of `rooms`."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    try:
        requests, welcome = link.session(context, number)
        if rooms:
            joined = Joined(welcome.user, welcome.name)
            _send(
                requests,
                [_item(room, "joined", joined) for room in rooms],
            )
        yield requests
    finally:
        context.destroy(linger=0)


def _built_s(reader: Requests) -> float:
    """Waits until searches are answered; seconds."""
    began = beat = time.monotonic()
    while not (found := _search_ns(reader, "common")):
        if time.monotonic() - began > _BUILT_S:
            raise LostMessages(f"the search index was not built within {_BUILT_S:.0f} s")
        if time.monotonic() - beat > 1:
            reader.answer(Heartbeat(b""), Beat)
            beat = time.monotonic()
        time.sleep(0.2)
    return time.monotonic() - began - found / 1e9


def _search_ns(requests: Requests, query: str) -> int:
    """How long a search took; 0 where the index is still being built."""
    began = time.monotonic_ns()
    found = requests.answer_or_not_yet(Search(query))
    return time.monotonic_ns() - began if found is not None else 0


def _answers(
    reader: Requests, room: tuple[int, str], vocabulary: Sequence[str], times: int
) -> Iterator[Measure]:
    """How long a member of all rooms waits for what a client asks for when it starts and later."""
    number, name = room
    requests: list[tuple[str, RequestBody, type[object]]] = [
        ("rooms", Rooms(), RoomList),
        ("first_page", History(number, limit=50), Messages),
        ("account", Account(), AccountState),
        *(
            (f"search_{kind}", Search(query), SearchResults)
            for kind, query in asked(name, vocabulary).items()
        ),
    ]
    for what, request, kind in requests:
        took_ns = [_paced(reader, request, kind) for _ in range(times)]
        found = histogram(took_ns)
        yield Measure(f"{what}_p50", found.get_value_at_percentile(50) / 10, "us")
        yield Measure(f"{what}_max", max(took_ns) / 1e3, "us")


def _paced(reader: Requests, request: RequestBody, kind: type[object]) -> int:
    """How long the answer took, ns; then the rest of a search's turn passes."""
    began = time.monotonic_ns()
    reader.answer(request, kind)
    took_ns = time.monotonic_ns() - began
    time.sleep(max(0.0, 1 / _SEARCHES_S - took_ns / 1e9))
    return took_ns


@contextmanager
def _searching(link: ChatLink, rooms: Sequence[int]) -> Iterator[list[int]]:
    """A process that searches by the clock; its latencies in nanoseconds, when it has ended."""
    took_ns: list[int] = []
    with Spawned("the client that searches", _search, link, list(rooms)) as searcher:
        searcher.said()
        yield took_ns
        searcher.pipe.send("stop")
        took_ns += searcher.said()


def _search(pipe: Connection, link: ChatLink, rooms: Sequence[int]) -> None:
    dice, vocabulary = random.Random(3), words()
    took_ns = []
    with _session(link, _SEARCHER, rooms) as requests:
        pipe.send("ready")
        due = beat = time.monotonic()
        while not pipe.poll(max(0.0, due - time.monotonic())):
            due += 1 / _SEARCHES_S
            if time.monotonic() >= beat:
                beat = time.monotonic() + 1
                requests.answer(Heartbeat(b""), Beat)  # or it would be taken for dead
            took_ns.append(_search_ns(requests, dice.choice(vocabulary)))
    if not all(took_ns):
        raise LostMessages(f"{took_ns.count(0)} searches of {len(took_ns)} were put off")
    pipe.send(took_ns)
