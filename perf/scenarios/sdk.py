"""What a receiver that uses the SDK costs a message, in a process of its own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from perf.outcome import Measure, Outcome
from perf.plan import ClientPlan, LostMessages, Stream, WorkerPlan
from perf.scenarios.restart import join_link
from perf.spawned import Spawned
from perf.systems.base import System
from perf.systems.zmqchat import Zmqchat
from perf.traffic import collect
from zmqchat.client import connect
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.security.links import JoinLink

_ROOM = "general"
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class SdkReceiver:
    """A lean sender at saturation, and one receiver through `zmqchat.connect`."""

    name: str = "sdk-receiver"
    messages: int = 20_000
    rounds: int = 3
    systems: tuple[str, ...] = ("zmqchat",)
    headline: tuple[str, ...] = ("cpu_sdk_each_message",)

    def run(self, system: System, number: int) -> Outcome:
        """One round."""
        assert isinstance(system, Zmqchat)
        arguments = join_link(system), f"receiver-{number}", self.messages
        with Spawned("the receiver", _receive, *arguments) as receiver:
            return self._measured(system, number, receiver)

    def _measured(self, system: Zmqchat, number: int, receiver: Spawned) -> Outcome:
        receiver.said()
        sender = ClientPlan(0, (Stream(GENERAL_ID, self.messages, 200, 200),))
        collect([WorkerPlan((sender,), {GENERAL_ID: self.messages})], system)
        if not receiver.pipe.poll(_PATIENCE_S):
            raise LostMessages("the receiver did not get everything in time")
        measures = [Measure("cpu_sdk_each_message", receiver.said() * 1e6 / self.messages, "us")]
        return Outcome(self.name, system.name, number, measures)


def _receive(pipe: Connection, link: JoinLink, name: str, count: int) -> None:
    pipe.send(asyncio.run(_received(link, name, count, pipe)))


async def _received(link: JoinLink, name: str, count: int, pipe: Connection) -> float:
    """CPU seconds from the first message to the last."""
    got = seq = 0
    heard_itself = False
    async with connect(link, name, ephemeral=True) as chat:
        used = time.process_time()
        async for event in chat.events(_ROOM, since=0):
            if event.seq != seq + 1:
                raise LostMessages(f"seq {event.seq} after {seq}")
            seq = event.seq
            if event.member == name:  # the last event before the sender begins
                pipe.send("ready")
                heard_itself, got, used = True, 0, time.process_time()
            elif event.text is not None:
                got += 1
                if heard_itself and got == count:
                    return time.process_time() - used
    raise LostMessages("the room ended")
