"""Opening a realm: its state from the database, made on the first start."""

from __future__ import annotations

import secrets

from zmqchat.domain.changes import Change
from zmqchat.domain.draft import State
from zmqchat.domain.rooms import GENERAL, GENERAL_ID, Fresh, new_room
from zmqchat.domain.state import Realm
from zmqchat.protocol.rooms import RoomKind
from zmqchat.security.sealing import new_key
from zmqchat.storage import Snapshot, Store

_DESCRIPTION = "Everybody is here."
_ID_BYTES = 16


def open_state(store: Store, now_us: int) -> State:
    """The realm's state; a database without a realm gets one, with its general room."""
    snapshot = store.load()
    if snapshot is None:
        return _found(store, now_us)
    state = State(snapshot.realm)
    state.apply(_values(snapshot))
    return state


def written_values(store: Store) -> list[Change]:
    """Everything that the database holds now, as changes to a state."""
    snapshot = store.load()
    return [] if snapshot is None else _values(snapshot)


def _values(snapshot: Snapshot) -> list[Change]:
    return [
        snapshot.realm,
        *snapshot.users,
        *snapshot.former_names,
        *snapshot.devices,
        *snapshot.rooms,
        *snapshot.memberships,
        *snapshot.readings,
        *snapshot.ignored,
        *snapshot.tickets,
    ]


def _found(store: Store, now_us: int) -> State:
    realm = Realm(secrets.token_bytes(_ID_BYTES), secrets.token_bytes(_ID_BYTES))
    drawn = Fresh(GENERAL_ID, new_key())
    realm, general = new_room(realm, drawn, GENERAL, RoomKind.PUBLIC, _DESCRIPTION, now_us)
    changes: list[Change] = [realm, general]
    store.writer.commit([], changes)
    state = State(realm)
    state.apply(changes)
    return state
