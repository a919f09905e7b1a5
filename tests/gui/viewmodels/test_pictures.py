"""Pictures are asked for when they are looked at, few at a time, and never twice in vain."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.pictures import Pictures, digest_of
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import Changes, FakeGateway, at, entries, event, loaded, rows, who
from zmqchat.errors import ChatError, Code


class Store:
    """Keeps what it is given, unless a test says that it is no picture."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.good = True

    def url(self, digest: str) -> str:
        return f"url:{digest}" if digest in self.kept else ""

    def keep(self, digest: str, data: bytes, done: Callable[[bool], None]) -> None:
        if self.good:
            self.kept[digest] = data
        done(self.good)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def pictures(gateway: FakeGateway, store: Store) -> Pictures:
    made = Pictures(gateway)
    made.keep_in(store)
    return made


def test_a_picture_is_fetched_once_and_then_there(
    qtbot: QtBot, pictures: Pictures, gateway: FakeGateway
) -> None:
    digest = digest_of(b"ada")
    assert (pictures.url(who("ada").id, digest), pictures.url(who("ada").id, digest)) == ("", "")
    assert len(gateway.asked) == 1
    with qtbot.waitSignal(pictures.arrived):
        gateway.answer(b"ada")
    assert pictures.url(who("ada").id, digest) == f"url:{digest}"


def test_few_are_fetched_at_once_and_the_newest_wish_goes_first(
    pictures: Pictures, gateway: FakeGateway, store: Store
) -> None:
    datas = [str(number).encode() for number in range(20)]
    for data in datas:
        pictures.url(who("somebody").id, digest_of(data))
    assert len(gateway.asked) == 4
    gateway.answer(datas[0])
    assert len(gateway.asked) == 4
    for _ in range(3):
        gateway.asked.pop(0).done(ChatError(Code.BUSY, "gone"))
    gateway.answer(datas[19])
    assert set(store.kept) == {digest_of(datas[0]), digest_of(datas[19])}


def test_what_was_scrolled_past_long_ago_is_not_fetched(
    pictures: Pictures, gateway: FakeGateway
) -> None:
    for number in range(500):
        pictures.url(who("somebody").id, digest_of(str(number).encode()))
    fetched = 0
    while gateway.asked:
        gateway.asked.pop(0).done(b"another")
        fetched += 1
    assert fetched <= 104


@pytest.mark.parametrize("data", [b"", b"another picture than was said"])
def test_another_picture_than_was_said_is_not_shown(
    pictures: Pictures, gateway: FakeGateway, store: Store, data: bytes
) -> None:
    digest = digest_of(b"ada")
    pictures.url(who("ada").id, digest)
    gateway.answer(data)
    assert (pictures.url(who("ada").id, digest), store.kept, gateway.asked) == ("", {}, [])


def test_what_is_no_picture_is_not_fetched_again(
    pictures: Pictures, gateway: FakeGateway, store: Store
) -> None:
    store.good = False
    digest = digest_of(b"no picture")
    pictures.url(who("ada").id, digest)
    gateway.answer(b"no picture")
    assert (pictures.url(who("ada").id, digest), gateway.asked) == ("", [])


def test_after_an_error_it_is_asked_for_when_it_is_looked_at_again(
    pictures: Pictures, gateway: FakeGateway
) -> None:
    digest = digest_of(b"ada")
    pictures.url(who("ada").id, digest)
    gateway.answer(ChatError(Code.BUSY, "The server is gone."))
    assert gateway.asked == []
    pictures.url(who("ada").id, digest)
    assert len(gateway.asked) == 1


def test_one_that_went_for_want_of_room_is_fetched_again(
    pictures: Pictures, gateway: FakeGateway, store: Store
) -> None:
    digest = digest_of(b"ada")
    pictures.url(who("ada").id, digest)
    gateway.answer(b"ada")
    store.kept.clear()
    assert pictures.url(who("ada").id, digest) == ""
    assert len(gateway.asked) == 1


def test_rows_read_a_picture_that_came(
    qtbot: QtBot, pictures: Pictures, gateway: FakeGateway
) -> None:
    persons = Persons(who("maja"))
    persons.learn([Person(who("ada").id, "ada", picture=digest_of(b"ada"))])
    persons.show_with(pictures)
    timeline = TimelineModel(at("general"), FakeGateway(), persons)
    page = entries(event(1, "hi", "ada"), event(2, "ho", "bo"))
    timeline.load(loaded(page))
    assert rows(timeline, "avatar") == ["", ""]
    changes = Changes(timeline)
    with qtbot.waitSignal(persons.pictured):
        gateway.answer(b"ada")
    assert rows(timeline, "avatar") == ["", f"url:{digest_of(b'ada')}"]
    assert changes.seen == [("change", 0, 1)]
