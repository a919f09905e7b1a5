"""The colours of the terminal client.

Terminals are dark or light, and nobody can ask which: every colour here stands out from black and
from white alike (contrast 3.5 or more to both), and the rest is the terminal's own.
"""

from __future__ import annotations

from typing import Final

from prompt_toolkit.styles import Style

_DIM = "#808080"
_GREEN = "#008700"
_RED = "#d70000"
_ORANGE = "#d75f00"

RULES: Final = {
    "header": "bold",
    "room": "",
    "room.muted": _DIM,
    "room.current": "reverse bold",
    "room.unread": f"bold {_ORANGE}",
    "room.mentioned": f"bold reverse {_ORANGE}",
    "rule": _DIM,
    "day": f"bold {_DIM}",
    "new": f"bold {_ORANGE}",
    "time": _DIM,
    "system": _DIM,
    "notice": "#0087af",
    "mention": f"bold {_ORANGE}",
    "reaction": _DIM,
    "reaction.mine": f"bold {_GREEN}",
    "thread": "#0087af",
    "typing": _DIM,
    "presence.online": _GREEN,
    "presence.away": _ORANGE,
    "presence.offline": _DIM,
    "waiting": _DIM,
    "failed": _RED,
    "me": f"bold {_GREEN}",
    "sender0": "bold #5f87d7",
    "sender1": "bold #af5faf",
    "sender2": "bold #008787",
    "sender3": "bold #af5f00",
    "sender4": "bold #d7005f",
    "sender5": "bold #878700",
    "live": _GREEN,
    "catching-up": _ORANGE,
    "connecting": _ORANGE,
    "offline": f"bold {_RED}",
    "hint": _DIM,
    "prompt": "bold",
}

STYLE = Style.from_dict(RULES)
