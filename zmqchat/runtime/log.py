"""Log lines: one for each event of note, as text for people or JSON for programs, on stderr."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_FIELDS = "zmqchat_fields"


def configure(log_format: str) -> None:
    """Sends the log of this process to stderr; `log_format` is `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Alembic and SQLAlchemy tell of every step; theirs is debugging here.
    for name in ("alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)


def note(logger: logging.Logger, event: str, **fields: object) -> None:
    """One event of note, with its fields."""
    logger.info(event, extra={_FIELDS: fields})


def warn(logger: logging.Logger, event: str, **fields: object) -> None:
    """One event that was coped with, and that an operator may want to know of."""
    logger.warning(event, extra={_FIELDS: fields})


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = getattr(record, _FIELDS, {})
    return fields


class _Text(logging.Formatter):
    """`2026-01-02T03:04:05.678+00:00 INFO session opened user=alice`: always one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows it, for a log may have one where a person may not."""
        fields = "".join(f" {name}={_plain(value)}" for name, value in _fields(record).items())
        line = f"{_moment(record)} {record.levelname} {_plain(record.getMessage())}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """`time`, `level`, `logger`, `event`, the event's own fields, and `traceback` if any."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _plain(value: object) -> str:
    """Text for a terminal: what a peer chose may not break the line or move the cursor."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(value))
