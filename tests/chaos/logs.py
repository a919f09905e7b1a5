"""What chaos tests ask of a room's log when all is over."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support.realm import Person, Running

END = "the end"


def whole_log(person: Person, room: str = "general") -> list[dict[str, Any]]:
    """The room's events, after one more message; AssertionError where a seq is missing."""
    head = json.loads(person.does("send", room, END, "--json"))["seq"]
    done = person.run(*("tail", room, "--since", "0", "--count", str(head), "--json"), deadline=300)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, head + 1)), done.stderr
    return events


def texts_of(events: Iterable[dict[str, Any]], sender: str) -> list[str]:
    """What `sender` said, in order, without the end."""
    return [
        event["text"]
        for event in events
        if event["type"] == "posted" and event["sender"] == sender and event["text"] != END
    ]


def heard_until(tail: Running, seq: int) -> list[dict[str, Any]]:
    """What a `tail --json` prints up to `seq`."""
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["seq"] < seq:
        heard.append(json.loads(tail.line(120)))
    return heard


def feed(sender: Running, lines: Iterable[str]) -> threading.Thread:
    """Writes `lines` to a `send -` from a thread, for a pipe that is full waits."""

    def write() -> None:
        with suppress(OSError, ValueError):  # it was killed, and its pipe closed
            for line in lines:
                sender.write(line + "\n")
            sender.close_input()

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def resident_mib(pid: int) -> int:
    """Resident memory of a process, MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line) // 1024
