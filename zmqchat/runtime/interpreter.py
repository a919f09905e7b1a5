"""The Python that runs us: how it is started for a child, and the programs that lie beside it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def command(module: str, *arguments: str) -> tuple[str, ...]:
    """What runs an installed module in a process of its own; nothing else starts a Python.

    Without `-P` it would look into the working directory first, and run a `zmqchat/` or a `zmq.py`
    of whoever can write there.
    """
    return (_path(), "-P", "-m", module, *arguments)


def program(name: str) -> str | None:
    """The absolute path of a program of this installation; None where it is not installed."""
    return shutil.which(name, path=str(Path(_path()).parent))


def _path() -> str:
    return str(Path(sys.executable).absolute())  # not resolved: a venv's is a link out of it
