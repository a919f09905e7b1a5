"""Events of a log with their contents, as columns: what every read of a log selects."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from zmqchat.storage.tables import contents, events

_NOTHING: Final = sa.literal(b"", sa.LargeBinary())
_salt: Final = sa.func.coalesce(contents.c.salt, _NOTHING)

with_contents: Final = events.outerjoin(
    contents, sa.and_(contents.c.room == events.c.room, contents.c.seq == events.c.seq)
)
"""A read finds an event also where its content is missing, which only `verify` has a word for."""

event_columns: Final = (
    events.c.seq,
    events.c.type,
    events.c.sender,
    events.c.name,
    events.c.device,
    events.c.time_us,
    events.c.id,
    sa.func.coalesce(contents.c.body, _NOTHING).label("body"),
    _salt.label("salt"),
    sa.case((_salt == _NOTHING, events.c.digest), else_=_NOTHING).label("digest"),
    events.c.chain,
)
"""An `Event`'s fields in their order; the digest travels only when the content does not."""

EVENT_FIELDS: Final = len(event_columns)
