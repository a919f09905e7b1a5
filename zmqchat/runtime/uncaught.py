"""What nobody catches: reported in one way, wherever in the process it is."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType

Report = Callable[[str, BaseException], None]
"""Takes what failed, in a few words, and the error."""


def catch(report: Report) -> None:
    """From now on `report` gets the errors that end the process or a thread, or that nobody sees.

    Not interrupts: such a one ends the process by SIGINT, without a word.
    """

    def on_end(_kind: type[BaseException], error: BaseException, _t: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):  # Python itself then ends the process by it
            report("internal error", error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread is not None else "?"
        if args.exc_value is not None:
            report(f"internal error in thread {name}", args.exc_value)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if isinstance(args.exc_value, KeyboardInterrupt):
            # It came while nothing can be raised, and would be lost.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        elif args.exc_value is not None:
            report("internal error while something was cleaned up", args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = on_end, in_thread, unraisable
