"""What people notice when a process is killed: how long nothing comes, and that nothing is lost."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise

from perf.child import Child
from perf.outcome import Measure, Outcome
from perf.plan import LostMessages
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from zmqchat.client import connect
from zmqchat.client.chat import Chat
from zmqchat.security.links import JoinLink

_ROOM = "general"
_STEP_S = 0.01
_BEFORE, _AFTER = 100, 600  # messages before the kill, and after it
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Restart:
    """SIGKILL of the broker or server amid 100 messages a second; it is started again at once.

    Sender and receiver are the SDK's. The gap is the longest time between two deliveries.
    """

    role: str
    rounds: int = 3
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = ("gap", "restart")

    @property
    def name(self) -> str:
        """With what is killed."""
        return f"restart-{self.role}"

    def run(self, system: System, number: int) -> Outcome:
        """One round."""
        assert isinstance(system, Zmqchat)
        gap_s, restart_s = asyncio.run(self._measured(system, number))
        measures = [Measure("gap", gap_s, "s"), Measure("restart", restart_s, "s")]
        return Outcome(self.name, system.name, number, measures)

    async def _measured(self, system: Zmqchat, number: int) -> tuple[float, float]:
        link = join_link(system)
        people = [f"{who}-{self.role}-{number}" for who in ("sender", "receiver")]
        async with AsyncExitStack() as stack:
            sender, receiver = [
                await stack.enter_async_context(connect(link, name, ephemeral=True))
                for name in people
            ]
            heard = asyncio.create_task(_hear(receiver, _BEFORE + _AFTER, people[0]))
            await _send(sender, 0, _BEFORE)
            child = system.broker if self.role == "broker" else system.server
            killed = time.monotonic()
            restarting = asyncio.create_task(asyncio.to_thread(_restart, child))
            await _send(sender, _BEFORE, _AFTER)
            restart_s = await restarting - killed
            times = await asyncio.wait_for(heard, _PATIENCE_S)
        moments = [killed, *(at for at in times if at > killed)]
        return max(b - a for a, b in pairwise(moments)), restart_s


def _restart(child: Child) -> float:
    child.kill()
    child.start()
    return time.monotonic()


async def _send(chat: Chat, first: int, count: int) -> None:
    begin = time.monotonic()
    for place in range(count):
        await chat.post(_ROOM, str(first + place))
        await asyncio.sleep(max(0.0, begin + (place + 1) * _STEP_S - time.monotonic()))


async def _hear(chat: Chat, count: int, sender: str) -> list[float]:
    """When each message came. LostMessages unless it is the next of its sender."""
    times: list[float] = []
    async for event in chat.events(_ROOM, since=0):
        if event.sender == sender and event.text is not None:
            if event.text != str(len(times)):
                raise LostMessages(f"message {event.text} in place of {len(times)}")
            times.append(time.monotonic())
            if len(times) == count:
                break
    return times


def join_link(system: Zmqchat) -> JoinLink:
    """The realm's join link, for the SDK."""
    link = system.link()
    return JoinLink(link.host, link.port, link.realm_public, link.join_token)
