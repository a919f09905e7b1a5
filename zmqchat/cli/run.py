"""The one place where an outcome becomes an exit status and, on failure, one line on stderr.

The contract: 0 when what was asked is done, 2 when it was asked wrongly, 1 when it failed. Nobody
sees a traceback: what nobody foresaw is written to a log, and the line says where.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from typer.exceptions import TyperException

from zmqchat.cli.output import clean, complain
from zmqchat.cli.places import crash_log
from zmqchat.errors import ChatError, Code

DONE, FAILED, MISUSED = 0, 1, 2


def main() -> None:
    """The console script: runs the command line of this process and exits."""
    from zmqchat.cli.app import app

    # A terminal of another encoding shows an escape instead of ending the command.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a program that embeds us may have replaced it
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(app, sys.argv[1:]))


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit status, having said on stderr why it is not 0."""
    try:
        status = _invoke(app, arguments)
        sys.stdout.flush()
    except ChatError as error:
        complain(error.message)
        return MISUSED if error.code is Code.USAGE else FAILED
    except TyperException as error:
        return _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        complain("interrupted")
        return FAILED
    except BrokenPipeError:
        _discard_output()
        return FAILED
    except OSError as error:
        complain(_why(error))
        return FAILED
    except Exception:  # noqa: BLE001 - the last resort: one line, and the details in a log
        complain(_logged(traceback.format_exc()))
        return FAILED
    return status


def _invoke(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Runs the command without Typer's own idea of errors and statuses."""
    command: Any = typer.main.get_command(app)
    try:
        with command.make_context("zmqchat", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as leave:
        return leave.exit_code
    return DONE


def _misused(error: TyperException) -> int:
    """A wrong call: one line that names the command whose help to read; no command at all: help."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(error.format_message() + "\n")
        return MISUSED
    path = context.command_path if context is not None else "zmqchat"
    complain(f"{' '.join(error.format_message().split())} (see {path} --help)")
    return MISUSED if error.exit_code == MISUSED else FAILED


def _why(error: OSError) -> str:
    """What the system said, with the file it was about."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def _logged(details: str) -> str:
    """Appends `details` to the crash log and says where; a full disk must not hide the failure."""
    reason = clean(details.strip().rsplit("\n", 1)[-1])
    log = crash_log()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {sys.argv!r}\n{details}\n")
    except OSError:
        return f"internal error: {reason} (nothing more could be logged)"
    return f"internal error: {reason} (details are in {log}; please report it)"


def _discard_output() -> None:
    """Whoever read our output has gone: keep the interpreter's last flush from complaining."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
