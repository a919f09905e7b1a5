"""Join links as people read and compare them."""

from __future__ import annotations

from zmqchat.security.links import JoinLink, bracketed

_GROUP = 4
_SHOWN_KEY = 16


def address(link: JoinLink) -> str:
    """ "10.0.0.5:5555"."""
    return f"{bracketed(link.host)}:{link.port}"


def key(link: JoinLink) -> str:
    """The beginning of the key, in groups."""
    shown = link.key.hex()[:_SHOWN_KEY]
    return " ".join(shown[i : i + _GROUP] for i in range(0, len(shown), _GROUP))
