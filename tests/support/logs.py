"""The log of the process that runs the tests, for tests of what it writes to its stderr."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def own_log() -> Iterator[None]:
    """Puts back what a log that was configured meanwhile has changed of the process."""
    root = logging.getLogger()
    handlers, level, stderr = root.handlers[:], root.level, sys.stderr
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    try:
        yield
    finally:
        sys.stderr = stderr
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)


def written(capfd: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What was written to the process's stdout and stderr since the last call, all of it."""
    for handler in logging.getLogger().handlers:
        handler.flush()
    output, errors = capfd.readouterr()
    return output, errors
