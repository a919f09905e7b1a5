"""Log lines: one for each event of note, as text for people or JSON for programs, on stderr.

Whoever logs never waits for the log's reader (`linewriter`), and what peers bring about is bounded
(`often`). No line has the text of a message, a
key or a token in it, and that of an error that nobody foresaw only its kind and place (`traces`).
"""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from zmqchat.runtime.linewriter import LineWriter
from zmqchat.runtime.often import Often
from zmqchat.runtime.traces import trace
from zmqchat.runtime.uncaught import catch

_FIELDS: Final = "zmqchat_fields"
_STDERR: Final = 2
_FLUSH_S: Final = 0.5
_often: Final = Often()
_lock: Final = threading.Lock()
_MARK: Final = "zmqchat: "  # begins what a person is told, and says nothing in a log


def configure(log_format: str) -> None:
    """Sends the log of this process to stderr; `log_format` is `text` or `json`.

    And whatever else is written to `sys.stderr`, warnings, and errors that nobody catches: in
    `json` every line is an object. To be called once, where a process begins to serve.
    """
    formatter = _Json() if log_format == "json" else _Text()
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"

    def encoded(text: str) -> bytes:
        return f"{text}\n".encode(encoding, "backslashreplace")

    def missing(lines: int) -> bytes:
        return encoded(formatter.format(_lost(lines)))

    writer = LineWriter(_STDERR, missing)
    handler = _Handler(lambda text: writer.put(encoded(text)), writer.drain)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Alembic and SQLAlchemy tell of every step; theirs is debugging here.
    for name in ("alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    catch(lambda what, error: logging.getLogger(__name__).critical(what, exc_info=error))
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(_Strays()), encoding, "backslashreplace", line_buffering=True
    )


def relay(lines: bytes) -> None:
    """Puts lines that another process wrote on its stderr into this log, as they are.

    In `json`, lines side by side that are no objects become the event of one.
    """
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Handler):
            handler.relay(lines.decode(errors="backslashreplace"))


def is_kept() -> bool:
    """Whether this process has a log."""
    return any(isinstance(handler, _Handler) for handler in logging.getLogger().handlers)


def note(logger: logging.Logger, event: str, **fields: object) -> None:
    """One event of note, with its fields."""
    logger.info(event, extra={_FIELDS: fields})


def warn(logger: logging.Logger, event: str, **fields: object) -> None:
    """One event that was coped with, and that an operator may want to know of.

    Most of them are a peer's doing, who could fill the disk: of very many alike some are left out,
    and the next one says how many (`often`).
    """
    with _lock:
        left_out = _often.admit((logger.name, event), time.monotonic())
    if left_out:
        fields["left_out"] = left_out
    if left_out is not None:
        logger.warning(event, extra={_FIELDS: fields})


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = getattr(record, _FIELDS, {})
    return fields


def event_of(record: logging.LogRecord) -> str:
    """What a record tells of; asyncio's go on with the values that something failed on."""
    if record.name != "asyncio":
        return record.getMessage()
    return "internal error" if record.exc_info else record.getMessage().partition("\n")[0]


def trace_of(record: logging.LogRecord) -> str:
    """The traceback that a record has, without values; "" where it has none."""
    error = record.exc_info[1] if record.exc_info else None
    return trace(error) if error is not None else ""


def _made(event: str, level: int = logging.ERROR, **fields: object) -> logging.LogRecord:
    record = logging.LogRecord(__name__, level, __file__, 0, event, (), None)
    setattr(record, _FIELDS, fields)
    return record


def _lost(lines: int) -> logging.LogRecord:
    return _made("log lines lost: nobody read them", logging.WARNING, lines=lines)


class _Handler(logging.Handler):
    """Formats here and now, and hands the line over to be written."""

    def __init__(self, put: Callable[[str], None], drain: Callable[[float], None]) -> None:
        super().__init__()
        self._put = put
        self._drain = drain

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._put(self.format(record))
        except Exception:  # noqa: BLE001 - as every handler does
            self.handleError(record)

    def flush(self) -> None:
        """Waits for the reader, but not long."""
        self._drain(_FLUSH_S)

    def relay(self, text: str) -> None:
        """Lines that are no records, in the form of the log."""
        if not isinstance(self.formatter, _Json):
            self._put(text.removesuffix("\n"))
            return
        for is_object, group in groupby(text.splitlines(), _is_object):
            if is_object:
                for line in group:
                    self._put(line)
            elif event := "\n".join(group).removeprefix(_MARK).strip():
                self._put(self.format(_made(event)))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class _Strays(io.RawIOBase):
    """`sys.stderr` of a process that has a log: what is written there becomes lines of the log."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        text = bytes(data)  # type: ignore[call-overload]
        relay(text)
        return len(text)


class _Text(logging.Formatter):
    """`2026-01-02T03:04:05.678+00:00 INFO session opened user=alice`: always one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows it, for a log may have one where a person may not."""
        fields = "".join(f" {name}={_plain(value)}" for name, value in _fields(record).items())
        line = f"{_moment(record)} {record.levelname} {_plain(event_of(record))}{fields}"
        traceback = trace_of(record)
        return f"{line}\n{traceback}" if traceback else line


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """`time`, `level`, `logger`, `event`, the event's own fields, and `traceback` if any."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event_of(record),
            **_fields(record),
        }
        traceback = trace_of(record)
        if traceback:
            line["traceback"] = traceback
        return json.dumps(line, default=str)


def _plain(value: object) -> str:
    """Text for a terminal: what a peer chose may not break the line or move the cursor."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(value))
