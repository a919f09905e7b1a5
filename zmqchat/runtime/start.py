"""What every process does before it imports anything heavy: streams, interrupts, process 1.

Only what the interpreter has at hand anyway is imported here: until `begin` has run, an interrupt
shows Python's own traceback.
"""

from __future__ import annotations

import os
import signal
import sys

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def begin() -> None:
    """To be called first, once, in the main thread, before there is any other."""
    end_on_interrupt()
    _open_missing_streams()
    if os.getpid() == 1:
        from zmqchat.runtime.init import go_on_in_a_child

        go_on_in_a_child()


def end_on_interrupt() -> None:
    """From now on SIGINT ends the process at once and without a word: nothing is half done."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_on_interrupt() -> None:
    """From now on SIGINT raises KeyboardInterrupt, so that work under way is put in order.

    Who was started with SIGINT ignored (`nohup`, `&` in a script) keeps ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _open_missing_streams() -> None:
    """Standard streams that were closed become /dev/null.

    Else the next file or socket that is opened would get their number, and be written to as one.
    """
    for descriptor, (name, mode) in enumerate(_STREAMS):
        if not _is_open(descriptor):
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
            os.set_inheritable(descriptor, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
