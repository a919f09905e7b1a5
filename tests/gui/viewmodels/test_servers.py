"""Servers that the person is at, told apart."""

from __future__ import annotations

from dataclasses import replace

from zmqchat_gui.bridge import updates as up
from zmqchat_gui.viewmodels.servers import servers_of
from zmqchat_gui.viewmodels.session import Session

from tests.gui.fakes import FakeGateway, at, opened
from zmqchat.client import RoomState
from zmqchat.client import profile as profiles
from zmqchat.security.links import JoinLink

LINK = JoinLink("127.0.0.1", 5555, bytes(range(32)))


def session(label: str, link: JoinLink) -> tuple[Session, FakeGateway]:
    profiles.save(profiles.prepare(label, link, "maja"))
    gateway = FakeGateway()
    return Session(profiles.load(label), lambda: gateway), gateway


def test_servers_that_are_called_alike_have_their_address() -> None:
    one, _ = session("one", LINK)
    two, _ = session("two", replace(LINK, port=6666, key=bytes(range(1, 33))))
    far, _ = session("far", JoinLink("chat.example", 5555, bytes(range(2, 34))))
    rows = servers_of({"one": one, "two": two, "far": far}, two)
    assert [row.title for row in rows] == ["127.0.0.1:5555", "127.0.0.1:6666", "chat.example"]
    assert [row.current for row in rows] == [False, True, False]
    assert servers_of({"one": one}, one)[0].title == "This computer"


def test_what_waits_at_a_server_is_said() -> None:
    one, gateway = session("one", LINK)
    gateway.tell(opened("general"), opened("art"))
    for mentions, said in ((0, "3 new"), (1, "1 mention"), (2, "2 mentions")):
        state = RoomState("art", 0, 3, mentions, 3, "all", False)
        gateway.tell(up.States({at("art").id: state}, {}))
        assert servers_of({"one": one}, None)[0].newsText == said
