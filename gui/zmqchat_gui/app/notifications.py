"""Desktop notifications, through D-Bus on the network thread.

QtDBus cannot send the uint32 that `Notify` wants. Where there is no bus or nobody shows
notifications, nothing happens: the tray icon and the unread counts tell.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from html import escape

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from PySide6.QtCore import QObject, Qt, Signal

from zmqchat_gui.bridge.network import Network
from zmqchat_gui.viewmodels.roombook import Notification

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_MATCH = f"type='signal',interface='{_NAME}',path='{_PATH}'"
_KEPT = 200
_LOG = logging.getLogger(__name__)


class Notifications(QObject):
    """Shows notifications, one for a room: a newer one takes its place. `clicked` gives it back."""

    clicked = Signal(object)

    def __init__(self, network: Network, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._bus: MessageBus | None = None
        self._dead = False
        self._one_at_a_time = asyncio.Lock()
        self._shown: dict[int, Notification] = {}
        self._newest: dict[tuple[str, int], int] = {}
        self._clicked.connect(self.clicked, Qt.ConnectionType.QueuedConnection)

    _clicked = Signal(object)

    def show(self, notification: Notification) -> None:
        """Shows a notification, if this desktop does."""
        self._network.run(lambda: self._show(notification))

    def close(self) -> None:
        """Shows no more."""
        self._network.run(self._close)

    async def _close(self) -> None:
        self._dead = True
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
            with suppress(OSError, EOFError):  # the bus went first
                # Its socket is closed only then.
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _show(self, notification: Notification) -> None:
        async with self._one_at_a_time:  # the next may replace what this one's answer numbers
            bus = await self._connected()
            if bus is not None:
                await self._notify(bus, notification)

    async def _notify(self, bus: MessageBus, notification: Notification) -> None:
        room = notification.label, notification.room
        reply = await bus.call(_notify(notification, self._newest.get(room, 0)))
        if reply.message_type is MessageType.METHOD_RETURN:
            number = int(reply.body[0])
            self._shown[number] = notification
            self._newest[room] = number
            while len(self._shown) > _KEPT:
                self._shown.pop(next(iter(self._shown)))

    async def _connected(self) -> MessageBus | None:
        if self._bus is None and not self._dead:
            try:
                self._bus = await MessageBus(bus_type=BusType.SESSION).connect()
                self._bus.add_message_handler(self._heard)
                await self._bus.call(_match())
            except (OSError, DBusError, ValueError, EOFError) as error:
                _LOG.info("no desktop notifications: %s", error)
                self._dead, self._bus = True, None
        return self._bus

    def _heard(self, message: Message) -> None:
        if message.interface == _NAME and message.member == "ActionInvoked":
            notification = self._shown.get(message.body[0])
            if notification is not None:
                self._clicked.emit(notification)


def _notify(notification: Notification, replaced: int) -> Message:
    hints = {
        "category": Variant("s", "im.received"),
        "desktop-entry": Variant("s", "zmqchat"),
    }
    body = [
        "zmqchat",
        replaced,
        "zmqchat",
        notification.title,
        escape(notification.text, quote=False),
        ["default", ""],
        hints,
        -1,
    ]
    return Message(
        destination=_NAME,
        path=_PATH,
        interface=_NAME,
        member="Notify",
        signature="susssasa{sv}i",
        body=body,
    )


def _match() -> Message:
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="AddMatch",
        signature="s",
        body=[_MATCH],
    )
