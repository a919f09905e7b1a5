"""The command line: one file per family of commands, over the client, the server and the broker.

What a command needs is imported when it runs, so that `zmqchat --help` is quick.
"""

from __future__ import annotations

from zmqchat.cli.run import main

__all__ = ["main"]
