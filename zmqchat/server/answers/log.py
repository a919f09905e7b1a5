"""Requests that write to rooms' logs and read them."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.domain.permissions import Action, require
from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import CaughtUpAll
from zmqchat.protocol.requests import SendItem
from zmqchat.server import directory, reads
from zmqchat.server.answers.desk import Answer, Asked, Desk
from zmqchat.server.jobs import SendJob

_ITEM_BYTES = 256
"""What a send under way takes beside its bytes; many small ones would weigh next to nothing."""


def send(desk: Desk, asked: Asked[ask.Send]) -> None:
    """Queues sends for the commit; one at the sender's limit is refused in its turn."""
    session, items = asked.session, asked.body.items
    count = len(items)
    user, size = session.actor.user.id, len(asked.incoming.data) + count * _ITEM_BYTES
    refuse = desk.admission.sends(session, count, size, desk.load.of_user[user], asked.now)
    if refuse is not None:  # in its turn; until then it holds no bodies
        items = [SendItem(item.id, item.room, item.type, b"") for item in items]
        size = count * _ITEM_BYTES
    received_us = desk.parts.clock_us()
    session.sends_in_flight += count
    desk.load.add(user, size)
    desk.parts.submit(
        SendJob(session.peer, asked.request, received_us, session.actor, items, size, refuse)
    )


def catch_up(desk: Desk, asked: Asked[ask.CatchUp]) -> None:
    """Reads events of many rooms; those that the asker may not read are left out."""
    spans = asked.body.spans
    state, user = desk.parts.state, asked.user.id
    found = [(span, directory.readable(state, user, span.room)) for span in spans]
    rooms = {room.id for _, room in found if room is not None}
    cost = reads.catch_up_cost((span, room) for span, room in found if room is not None)

    def read() -> CaughtUpAll:
        wanted = [(span, state.rooms[span.room]) for span in spans if span.room in rooms]
        return reads.catch_up(desk.recent, state.realm.id, wanted)

    desk.read(asked, cost, read, lambda: directory.still_readable(state, user, rooms))


def chains(desk: Desk, asked: Asked[ask.Chains]) -> None:
    """Reads the chains at some seqs."""
    seqs = asked.body.seqs
    state, reader = desk.parts.state, desk.parts.reader
    room = require(state, asked.user.id, asked.body.room, Action.READ)
    desk.read(
        asked,
        reads.READ_COST + len(seqs),
        lambda: reads.chains_at(reader, state.realm.id, room, seqs),
        lambda: require(state, asked.user.id, room.id, Action.READ),
    )


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.Send: send,
    ask.CatchUp: catch_up,
    ask.Chains: chains,
}
