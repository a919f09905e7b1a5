"""What is told of people coming and going, and what is not."""

from __future__ import annotations

from zmqchat.protocol.people import Presence
from zmqchat.server.presence import EVERY_S, GRACE_S, MOST, PresenceNews

ONLINE, AWAY, OFFLINE = Presence.ONLINE, Presence.AWAY, Presence.OFFLINE


class Town:
    """People and the news of them."""

    def __init__(self) -> None:
        self.people: dict[int, Presence] = {}
        self.news = PresenceNews(lambda user: self.people.get(user, OFFLINE))

    def set(self, user: int, presence: Presence, now: float) -> None:
        self.people[user] = presence
        self.news.changed(user, now)


def test_a_change_is_told_once() -> None:
    town = Town()
    assert town.news.due() is None
    town.set(1, ONLINE, 10.0)
    assert town.news.due() == 10.0
    assert town.news.take(10.0) == [(1, ONLINE)]
    assert town.news.take(20.0) == []
    assert town.news.due() is None


def test_changes_are_told_together() -> None:
    town = Town()
    town.set(1, ONLINE, 10.0)
    assert town.news.take(10.0) == [(1, ONLINE)]
    town.set(2, ONLINE, 10.1)
    town.set(1, AWAY, 10.2)
    assert town.news.take(10.3) == []
    assert town.news.due() == 10.0 + EVERY_S
    assert town.news.take(11.0) == [(2, ONLINE), (1, AWAY)]


def test_who_comes_back_soon_was_never_gone() -> None:
    town = Town()
    town.set(1, ONLINE, 10.0)
    town.news.take(10.0)
    town.set(1, OFFLINE, 12.0)
    assert town.news.take(13.0) == []
    town.set(1, ONLINE, 14.0)
    assert town.news.take(14.0) == []
    town.set(1, OFFLINE, 20.0)
    assert town.news.take(20.0 + GRACE_S) == [(1, OFFLINE)]


def test_a_change_back_is_no_news() -> None:
    town = Town()
    town.set(1, ONLINE, 10.0)
    town.news.take(10.0)
    town.set(1, AWAY, 10.1)
    town.set(1, ONLINE, 10.2)
    assert town.news.take(12.0) == []


def test_a_crowd_is_told_in_parts() -> None:
    town = Town()
    for user in range(MOST + 1):
        town.set(user, ONLINE, 10.0)
    assert len(town.news.take(10.0)) == MOST
    assert len(town.news.take(10.0 + EVERY_S)) == 1
