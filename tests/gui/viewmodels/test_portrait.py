"""The person's own picture without a server: chosen, refused, sent, removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QUrl
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.pictures import digest_of
from zmqchat_gui.viewmodels.portrait import Portrait

from tests.gui.fakes import FakeGateway, who
from zmqchat.errors import ChatError, Code, UsageError


class Studio:
    """Prepares what a test gives it."""

    def __init__(self) -> None:
        self.prepared: list[str] = []
        self.result: bytes | ChatError = b"a picture"

    def url(self, digest: str) -> str:
        return f"url:{digest}"

    def keep(self, digest: str, data: bytes, done: Callable[[bool], None]) -> None:
        done(True)

    def prepare(self, path: str, done: Callable[[bytes | ChatError], None]) -> None:
        self.prepared.append(path)
        done(self.result)


class Said:
    """What the portrait said."""

    def __init__(self, portrait: Portrait) -> None:
        self.failed: list[str] = []
        self.done: list[str] = []
        portrait.failed.connect(self.failed.append)
        portrait.done.connect(self.done.append)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def portrait(gateway: FakeGateway, studio: Studio) -> Portrait:
    persons = Persons(who("maja"))
    made = Portrait(gateway, persons)
    persons.setParent(made)
    made.work_in(studio)
    return made


def test_a_file_becomes_the_picture(
    portrait: Portrait, gateway: FakeGateway, studio: Studio
) -> None:
    said = Said(portrait)
    portrait.choose(QUrl.fromLocalFile("/home/maja/me.png"))
    assert studio.prepared == ["/home/maja/me.png"]
    assert portrait.busy
    gateway.answer(None)
    assert (portrait.busy, portrait.there) == (False, True)
    assert portrait.avatar == f"url:{digest_of(b'a picture')}"
    assert (said.failed, said.done) == ([], ["Picture changed."])


def test_what_cannot_be_a_picture_is_said_and_nothing_is_sent(
    portrait: Portrait, gateway: FakeGateway, studio: Studio
) -> None:
    said = Said(portrait)
    studio.result = UsageError("This file is no picture.")
    portrait.choose(QUrl.fromLocalFile("/home/maja/notes.txt"))
    assert (said.failed, gateway.asked, portrait.busy) == (["This file is no picture."], [], False)


def test_a_picture_of_the_web_is_not_fetched(
    portrait: Portrait, gateway: FakeGateway, studio: Studio
) -> None:
    said = Said(portrait)
    portrait.choose(QUrl("https://example.org/me.png"))
    assert (len(said.failed), studio.prepared, gateway.asked) == (1, [], [])


def test_one_at_a_time_is_sent(portrait: Portrait, gateway: FakeGateway, studio: Studio) -> None:
    for _ in range(2):
        portrait.choose(QUrl.fromLocalFile("/home/maja/me.png"))
    portrait.remove()
    assert (len(studio.prepared), len(gateway.asked)) == (1, 1)


def test_a_refused_picture_leaves_the_old_one(portrait: Portrait, gateway: FakeGateway) -> None:
    said = Said(portrait)
    portrait.choose(QUrl.fromLocalFile("/home/maja/me.png"))
    gateway.answer(ChatError(Code.TOO_LARGE, "The picture is too large."))
    assert (said.failed, portrait.there) == (["The picture is too large."], False)


def test_a_picture_can_be_removed(portrait: Portrait, gateway: FakeGateway) -> None:
    said = Said(portrait)
    portrait.choose(QUrl.fromLocalFile("/home/maja/me.png"))
    gateway.answer(None)
    portrait.remove()
    gateway.answer(None)
    assert (portrait.there, portrait.avatar) == (False, "")
    assert said.done == ["Picture changed.", "Picture removed."]
