"""The systems that are measured: zmqchat, and the baselines that its figures are ratios of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from perf.systems.bare import Bare
from perf.systems.base import System
from perf.systems.threads import Threads
from perf.systems.zmqchat import Zmqchat

SYSTEMS: Final[Mapping[str, Callable[[], System]]] = {
    "zmqchat": Zmqchat,
    "bare": Bare,
    "bare-curve": lambda: Bare(curve=True),
    "bare-stream": lambda: Bare(acknowledged=False),
    "threads": Threads,
}
"""How each is made, by name."""

BASELINES: Final = ("bare", "bare-curve", "threads")
"""What is measured against by default."""

FURTHER: Final = ("bare-stream",)
"""What may be named besides: not acknowledged, so TCP is all the flow control, and no bar's."""
