"""What Linux says about processes and the machine: CPU, memory, load from elsewhere, fdatasync."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_TICKS_S = 1 / os.sysconf("SC_CLK_TCK")
_KIB = 1024


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, all threads together; 0.0 where it is gone."""
    try:
        return _tasks_cpu_s(pid)
    except OSError:
        return 0.0


def _tasks_cpu_s(pid: int) -> float:
    """From the scheduler, in nanoseconds, where the kernel tells; else from ticks of 10 ms."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) * _TICKS_S
    return total / 1e9


def memory_kib(pid: int) -> int:
    """Resident memory now, in KiB; 0 where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1])


def busy_s() -> float:
    """CPU seconds that all cores of the machine together have been busy since it started."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) * _TICKS_S


class Meter:
    """Measures CPU from its making to `stop`: of named processes, and of the whole machine.

    After `stop`, `cpu_s` and `memory_kib` are by process, and `elapsed_s` is how long it was.
    """

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self._before = {name: cpu_s(pid) for name, pid in processes.items()}
        self._busy = busy_s()
        self._began = time.monotonic()
        self.cpu_s: dict[str, float] = {}
        self.memory_kib: dict[str, int] = {}
        self.elapsed_s = 0.0
        self._all_s = 0.0

    def stop(self) -> None:
        """The end of what is measured."""
        self.elapsed_s = time.monotonic() - self._began
        self._all_s = busy_s() - self._busy
        for name, pid in self._processes.items():
            self.cpu_s[name] = max(0.0, cpu_s(pid) - self._before[name])
            self.memory_kib[name] = memory_kib(pid)

    @property
    def idle_cores(self) -> float:
        """Cores that had nothing to do."""
        cores = len(os.sched_getaffinity(0))
        return max(0.0, cores - self._all_s / self.elapsed_s) if self.elapsed_s else 0.0

    def foreign_cores(self, own_s: float) -> float:
        """Cores that others kept busy meanwhile; `own_s` is what the generators used."""
        others = self._all_s - own_s - sum(self.cpu_s.values())
        return max(0.0, others / self.elapsed_s) if self.elapsed_s else 0.0


def median_us(work: Callable[[], object], rounds: int = 50) -> float:
    """The median time of a call, in microseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e6)
    return statistics.median(took)


def fdatasync_us(directory: Path) -> float:
    """The median time of appending 4 KiB to a file and fdatasync, in microseconds."""
    path = directory / "fdatasync"

    def append() -> None:
        file.write(bytes(4 * _KIB))
        os.fdatasync(file.fileno())

    with path.open("wb", buffering=0) as file:
        took_us = median_us(append)
    path.unlink()
    return took_us


def machine() -> str:
    """One line about the machine, for whoever compares figures."""
    cores = len(os.sched_getaffinity(0))
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{cores} cores, {model}, Linux {platform.release()}, Python {platform.python_version()}"
