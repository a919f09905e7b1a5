"""Deciding on how a user is shown: the display name, the status, the picture."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from zmqchat.domain.acquaintance import owner_of
from zmqchat.domain.case import Case
from zmqchat.domain.decision import NOTHING, Decision
from zmqchat.domain.lines import checked_line
from zmqchat.domain.pictures import picture_size
from zmqchat.domain.projection import Picture
from zmqchat.domain.state import User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import DISPLAY_CHARACTERS, PICTURE_BYTES, STATUS_CHARACTERS
from zmqchat.protocol.names import RESERVED_KEYS, key_of_look
from zmqchat.protocol.requests import SetProfile

PICTURE_PIXELS: Final = 512
"""A picture's greatest width and height: what is shown is a tenth of it."""

_DIGEST_BYTES: Final = 16
_UNSEEN: Final = frozenset("CMZ")  # controls, mere accents, blanks


def set_profile(case: Case, request: SetProfile) -> Decision:
    """Changes the parts that are given; an empty one clears its part."""
    user = case.user
    display, status, picture = user.display, user.status, user.picture
    if request.display is not None:
        display = _display(case.view, user, request.display)
    if request.status is not None:
        status = checked_line(request.status, "status", STATUS_CHARACTERS)
    if request.picture is not None:
        picture = _digest(request.picture)
    shown = replace(user, display=display, status=status, picture=picture)
    if shown == user:
        return NOTHING
    is_new = request.picture is not None and picture != user.picture
    projected = (Picture(user.id, request.picture or b""),) if is_new else ()
    return Decision(changes=(shown,), projected=projected, accounts=(user.id,))


def _display(view: View, user: User, text: str) -> str:
    """The display name: almost anything, but not another's name, and not the software's."""
    line = checked_line(text, "display name", DISPLAY_CHARACTERS)
    if not line:
        return ""
    if not any(map(_is_seen, line)):
        raise Refused(
            Code.NAME_INVALID, "The display name shows nothing; it stays as it was. Write letters."
        )
    key = key_of_look(line.lstrip("@#").replace(" ", ""))
    holder = owner_of(view, key)
    if key in RESERVED_KEYS or (holder is not None and holder.id != user.id):
        raise Refused(
            Code.NAME_TAKEN,
            f"The display name {line!r} is somebody else's name, or looks like it or like a "
            "reserved one; yours stays as it was. Choose another.",
        )
    return line


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] not in _UNSEEN or category == "Cn"  # an emoji newer than our tables


def _digest(data: bytes) -> bytes:
    if not data:
        return b""
    if len(data) > PICTURE_BYTES:
        raise Refused(
            Code.TOO_LARGE,
            f"The picture has {len(data):,} bytes; at most {PICTURE_BYTES:,} fit. Nothing was "
            "changed: make it smaller.",
        )
    size = picture_size(data)
    if size is None or not all(0 < pixels <= PICTURE_PIXELS for pixels in size):
        shown = f"; this one has {size[0]} by {size[1]}" if size else ""
        raise Refused(
            Code.BAD_REQUEST,
            f"A picture is a PNG, JPEG or still WebP of at most {PICTURE_PIXELS} by "
            f"{PICTURE_PIXELS} pixels{shown}. Nothing was changed.",
        )
    return blake2b(data, digest_size=_DIGEST_BYTES).digest()
