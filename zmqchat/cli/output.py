"""What commands print: plain lines and JSON lines, with nothing in them that drives a terminal.

Text of other people is untrusted. In plain output escape sequences are taken out and what is left
of control characters is shown as U+FFFD, and controls of direction go; what joins letters and emoji
stays. JSON keeps the text whole and writes such characters as
`\\u` escapes. Neither is ever wrapped, and colour is used on a terminal only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

from zmqchat.protocol.display import FLAG, is_visible, isolated, named
from zmqchat.runtime.linewriter import LineWriter
from zmqchat.runtime.log import warn

log = logging.getLogger(__name__)

_STDOUT = 1

_ESCAPE_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # CSI: colours, cursor, screen
    # OSC, DCS, …: none begins inside of another, or each of many would be looked at to the end
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*+(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]++[0-~]"  # character sets and the like
    r"|\x1b[0-Z\\^-~]"  # two-character escapes
)
_LINE_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(
    f"({FLAG})"  # stays
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls: reorder what follows them
    "\ufff9-\ufffb\U000e0000-\U000e007f]"  # annotations and tags: carry text that nobody sees
)
_JSON_UNSAFE = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """`text` as one line that is safe on a terminal. A line break becomes ` ⏎ `, a tab a space."""
    text = _ESCAPE_SEQUENCES.sub("", text)
    text = _LINE_BREAKS.sub(" ⏎ ", text).replace("\t", " ")
    return _INVISIBLE.sub(r"\1", _CONTROLS.sub("\ufffd", text))


def shown(text: str) -> str:
    """`text` as a part of a line: what runs from the right in it turns nothing beside it."""
    return isolated(clean(text))


def readable(text: str) -> str:
    """What somebody wrote, on one line; which characters it has where nothing can be seen."""
    return clean(seen(text))


def seen(text: str) -> str:
    """What somebody wrote; which characters it has where a terminal would show nothing."""
    return text if is_visible(clean(text)) else named(text)


def json_line(value: object) -> str:
    """`value` as one line of JSON: readable, lossless, and with every control character escaped."""
    ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
    line = json.dumps(value, ensure_ascii=ascii_only, separators=(", ", ": "))
    return _JSON_UNSAFE.sub(_json_escape, line)


def _json_escape(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]


def say(line: str = "") -> None:
    """Prints one line on stdout and flushes it, so that a reader of a pipe sees it at once.

    BrokenPipeError where nobody reads any more; OSError, of "stdout", where it cannot be written.
    """
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError as error:
        discard_output()
        raise OSError(error.errno, error.strerror, "stdout") from None


def report(line: str) -> None:
    """Prints what came of something that is done. That it cannot be printed does not undo it."""
    try:
        say(line)
    except BrokenPipeError:
        return
    except OSError as error:
        complain(f"it is done, but stdout cannot be written ({error.strerror}): {line}")


@contextlib.asynccontextmanager
async def while_read() -> AsyncIterator[None]:
    """Ends what it surrounds with BrokenPipeError when the reader of stdout goes away.

    Also while nothing is printed: `zmqchat tail ROOM | head -1` is to end with its reader.
    """
    loop, work = asyncio.get_running_loop(), asyncio.current_task()
    assert work is not None
    if not _is_pipe(_STDOUT):
        yield
        return
    gone = False

    def end() -> None:
        nonlocal gone
        gone = True
        loop.remove_reader(_STDOUT)
        work.cancel()

    loop.add_reader(_STDOUT, end)  # nothing can be read there: it wakes for the other end's closing
    try:
        yield
    except asyncio.CancelledError:
        if gone and not work.uncancel():
            raise BrokenPipeError from None
        raise
    finally:
        loop.remove_reader(_STDOUT)


def _is_pipe(descriptor: int) -> bool:
    return stat.S_ISFIFO(os.fstat(descriptor).st_mode)


def discard_output() -> None:
    """Has /dev/null as stdout from now on, also for what could not be written before."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def announcer() -> Callable[[str], None]:
    """What a process that serves says lines with on stdout: it does not depend on their reader."""

    def lost(lines: int) -> bytes:
        warn(log, "stdout cannot be written", lines=lines)
        return b""

    writer = LineWriter(_STDOUT, lost)
    return lambda line: writer.put(f"{line}\n".encode())


def note(line: str) -> None:
    """Prints one line on stderr that is no failure; where that cannot be written, nothing fails."""
    with contextlib.suppress(OSError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def complain(message: str) -> None:
    """Prints the one line on stderr that says what went wrong."""
    note(f"zmqchat: {clean(message)}")


def say_all(rows: Sequence[Mapping[str, object]], as_json: bool, columns: Iterable[str]) -> None:
    """Prints a list: a JSON object a line, or the named columns, aligned."""
    if as_json:
        lines = [json_line(row) for row in rows]
    else:
        lines = aligned([[_cell(row[column]) for column in columns] for row in rows])
    if lines:
        say("\n".join(lines))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else shown(str(value))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines whose columns start at the same cell of a terminal; the last is not padded."""
    from wcwidth import width as cells

    if not rows:
        return []
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def emphasised(text: str) -> str:
    """`text` in bold where stdout is a terminal that wants colour."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[1m{text}\x1b[0m"
