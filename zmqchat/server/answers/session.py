"""Requests that open, keep and close a session."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import Done, ReplyBody
from zmqchat.server import directory
from zmqchat.server.answers.desk import Answer, Asked, Desk
from zmqchat.server.welcome import TOKEN_US, listen_token, personal_topic


def hello(desk: Desk, asked: Asked[ask.Hello]) -> ReplyBody | None:
    """The welcome, or None while the claim is being decided."""
    return desk.entry.hello(asked.incoming, asked.request, asked.body, asked.now)


def heartbeat(desk: Desk, asked: Asked[ask.Heartbeat]) -> ReplyBody:
    """What changed, and a listening token where the last one is half over."""
    parts, session = desk.parts, asked.session
    desk.admission.heartbeat(session, asked.now)
    now_us = parts.clock_us()
    listen = None
    if session.listen_until_us - now_us < TOKEN_US // 2:
        listen = listen_token(parts.facts, session.actor, now_us)
        session.listen_until_us = listen.until_us
    personal = personal_topic(parts.facts, asked.user)
    beat = directory.beat(
        parts.state, parts.recency, asked.user, personal, asked.body.cursor, listen, now_us
    )
    guesses = desk.admission.guesses.told(asked.user.id, asked.now)
    return msgspec.structs.replace(beat, guesses=guesses) if guesses else beat


def bye(desk: Desk, asked: Asked[ask.Bye]) -> ReplyBody:
    """Ends the session."""
    desk.entry.end(asked.session.peer, "said goodbye")
    return Done()


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.Hello: hello,
    ask.Heartbeat: heartbeat,
    ask.Bye: bye,
}
