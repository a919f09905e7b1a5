"""zmqchat: a self-hosted team chat over ZeroMQ whose timeline proves that it is complete.

The SDK's entrance is `connect`; everything else is reached through its own package.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` would be the first thing that every process waits for
if TYPE_CHECKING:
    from typing import Any

    from zmqchat.client import connect

__version__ = "0.1.0"
__all__ = ["__version__", "connect"]


def __getattr__(name: str) -> Any:
    """`zmqchat.connect`, imported when it is asked for: `import zmqchat` stays quick."""
    if name == "connect":
        from zmqchat.client import connect

        return connect
    raise AttributeError(f"module 'zmqchat' has no attribute {name!r}")
