"""Listening tokens: what lets a device's SUB in at a broker, for a short while.

User name `DEVICE.USER.UNTIL_US` in decimal, password a keyed BLAKE2b-256 of it in hex. The broker
verifies it with the token key alone: no state, no question to the server.
"""

from __future__ import annotations

import hmac
import re
from hashlib import blake2b

from zmqchat.protocol.replies import ListenToken

_CONTEXT = b"zmqchat listen 1"
_NUMBER = "(0|[1-9][0-9]{0,18})"
_USERNAME = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}", re.ASCII)


def _mac(token_key: bytes, username: str) -> str:
    return blake2b(username.encode(), digest_size=32, key=token_key, person=_CONTEXT).hexdigest()


def issue(token_key: bytes, device: int, user: int, until_us: int) -> ListenToken:
    """A token for `device` of `user`, good until `until_us` (microseconds since the epoch)."""
    username = f"{device}.{user}.{until_us}"
    return ListenToken(username, _mac(token_key, username), until_us)


def check(token_key: bytes, username: str, password: str, now_us: int) -> int | None:
    """The device id of a token that is genuine and not expired, else None."""
    match = _USERNAME.fullmatch(username)
    if match is None:
        return None
    expected = _mac(token_key, username).encode()
    if not hmac.compare_digest(expected, password.encode("utf-8", "replace")):
        return None
    device, _user, until_us = map(int, match.groups())
    return device if now_us < until_us else None
