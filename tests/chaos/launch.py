"""`python -m tests.chaos.launch CLOCK PROGRAM …`: `zmqchat` or a `client`, by a clock of ours."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.chaos import clock, plants


def main() -> None:
    """Runs the program in this process."""
    path, program, *arguments = sys.argv[1:]
    clock.install(Path(path))  # before anything that reads the time is imported
    plants.sow(arguments[0] if program == "zmqchat" else program)
    if program == "zmqchat":
        from zmqchat.cli import main as run

        sys.argv = ["zmqchat", *arguments]
    else:
        from tests.chaos.client import main as run

        sys.argv = ["client", *arguments]
    run()


if __name__ == "__main__":
    main()
