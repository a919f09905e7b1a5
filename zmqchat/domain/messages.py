"""Deciding on messages."""

from __future__ import annotations

from zmqchat.domain.permissions import Action, require
from zmqchat.domain.state import Room, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Posted
from zmqchat.protocol.limits import TEXT_BYTES


def decide_posted(view: View, user: int, room_id: int, body: Posted) -> Room:
    """The room, if `user` may post `body` there; Refused otherwise."""
    room = require(view, user, room_id, Action.POSTED)
    size = len(body.text.encode())
    if size > TEXT_BYTES:
        raise Refused(
            Code.TOO_LARGE,
            f"The message has {size:,} bytes; at most {TEXT_BYTES:,} fit. "
            "Nothing was sent: shorten it or split it.",
        )
    if not body.text:
        raise Refused(Code.BAD_REQUEST, "The message is empty. Nothing was sent.")
    if body.reply_to is not None and not 0 < body.reply_to <= room.seq:
        raise Refused(Code.NOT_FOUND, f"#{room.name} has no message {body.reply_to} to reply to.")
    return room
