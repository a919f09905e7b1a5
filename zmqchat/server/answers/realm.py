"""Requests of the realm's administrators and of its operator."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain import leading, listings
from zmqchat.domain.case import Means
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import ReplyBody
from zmqchat.security.codes import code_hash, new_code
from zmqchat.server.answers.account import change
from zmqchat.server.answers.desk import Answer, Asked, Desk


def make_invite(desk: Desk, asked: Asked[ask.MakeInvite]) -> None:
    """Queues a fresh one-time code for a new name."""
    desk.admission.invite(asked.who, asked.now)
    code = new_code()
    desk.decide(asked, Means(code_hash=code_hash(code)), code)


def recover(desk: Desk, asked: Asked[ask.Recover]) -> None:
    """Queues a fresh one-time code for one who has lost all devices."""
    desk.admission.code(asked.who, asked.now)
    code = new_code()
    desk.decide(asked, Means(code_hash=code_hash(code)), code)


def invites(desk: Desk, asked: Asked[ask.Invites]) -> ReplyBody:
    """The invitations of the realm."""
    desk.admission.look(asked.who, asked.now)
    return listings.invites(desk.parts.state, asked.who, asked.body)


def users(desk: Desk, asked: Asked[ask.Users]) -> ReplyBody:
    """A page of the realm's accounts."""
    desk.admission.look(asked.who, asked.now)
    return listings.users(desk.parts.state, asked.who, asked.body, desk.sessions.presence)


def leaderless(desk: Desk, asked: Asked[ask.Leaderless]) -> ReplyBody:
    """Rooms that nobody leads any more."""
    desk.admission.look(asked.who, asked.now)
    return leading.leaderless(desk.parts.state, asked.who, asked.body)


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.MakeInvite: make_invite,
    ask.Invites: invites,
    ask.RevokeInvite: change,
    ask.Users: users,
    ask.SetRealmRole: change,
    ask.Deactivate: change,
    ask.Reactivate: change,
    ask.RenameUser: change,
    ask.Recover: recover,
    ask.Leaderless: leaderless,
    ask.AppointOwner: change,
}
