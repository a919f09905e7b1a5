"""`make perf-attack`: what the honest wait for while others do what they may, as fast as they can.

One person sends and reads history at a steady pace, an open loop, on a real server and broker.
Beside it, one after the other: nobody; somebody who only burns a processor; strangers; members
within their rights who ignore what they are told to wait. Attackers come from 127.0.0.2. The ratios
say how much longer the honest wait than beside nobody, and than beside the burnt processor, which
no limit of a server can give back where both share a machine.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from perf.missing import say_what_installs

say_what_installs("perf-attack")

import zmq  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from perf.chat.client import ChatLink, device_of, name_of  # noqa: E402
from perf.chat.requests import Requests  # noqa: E402
from perf.spawned import Spawned  # noqa: E402
from perf.systems.zmqchat import Zmqchat  # noqa: E402
from zmqchat.client.ids import new_id  # noqa: E402
from zmqchat.domain.rooms import GENERAL_ID  # noqa: E402
from zmqchat.protocol import codec, topics  # noqa: E402
from zmqchat.protocol import requests as ask  # noqa: E402
from zmqchat.protocol.events import Posted  # noqa: E402
from zmqchat.protocol.limits import VERSION  # noqa: E402
from zmqchat.protocol.replies import Sent, Welcome  # noqa: E402
from zmqchat.security import sockets  # noqa: E402
from zmqchat.security.keys import KeyPair  # noqa: E402

_HOSTILE = "127.0.0.2"
_HONEST, _MEMBER = 1, 2
_EVERY_S = 0.04
_WARM_S = 1.0
_PATIENCE_S = 15.0
_HISTORY = 500
_IN_FLIGHT = 64
_TOPICS = 5_000


# ── attackers, each in a process of its own ──────────────────────────────────────────────────────


def _burn(pipe: Connection, link: ChatLink) -> None:
    """Uses a processor, and nothing else."""
    pipe.send("begun")
    while True:
        pass


def _hostile(link: ChatLink, key: KeyPair) -> zmq.Socket[bytes]:
    dealer: zmq.Socket[bytes] = sockets.request_dealer(
        zmq.Context.instance(), key, link.realm_public
    )
    dealer.setsockopt(zmq.LINGER, 0)
    dealer.connect(f"tcp://{_HOSTILE}:0;{link.host}:{link.port}")
    return dealer


def _asks(pipe: Connection, link: ChatLink, dealer: Any, frames: Callable[[], bytes]) -> None:
    """Keeps requests in flight for ever; tells how many were answered, each time it is asked."""
    pipe.send("begun")
    answered = 0
    for _ in range(_IN_FLIGHT):
        dealer.send(frames())
    while True:
        if dealer.poll(100):
            dealer.recv()
            answered += 1
            dealer.send(frames())
        if pipe.poll():
            pipe.recv()
            pipe.send(answered)


def _member(link: ChatLink) -> tuple[zmq.Socket[bytes], Welcome]:
    dealer = _hostile(link, device_of(_MEMBER))
    dealer.send(codec.encode(ask.Request(1, link.hello(_MEMBER))))
    welcome = codec.decode_reply(dealer.recv()).ok
    assert isinstance(welcome, Welcome)
    return dealer, welcome


def _member_asks(pipe: Connection, link: ChatLink, body: Callable[[], ask.RequestBody]) -> None:
    dealer, _ = _member(link)
    _asks(pipe, link, dealer, lambda: codec.encode(ask.Request(2, body())))


def _garbage(pipe: Connection, link: ChatLink) -> None:
    """A stranger's frames, none of which is a request."""
    _asks(pipe, link, _hostile(link, KeyPair.generate()), lambda: secrets.token_bytes(200))


def _guesses(pipe: Connection, link: ChatLink) -> None:
    """A stranger's guesses at the password of a member."""
    hello = ask.Hello([VERSION], name_of(_MEMBER), "x", password="a guess")
    frame = codec.encode(ask.Request(1, hello))
    _asks(pipe, link, _hostile(link, KeyPair.generate()), lambda: frame)


def _handshakes(pipe: Connection, link: ChatLink) -> None:
    """A stranger's connections, each with a key of its own."""
    pipe.send("begun")
    made = 0
    while True:
        dealer = _hostile(link, KeyPair.generate())
        dealer.send(b"")
        made += dealer.poll(2_000)
        dealer.close()
        if pipe.poll():
            pipe.recv()
            pipe.send(made)


def _reads(pipe: Connection, link: ChatLink) -> None:
    """A member's pages of history, the largest there are."""
    _member_asks(pipe, link, lambda: ask.History(GENERAL_ID, None, 200))


def _lists(pipe: Connection, link: ChatLink) -> None:
    """A member's lists of everybody and of all rooms."""
    bodies: list[ask.RequestBody] = [ask.Members(), ask.Rooms()]
    _member_asks(pipe, link, lambda: secrets.choice(bodies))


def _searches(pipe: Connection, link: ChatLink) -> None:
    """A member's searches for what every message has."""
    _member_asks(pipe, link, lambda: ask.Search("message"))


def _sends(pipe: Connection, link: ChatLink) -> None:
    """A member's messages, as many as one request may have."""
    body = codec.encode(Posted("x" * 200))

    def send() -> ask.RequestBody:
        return ask.Send([ask.SendItem(new_id(), GENERAL_ID, "posted", body) for _ in range(64)])

    _member_asks(pipe, link, send)


def _topics(pipe: Connection, link: ChatLink) -> None:
    """A listener's subscriptions, taken back and made again."""
    _, welcome = _member(link)
    sub: zmq.Socket[bytes] = sockets.listen_sub(zmq.Context.instance(), welcome.listen)
    sockets.connect(sub, welcome.brokers[0].replace("//*:", f"//{link.host}:"))
    pipe.send("begun")
    made = 0
    while True:
        for number in range(_TOPICS):
            sub.subscribe(topics.handle(1_000_000 + number))
        for number in range(_TOPICS):
            sub.unsubscribe(topics.handle(1_000_000 + number))
        made += 2 * _TOPICS
        time.sleep(0.05)  # libzmq queues them without end otherwise, here and not there
        if pipe.poll():
            pipe.recv()
            pipe.send(made)


_Attack = Callable[[Connection, ChatLink], None]
ATTACKS: dict[str, _Attack | None] = {
    "nobody": None,
    "processor": _burn,
    "garbage": _garbage,
    "handshakes": _handshakes,
    "guesses": _guesses,
    "reads": _reads,
    "lists": _lists,
    "searches": _searches,
    "sends": _sends,
    "topics": _topics,
}


# ── the honest ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Waited:
    """Milliseconds of each kind of request, what was refused, and what never came."""

    send: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0


def at(values: list[float], share: float) -> float:
    """The value that this share of all is not above; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _message(number: int) -> ask.Send:
    body = codec.encode(Posted(f"message {number}"))
    return ask.Send([ask.SendItem(new_id(), GENERAL_ID, "posted", body)])


def _measured(asking: Requests, seconds: float) -> Waited:
    """One send and one page of history each turn; latency counts from when each was due."""
    waited = Waited()
    begun = time.monotonic()
    end, turn, open_ = begun + seconds, 0, 0
    while (now := time.monotonic()) < end or (open_ > 0 and now < end + _PATIENCE_S):
        due = begun + turn * _EVERY_S
        if due <= now and due < end:
            turn += 1
            for body, kept in (
                (_message(turn), waited.send),
                (ask.History(GENERAL_ID, None, 50), waited.read),
            ):
                asking.ask(body, lambda _, kept=kept, due=due: kept.append(_since(due)))  # type: ignore[misc]
        asking.socket.poll(2)
        asking.drain()
        open_ = 2 * turn - len(waited.send) - len(waited.read) - len(asking.faults)
    waited.refused, waited.lost = len(asking.faults), open_
    asking.faults.clear()
    return waited


def _since(due: float) -> float:
    return (time.monotonic() - due) * 1e3


def _beside(name: str, link: ChatLink, asking: Requests, seconds: float) -> tuple[Waited, float]:
    """What the honest waited beside an attack, and how much of it a second was answered."""
    attack = ATTACKS[name]
    with ExitStack() as stack:
        hostile = stack.enter_context(Spawned(name, attack, link)) if attack else None
        if hostile is not None:
            hostile.said()
            time.sleep(_WARM_S)
        begun = time.monotonic()
        waited = _measured(asking, seconds)
        if hostile is None or attack is _burn:
            return waited, 0.0
        hostile.pipe.send("how many?")
        said = hostile.said() if hostile.pipe.poll(_PATIENCE_S) else 0
        return waited, said / (time.monotonic() - begun + _WARM_S)


def _prepare(link: ChatLink, asking: Requests) -> None:
    """A history to read, and the attacker's name."""
    for number in range(0, _HISTORY, 50):
        asking.answer(ask.Send([_message(number + i).items[0] for i in range(50)]), Sent)
    other, _ = link.session(zmq.Context.instance(), _MEMBER)
    other.close()


def main() -> int:
    """Measures, and prints the table; 1 where something honest was lost."""
    parser = argparse.ArgumentParser(prog="make perf-attack", description=__doc__)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=" ".join(ATTACKS))
    parser.add_argument("--seconds", type=float, default=6.0, help="of each in a round (6)")
    parser.add_argument("--rounds", type=int, default=3, help="of all, one after the other (3)")
    options = parser.parse_args()
    if unknown := set(options.attacks) - set(ATTACKS):
        parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    names = ["nobody", "processor", *(options.attacks or list(ATTACKS)[2:])]
    found: list[dict[str, tuple[Waited, float]]] = [{} for _ in range(max(1, options.rounds))]
    with Zmqchat() as system:
        link = system.link()
        asking, _ = link.session(zmq.Context.instance(), _HONEST)
        _prepare(link, asking)
        for round_ in found:
            for name in dict.fromkeys(names):
                round_[name] = _beside(name, link, asking, options.seconds)
                time.sleep(_WARM_S)
        asking.close()
    _print(found)
    return 1 if any(waited.lost for round_ in found for waited, _ in round_.values()) else 0


def _print(found: list[dict[str, tuple[Waited, float]]]) -> None:
    """Medians of the rounds; a ratio is the median of the rounds' own."""
    title = f"What the honest wait for, ms ({os.cpu_count()} cores, {len(found)} rounds)"
    table = Table(title=title)
    for column in ("beside", "answered/s", "send p50", "p99", "× nobody", "× processor"):
        table.add_column(column, justify="left" if column == "beside" else "right")
    for column in ("read p50", "p99", "× nobody", "× processor", "refused", "lost"):
        table.add_column(column, justify="right")
    for name in found[0]:
        rate = median(round_[name][1] for round_ in found)
        cells = [name, f"{rate:,.0f}" if rate else ""]
        for kind in ("send", "read"):
            cells += [f"{median(_at(round_, name, kind, 0.5) for round_ in found):.1f}"]
            cells += [f"{median(_at(round_, name, kind, 0.99) for round_ in found):.1f}"]
            for base in ("nobody", "processor"):
                ratios = [
                    _at(round_, name, kind, 0.99) / (_at(round_, base, kind, 0.99) or math.inf)
                    for round_ in found
                ]
                cells.append(f"{median(ratios):.1f}")
        refused = sum(round_[name][0].refused for round_ in found)
        lost = sum(round_[name][0].lost for round_ in found)
        table.add_row(*cells, str(refused), str(lost))
    Console(width=None if sys.stdout.isatty() else 150).print(table)


def _at(round_: dict[str, tuple[Waited, float]], name: str, kind: str, share: float) -> float:
    return at(getattr(round_[name][0], kind), share)


if __name__ == "__main__":
    sys.exit(main())
