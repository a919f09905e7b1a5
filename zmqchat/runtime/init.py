"""Process 1 of a container: it hands on signals, and waits for every process that ends.

Whoever loses its parent becomes a child of process 1, and stays a zombie until that waits for it.
The program itself runs in a child, where signals do what they do everywhere: process 1 is not ended
by those that it has no handler for.
"""

from __future__ import annotations

import os
import signal

_HANDED_ON = frozenset(
    {
        signal.SIGTERM,
        signal.SIGINT,
        signal.SIGHUP,
        signal.SIGQUIT,
        signal.SIGUSR1,
        signal.SIGUSR2,
        signal.SIGWINCH,
    }
)


def go_on_in_a_child() -> None:
    """Returns in a new child. This process stays, and ends with the status of that child."""
    heard = _HANDED_ON | {signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)  # none is lost meanwhile
    child = os.fork()
    if child:
        os._exit(_serve(child, heard))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(child: int, heard: frozenset[signal.Signals]) -> int:
    while True:
        told = signal.sigwaitinfo(heard)
        if told.si_signo == signal.SIGCHLD:
            status = _reap(child)
            if status is not None:
                return status
        elif told.si_code <= 0:  # else it is the terminal's, which tells the child as well
            os.kill(child, told.si_signo)


def _reap(child: int) -> int | None:
    """Waits for all that have ended; the exit status of `child` if it is among them."""
    status = None
    while True:
        try:
            process, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # none is left
            return status
        if not process:
            return status
        if process == child:
            code = os.waitstatus_to_exitcode(how)
            status = code if code >= 0 else 128 - code
