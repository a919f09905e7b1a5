"""The error log of commands: what nobody foresaw, without what it was about.

No message, key, token or argument is in it: frames and kinds of errors only (`runtime.traces`).
"""

from __future__ import annotations

import logging
import os
import platform
from contextlib import suppress
from datetime import UTC, datetime

from zmqchat import __version__
from zmqchat.cli.output import complain
from zmqchat.cli.places import crash_log
from zmqchat.runtime import log
from zmqchat.runtime.traces import kind, trace
from zmqchat.runtime.uncaught import catch

_MOST_BYTES = 1024 * 1024


def catch_all() -> None:
    """Has what nobody catches, and what libraries warn of, in the error log of this command."""
    catch(report)
    logging.getLogger().handlers[:] = [_Handler(logging.WARNING)]


def report(what: str, error: BaseException) -> None:
    """Keeps the details and says where, in one line; in a process with a log, that has them."""
    if log.is_kept():
        logging.getLogger(__name__).critical(what, exc_info=error)
        return
    told = f"{what}: {kind(error)}"
    try:
        _keep(told, trace(error))
    except OSError:
        complain(f"{told} (nothing more could be logged)")
    else:
        complain(f"{told} (details are in {crash_log()}; please report it)")


def _keep(what: str, details: str) -> None:
    path = crash_log()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if path.stat().st_size > _MOST_BYTES:  # what fails again and again fills no disk
            path.replace(path.with_suffix(".log.before"))
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    entry = f"{datetime.now(UTC).isoformat()} {what}\n{_versions()}\n{details}\n\n"
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(entry)


def _versions() -> str:
    return f"zmqchat {__version__}, Python {platform.python_version()}"


class _Handler(logging.Handler):
    """What asyncio and other libraries log: a client has no log of its own."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            report(log.event_of(record), error)
            return
        with suppress(OSError):
            _keep(log.event_of(record), "")
