"""How the program is started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zmqchat.security.links import JoinLink


@dataclass(frozen=True, slots=True)
class Options:
    """`link` is a join link from outside, `profile` one to be at; `local_link` finds the server
    of this machine, or None. `another` opens a window of its own beside one that is open, `here`
    goes to this machine's server at once.
    """

    link: str = ""
    profile: str = ""
    minimised: bool = False
    another: bool = False
    here: bool = False
    local_link: Callable[[], JoinLink | None] = lambda: None
