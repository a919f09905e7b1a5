"""Requests that tell others something now, and leave nothing behind: presence and typing."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain.permissions import Action, require
from zmqchat.protocol import requests as ask
from zmqchat.protocol.limits import TYPING_MEMBERS
from zmqchat.protocol.replies import Done, ReplyBody
from zmqchat.protocol.signals import Typing
from zmqchat.server.answers.desk import Answer, Asked, Desk
from zmqchat.server.entry import check_presence


def set_presence(desk: Desk, asked: Asked[ask.SetPresence]) -> ReplyBody:
    """Notes whether the person is at this session; others are told within a second."""
    session = asked.session
    check_presence(asked.body.presence)
    desk.admission.signal(session, asked.now)
    if session.presence is not asked.body.presence:
        session.presence = asked.body.presence
        desk.announcements.presence_changed(asked.user.id)
    return Done()


def set_typing(desk: Desk, asked: Asked[ask.SetTyping]) -> ReplyBody:
    """Tells the members of a small room at once; in a large one nobody is told."""
    state, body = desk.parts.state, asked.body
    room = require(state, asked.user.id, body.room, Action.POSTED)
    desk.admission.signal(asked.session, asked.now)
    small = state.audience(room.id) <= TYPING_MEMBERS
    if small and desk.admission.typing(room.id, asked.now):
        desk.parts.publisher.signal(room, [Typing(asked.user.id, asked.user.name, body.on)])
    return Done()


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.SetPresence: set_presence,
    ask.SetTyping: set_typing,
}
