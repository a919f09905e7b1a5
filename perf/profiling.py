"""Where the microseconds of a message go: CPU by thread, and in which functions they are spent.

py-spy samples stacks from outside, so that the measured code runs as it is. It cannot always tell a
waiting thread from a working one, so samples that wait by their name are left out, and what a
thread used altogether comes from the kernel.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich import box
from rich.table import Table

from perf.outcome import Scenario
from perf.systems.base import System
from zmqchat.runtime import interpreter

_SAMPLES_S = 250
_SHOWN = 18
_LEAST = 0.01
_WAITING = (
    "poll (zmq/sugar/poll.py",
    "_gather (zmqchat/server/committer.py",
    "_worker (concurrent/futures/thread.py",
    "wait (threading.py",
    "select (selectors.py",
)


class CannotProfile(Exception):
    """py-spy is missing, or may not look into the process."""


@dataclass(slots=True)
class Profile:
    """A process's samples: `own` by the function that ran, `under` by each on the stack."""

    total: int = 0
    own: Counter[str] = field(default_factory=Counter)
    under: Counter[str] = field(default_factory=Counter)

    def add(self, stack: list[str], samples: int) -> None:
        """Adds samples of a stack, outermost frame first."""
        if not stack or any(mark in stack[-1] for mark in _WAITING):
            return
        self.total += samples
        self.own[stack[-1]] += samples
        for function in set(stack):
            self.under[function] += samples


def profile(scenario: Scenario, system: System, seconds: int, directory: Path) -> Iterator[Table]:
    """Runs the scenario again and again for `seconds`; a table of threads, and one a process."""
    directory.mkdir(parents=True, exist_ok=True)
    scenario.run(system, 0)  # warm
    before = {name: _threads_us(pid) for name, pid in system.processes.items()}
    spies = {
        name: _spy(pid, seconds, directory / f"profile-{name}.raw")
        for name, pid in system.processes.items()
    }
    messages = 0.0
    while any(spy.poll() is None for spy in spies.values()):
        measures = {m.metric: m.value for m in scenario.run(system, 0).measures}
        messages += measures["messages"] * measures["elapsed"]
    used = {name: _used(before[name], _threads_us(pid)) for name, pid in system.processes.items()}
    yield _threads(used, messages)
    for name, spy in spies.items():
        if spy.returncode:
            raise CannotProfile(f"py-spy could not look into the {name}: {_said(spy)}")
        found = _read(directory / f"profile-{name}.raw")
        yield _functions(name, found)


def _spy(pid: int, seconds: int, path: Path) -> subprocess.Popen[str]:
    command = interpreter.program("py-spy")
    if command is None:
        raise CannotProfile("py-spy is not installed; `make profile` installs it")
    options = ["--format", "raw", "--function", "--nonblocking", "--rate", str(_SAMPLES_S)]
    return subprocess.Popen(
        [command, "record", "--pid", str(pid), "--duration", str(seconds), *options, "-o", path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _said(spy: subprocess.Popen[str]) -> str:
    assert spy.stderr is not None
    return spy.stderr.read().strip()[-500:]


def _threads_us(pid: int) -> dict[str, tuple[str, float]]:
    """Each thread's name and the CPU that it has used, in microseconds."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        used_us = int((task / "schedstat").read_text().split()[0]) / 1e3
        name = (task / "comm").read_text().strip()
        if not name.startswith("ZMQ"):
            name = "main" if task.name == str(pid) else "other Python threads"
        found[task.name] = (name, used_us)
    return found


def _used(
    before: Mapping[str, tuple[str, float]], after: Mapping[str, tuple[str, float]]
) -> dict[str, float]:
    used: dict[str, float] = {}
    for thread, (name, us) in after.items():
        used[name] = used.get(name, 0.0) + us - before.get(thread, (name, 0.0))[1]
    return used


def _threads(used: Mapping[str, Mapping[str, float]], messages: float) -> Table:
    table = Table("process", "thread", "CPU us / message", box=box.SIMPLE_HEAD, pad_edge=False)
    for process, threads in used.items():
        for thread, us in sorted(threads.items(), key=lambda item: -item[1]):
            if us / messages >= _LEAST:
                table.add_row(process, thread, f"{us / messages:.2f}")
    return table


def _read(path: Path) -> Profile:
    found = Profile()
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, _, samples = line.rpartition(" ")
        found.add(stack.split(";"), int(samples))
    return found


def _functions(name: str, found: Profile) -> Table:
    """The functions that ran most by themselves; beside it, with what they called."""
    table = Table(
        *(f"{name}: function", "itself", "with what it calls"), box=box.SIMPLE_HEAD, pad_edge=False
    )
    top = [function for function, _ in found.own.most_common(_SHOWN)]
    own_code = [f for f, _ in found.under.most_common() if "zmqchat/" in f and f not in top]
    for function in [*top, *own_code[:_SHOWN]]:
        shares = (found.own[function] / found.total, found.under[function] / found.total)
        table.add_row(function, *(f"{share:.1%}" for share in shares))
    return table
