"""Desktop notifications, on a bus of the test's own with somebody who shows them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import BusType, Message, MessageType, RequestNameReply
from dbus_fast.aio import MessageBus
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.notifications import Notifications
from zmqchat_gui.bridge.network import Network
from zmqchat_gui.viewmodels.roombook import Notification

from tests.gui.fakes import at
from tests.support.process import Piped

_NAME = "org.freedesktop.Notifications"


@pytest.fixture
def network() -> Iterator[Network]:
    started = Network()
    yield started
    started.stop()


@pytest.fixture(params=["dbus-daemon", "own"] if shutil.which("dbus-daemon") else ["own"])
def bus(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A bus, which is the session's from now on."""
    daemon = "dbus-daemon", "--session", "--nofork", "--print-address"
    own = sys.executable, "-m", "tests.gui.app.bus", str(tmp_path / "bus")
    with Piped(*(daemon if request.param == "dbus-daemon" else own)) as started:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", started.line())
        yield


class Desktop:
    """Shows notifications, and lets one be clicked. It lives on the network's thread."""

    def __init__(self, network: Network) -> None:
        self.shown: list[list[Any]] = []
        self.ready = False
        self._network = network
        self._bus: MessageBus | None = None
        network.run(self._start)

    async def _start(self) -> None:
        self._bus = await MessageBus(bus_type=BusType.SESSION).connect()
        self._bus.add_message_handler(self._heard)
        self.ready = await self._bus.request_name(_NAME) is RequestNameReply.PRIMARY_OWNER

    def _heard(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.member != "Notify":
            return None
        self.shown.append(message.body)
        return Message.new_method_return(message, "u", [message.body[1] or len(self.shown)])

    def click(self, number: int) -> None:
        async def send() -> None:
            assert self._bus is not None
            path = "/org/freedesktop/Notifications"
            signal = Message.new_signal(path, _NAME, "ActionInvoked", "us", [number, "default"])
            await self._bus.send(signal)

        self._network.run(send)

    def stop(self) -> None:
        async def end() -> None:
            assert self._bus is not None
            self._bus.disconnect()
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

        self._network.run(end)


@pytest.fixture
def desktop(bus: None, network: Network, qtbot: QtBot) -> Iterator[Desktop]:
    """One that is there."""
    started = Desktop(network)
    qtbot.waitUntil(lambda: started.ready, timeout=20_000)
    yield started
    started.stop()


@pytest.fixture
def notifications(network: Network) -> Iterator[Notifications]:
    made = Notifications(network)
    yield made
    made.close()


def message(seq: int, room: str = "general") -> Notification:
    return Notification(
        "maja", at(room).id, seq, "ada (#general)", "is <b>this</b> & that", named=True
    )


def test_a_click_gives_back_what_was_shown(
    desktop: Desktop, notifications: Notifications, qtbot: QtBot
) -> None:
    clicked: list[Notification] = []
    notifications.clicked.connect(clicked.append)
    notifications.show(message(7))
    qtbot.waitUntil(lambda: len(desktop.shown) == 1, timeout=20_000)
    program, replaced, _icon, title, body, *_ = desktop.shown[0]
    assert (program, replaced, title) == ("zmqchat", 0, "ada (#general)")
    assert body == "is &lt;b&gt;this&lt;/b&gt; &amp; that"
    notifications.show(message(8))
    notifications.show(message(9, "art"))
    qtbot.waitUntil(lambda: len(desktop.shown) == 3, timeout=20_000)
    assert [shown[1] for shown in desktop.shown] == [0, 1, 0]
    desktop.click(1)
    qtbot.waitUntil(lambda: clicked == [message(8)], timeout=20_000)


def test_the_next_of_a_room_takes_its_place_however_soon(
    desktop: Desktop, notifications: Notifications, qtbot: QtBot
) -> None:
    for seq in (7, 8, 9):
        notifications.show(message(seq))
    qtbot.waitUntil(lambda: len(desktop.shown) == 3, timeout=20_000)
    assert [shown[1] for shown in desktop.shown] == [0, 1, 1]


def test_nothing_happens_where_there_is_no_bus(
    network: Network, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    notifications = Notifications(network)
    notifications.show(message(1))
    done: list[bool] = []
    qtbot.waitUntil(lambda: notifications._dead, timeout=20_000)
    network.call(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
