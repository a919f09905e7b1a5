"""The command line: one file per family of commands, over the client, the server and the broker.

What a command needs is imported when it runs, so that `zmqchat --help` is quick.
"""

from __future__ import annotations

from zmqchat.runtime.start import begin


def main() -> None:
    """The console script: runs the command line of this process and exits."""
    begin()
    from zmqchat.cli.run import main as run  # heavy

    run()
