"""What each request does, one file a family; a request that no table names does not exist.

Nothing here blocks: commits go to the committer, reads to the workers, and both come back as calls.
"""

from __future__ import annotations

from typing import Any, Final

from zmqchat.server.answers import (
    account,
    log,
    lookups,
    messages,
    presence,
    realm,
    rooms,
    search,
    session,
)
from zmqchat.server.answers.desk import Answer

ANSWERS: Final[dict[type[Any], Answer]] = {
    **session.ANSWERS,
    **log.ANSWERS,
    **rooms.ANSWERS,
    **account.ANSWERS,
    **realm.ANSWERS,
    **messages.ANSWERS,
    **lookups.ANSWERS,
    **search.ANSWERS,
    **presence.ANSWERS,
}
