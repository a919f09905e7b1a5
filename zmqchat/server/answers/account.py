"""Requests about what a user keeps, about devices, and about the password."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain import listings
from zmqchat.domain.case import UNVERIFIED, Marker, Means, Verified
from zmqchat.domain.permissions import Action, require
from zmqchat.domain.readings import reading_of
from zmqchat.errors import Code, Refused, UsageError
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import Done, Fault, ReplyBody
from zmqchat.security.codes import code_hash, new_code
from zmqchat.security.passwords import check_password, hash_password, verify_password
from zmqchat.server.answers.desk import Answer, Asked, Desk


def change(desk: Desk, asked: Asked[Any]) -> None:
    """Queues a change that needs nothing more than what it says."""
    desk.admission.change(asked.who, asked.now)
    desk.decide(asked)


def mark_read(desk: Desk, asked: Asked[ask.MarkRead]) -> ReplyBody | None:
    """Queues a move of the marker, when it is known how many messages stand before it."""
    state, user, seq = desk.parts.state, asked.user, asked.body.seq
    desk.admission.change(asked.who, asked.now)
    room = require(state, user.id, asked.body.room, Action.READ)
    if 0 <= seq <= reading_of(state, room.id, user.id).seq:
        return Done()
    if not 0 <= seq < room.seq:
        desk.decide(asked, Means(marker=Marker(room.seq, room.posted)))
        return None

    def marked(posted: int | Fault) -> None:
        if isinstance(posted, Fault):
            desk.parts.fault(asked.incoming.peer, asked.request, posted)
        else:
            desk.decide(asked, Means(marker=Marker(seq, posted)))

    desk.parts.lookups.submit(lambda: desk.parts.reader.posted_at(room.id, seq), marked, user.id)
    return None


def set_profile(desk: Desk, asked: Asked[ask.SetProfile]) -> None:
    """Queues a change of how the asker is shown, which everybody is told of."""
    desk.admission.profile(asked.who, asked.now)
    desk.decide(asked)


def make_link_code(desk: Desk, asked: Asked[ask.MakeLinkCode]) -> None:
    """Queues a fresh one-time code for a further device of the asker."""
    desk.admission.code(asked.who, asked.now)
    code = new_code()
    desk.decide(asked, Means(code_hash=code_hash(code)), code)


def set_password(desk: Desk, asked: Asked[ask.SetPassword]) -> None:
    """Has the old password compared and the new one hashed, and then queues the change."""
    user, body = asked.user, asked.body
    _check_new(body.new)
    desk.admission.change(asked.who, asked.now)
    if user.password:
        desk.admission.guesses.allow_device(asked.who.device, asked.now)

    def means() -> Means:
        fits = bool(user.password) and verify_password(user.password, body.old)
        old = Verified(user.id, user.password) if fits else UNVERIFIED
        return Means(password_hash=hash_password(body.new) if body.new else "", old=old)

    def hashed(found: Means | Fault) -> None:
        if isinstance(found, Fault):
            desk.parts.fault(asked.incoming.peer, asked.request, found)
        else:
            desk.decide(asked, found)

    try:
        desk.parts.passwords.submit(means, hashed, user.id)
    except Refused:
        if user.password:
            desk.admission.guesses.give_back_device(asked.who.device)
        raise


def devices(desk: Desk, asked: Asked[ask.Devices]) -> ReplyBody:
    """The asker's devices; those of others for administrators and the operator."""
    desk.admission.look(asked.who, asked.now)
    state, sessions = desk.parts.state, desk.sessions

    def is_online(number: int) -> bool:
        device = state.device(number)
        return device is not None and bool(sessions.of_device(device.user, number))

    return listings.devices(state, asked.who, asked.body, sessions.seen_us, is_online)


def _check_new(password: str) -> None:
    try:
        if password:
            check_password(password)
    except UsageError as error:
        raise Refused(Code.BAD_REQUEST, error.message) from None


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.MarkRead: mark_read,
    ask.SetRoom: change,
    ask.Ignore: change,
    ask.SetProfile: set_profile,
    ask.Devices: devices,
    ask.LabelDevice: change,
    ask.RemoveDevice: change,
    ask.MakeLinkCode: make_link_code,
    ask.SetPassword: set_password,
}
