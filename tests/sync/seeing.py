"""What a client of the model did, by its kind."""

from __future__ import annotations

from typing import TypeVar

from tests.sync.model import Client
from zmqchat.sync import effects as fx

E = TypeVar("E")


def seen(client: Client, kind: type[E]) -> list[E]:
    """The effects of this kind, oldest first."""
    return [effect for effect in client.seen if isinstance(effect, kind)]


def asked(client: Client, kind: type[E]) -> list[E]:
    """The bodies of this kind that it sent, oldest first."""
    bodies = [effect.request.body for effect in seen(client, fx.SendRequest)]
    return [body for body in bodies if isinstance(body, kind)]
