"""The request that searches messages."""

from __future__ import annotations

from typing import Any, Final

from zmqchat.protocol import requests as ask
from zmqchat.protocol.replies import SearchResults
from zmqchat.server import directory, searches
from zmqchat.server.answers.desk import Answer, Asked, Desk


def search(desk: Desk, asked: Asked[ask.Search]) -> None:
    """Finds messages in what the asker may read, when it is asked and still when it is told."""
    parts, user = desk.parts, asked.user
    scope = searches.scope(parts.state, user, asked.body)
    found: set[int] = set()

    def read() -> SearchResults:
        results = searches.results(parts.searcher, parts.reader, parts.state, scope)
        found.update(each.room for each in results.found)
        return results

    desk.search(asked, read, lambda: directory.still_readable(parts.state, user.id, found))


ANSWERS: Final[dict[type[Any], Answer]] = {
    ask.Search: search,
}
