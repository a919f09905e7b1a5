"""The one place where an outcome becomes an exit status and, on failure, one line on stderr.

The contract: 0 when what was asked is done, 2 when it was asked wrongly, 1 when it failed; as of
other programs 130 when it was interrupted, and 141 when the reader of its output went away. Nobody
sees a traceback: what nobody foresaw is written to a log, and the line says where.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.exceptions import TyperException

from zmqchat.cli import crashes
from zmqchat.cli.app import app
from zmqchat.cli.output import complain, discard_output, note
from zmqchat.errors import ChatError, Code
from zmqchat.runtime.start import end_on_interrupt, raise_on_interrupt

DONE, FAILED, MISUSED, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141


def main() -> None:
    """Runs the command line of this process and exits."""

    # A terminal of another encoding shows an escape instead of ending the command.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a program that embeds us may have replaced it
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    crashes.catch_all()
    raise_on_interrupt()
    try:
        status = run(app, sys.argv[1:])
    finally:
        end_on_interrupt()  # nothing that follows can be interrupted with a traceback
    if status == INTERRUPTED:
        raise KeyboardInterrupt  # ends the process by SIGINT, which also ends a shell's loop
    sys.exit(status)


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
    except typer.Abort:
        complain("interrupted")
        return FAILED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return UNREAD
    except OSError as error:
        discard_output()
        complain(_why(error))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last resort: one line, and the details in a log
        crashes.report("internal error", error)
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
        note(error.format_message())
        return MISUSED
    path = context.command_path if context is not None else "zmqchat"
    complain(f"{' '.join(error.format_message().split())} (see {path} --help)")
    return MISUSED if error.exit_code == MISUSED else FAILED


def _why(error: OSError) -> str:
    """What the system said, with the file it was about."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason
