"""The scenarios by name. Traffic is declared here; what measures more has a class of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from perf.outcome import Scenario
from perf.scenarios.backlog import CatchUpScenario, HistoryScenario
from perf.scenarios.big_room import BigRoom
from perf.scenarios.connect import Connect
from perf.scenarios.disturbed import Churn, SlowSubscriber
from perf.scenarios.herd import Herd
from perf.scenarios.restart import Restart
from perf.scenarios.rooms import Rooms
from perf.scenarios.sdk import SdkReceiver
from perf.scenarios.searching import Searching
from perf.traffic import Traffic

_PACED_S: Final = 3


def original_small() -> Traffic:
    """The first of the load tests that zmqchat grew from."""
    return Traffic("original-small", 5, 5, 200, 10_000, 20_000, among=True, processes=5)


def original_large() -> Traffic:
    """The second."""
    return Traffic("original-large", 5, 5, 300, 30_000, 50_000, among=True, processes=5)


def chatty() -> Traffic:
    """A busy room of people: 200 messages a second by the clock."""
    count = 200 * _PACED_S // 50
    return Traffic("chatty", 50, 50, count, 60, 400, among=True, rate=200)


def fanout(receivers: int) -> Traffic:
    """One sender; fewer messages the more receive them, so that a round takes a second or two."""
    count = min(30_000, max(2_000, 1_000_000 // receivers))
    fewer = 10 if receivers >= 10 else 1
    return Traffic(f"fanout-{receivers}", 1, receivers, count, 200, 200, fewer=fewer)


_NAMED: Final[dict[str, Callable[[], Scenario]]] = {
    "original-small": original_small,
    "original-large": original_large,
    "chatty": chatty,
    "rooms": Rooms,
    "slow-subscriber": SlowSubscriber,
    "catch-up": CatchUpScenario,
    "history": HistoryScenario,
    "churn": Churn,
    "restart-broker": lambda: Restart("broker"),
    "restart-server": lambda: Restart("server"),
    "sdk-receiver": SdkReceiver,
    "big-room": BigRoom,
    "searching": Searching,
}

DEFAULT: Final = (
    "original-small",
    "original-large",
    "fanout-1",
    "fanout-50",
    "fanout-500",
    "fanout-1@100",
    "fanout-10@100",
    "connect-1000",
    "slow-subscriber",
)
"""What `make perf` runs: about four minutes."""

FULL: Final = (
    *DEFAULT,
    "chatty",
    "fanout-10",
    "fanout-200",
    "rooms",
    "connect-5000",
    "catch-up",
    "history",
    "churn",
    "restart-broker",
    "restart-server",
    "sdk-receiver",
    "big-room",
    "searching",
    "herd-300",
)
"""What `make perf-full` runs."""


class UnknownScenario(Exception):
    """There is no scenario of that name."""


def find(name: str) -> Scenario:
    """The scenario `name`; `fanout-N` takes any N, and `@RATE` makes traffic an open loop."""
    base, _, rate = name.partition("@")
    scenario = _find(base)
    if not rate:
        return scenario
    if not isinstance(scenario, Traffic) or not re.fullmatch(r"[1-9]\d{0,5}", rate):
        raise UnknownScenario(
            f"{name}: only traffic has a rate, a whole number of messages a second"
        )
    count = max(1, _PACED_S * int(rate) // scenario.senders)
    return replace(scenario, name=name, rate=float(rate), count=count, fewer=1)


def _find(name: str) -> Scenario:
    if match := re.fullmatch(r"fanout-([1-9]\d{0,3})", name):
        return fanout(int(match[1]))
    if match := re.fullmatch(r"connect-([1-9]\d{0,4})", name):
        return Connect(int(match[1]))
    if match := re.fullmatch(r"herd-([1-9]\d{0,3})", name):
        return Herd(int(match[1]))
    if name not in _NAMED:
        known = ", ".join(["fanout-N", "connect-N", "herd-N", *_NAMED])
        raise UnknownScenario(
            f"there is no scenario {name!r}; there are {known}, traffic also @RATE"
        )
    return _NAMED[name]()
