"""zmqchat: a self-hosted team chat over ZeroMQ whose timeline proves that it is complete.

The SDK's entrance is `connect`; everything else is reached through its own package.
"""

from __future__ import annotations

__version__ = "0.1.0"
