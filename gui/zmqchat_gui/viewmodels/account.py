"""The person's own account at a server: how they are shown, their devices, and how others join."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, Device, OneTimeCode
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_PRESENCES = ("online", "away", "hidden")


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One of the person's devices."""

    number: int
    label: str
    createdText: str
    seenText: str
    online: bool
    isThis: bool


@QmlElement
@QmlUncreatable("App.session.account.devices")
class DevicesModel(Rows):
    """The person's devices, oldest first. Roles: `number` int (for `Account.removeDevice`),
    `label` string, `createdText`, `seenText` strings ("" where it is not known), `online` bool,
    `isThis` bool: the one that this is.
    """

    ROLES: ClassVar = ("number", "label", "createdText", "seenText", "online", "isThis")


@QmlElement
@QmlUncreatable("App.session.account")
class Account(QObject):
    """Each slot asks the server; `failed` says why something did not happen, `done` that it did."""

    changed = Signal()
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""
    done = Signal(str)
    """Something that the person asked for happened, in plain words."""

    def __init__(self, requests: Requests, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._persons = persons
        self._devices = DevicesModel(self)
        self._presence = "online"
        self._admin = False
        self._link_code: OneTimeCode | None = None
        self._invitation: OneTimeCode | None = None
        persons.changed.connect(self.changed)

    # ── how the person is shown ──────────────────────────────────────────────────────────────────

    @Property(str, notify=changed)
    def displayName(self) -> str:
        """How the name is shown to others; "" for the name itself."""
        return self._persons.get(self._persons.me).title

    @Property(str, notify=changed)
    def statusText(self) -> str:
        """What the person says of themselves."""
        return self._persons.get(self._persons.me).status

    @Property(str, notify=changed)
    def presence(self) -> str:
        """ "online", "away" or "hidden" (others do not see that the person is there)."""
        return self._presence

    @presence.setter
    def presence(self, value: str) -> None:
        if value in _PRESENCES and value != self._presence:
            self._presence = value
            self.online()
            self.changed.emit()

    @Slot(str, str)
    def setProfile(self, display: str, status: str) -> None:
        """Shows the person under another name, with another status."""
        display, status = display.strip(), status.strip()

        def done() -> None:
            me = self._persons.get(self._persons.me)
            self._persons.looks(me.name, display, status, me.picture)

        self._act(lambda chat: chat.set_profile(display, status), done, words.say("Saved."))

    # ── devices ──────────────────────────────────────────────────────────────────────────────────

    @Property(DevicesModel, constant=True)
    def devices(self) -> DevicesModel:
        """The person's devices, as they were read by `refresh`."""
        return self._devices

    @Slot()
    def refresh(self) -> None:
        """Reads the devices; forgets the codes that were shown."""
        self._link_code = self._invitation = None
        self.changed.emit()
        self._read_devices()

    def _read_devices(self) -> None:
        async def work(chat: Chat) -> list[Device]:
            return await chat.devices()

        self._requests.ask(work, self._got_devices)

    def _got_devices(self, devices: list[Device] | ChatError) -> None:
        if isinstance(devices, ChatError):
            self.failed.emit(devices.message)
        else:
            self._devices.replace(map(_device, devices))

    @Slot(int, str)
    def labelDevice(self, number: int, label: str) -> None:
        """Calls a device something else."""
        name = label.strip()
        self._act(lambda chat: chat.label_device(number, name), self._read_devices)

    @Slot(int)
    def removeDevice(self, number: int) -> None:
        """Takes a device out at once, and for good (ask before)."""
        self._act(lambda chat: chat.remove_device(number), self._read_devices)

    @Property(str, notify=changed)
    def linkCode(self) -> str:
        """A code that makes a further device the person's, once; "" before `makeLinkCode`."""
        return self._link_code.code if self._link_code else ""

    @Property(str, notify=changed)
    def linkCodeText(self) -> str:
        """ "Good once, until 16:52"; "" where there is no code."""
        return _until(self._link_code)

    @Slot()
    def makeLinkCode(self) -> None:
        """Asks for a code: `linkCode`."""
        self._requests.ask(_link_code, self._got_link_code)

    def _got_link_code(self, code: OneTimeCode | ChatError) -> None:
        if isinstance(code, ChatError):
            self.failed.emit(code.message)
        else:
            self._link_code = code
            self.changed.emit()

    @Slot(str, str)
    def setPassword(self, new: str, old: str) -> None:
        """The password that lets further devices in ("": none); `old` where there is one."""
        self._act(
            lambda chat: chat.set_password(new, old), lambda: None, words.say("Password changed.")
        )

    # ── invitations ──────────────────────────────────────────────────────────────────────────────

    @Property(bool, notify=changed)
    def canInvite(self) -> bool:
        """Whether the person, an administrator of the realm, may make invitations."""
        return self._admin

    @Property(str, notify=changed)
    def invitation(self) -> str:
        """A code with which one person may register, once; "" before `makeInvitation`."""
        return self._invitation.code if self._invitation else ""

    @Property(str, notify=changed)
    def invitationText(self) -> str:
        """ "Good once, until 16:52"; "" where there is no code."""
        return _until(self._invitation)

    @Slot()
    def makeInvitation(self) -> None:
        """Asks for an invitation: `invitation`."""
        self._requests.ask(_invitation, self._got_invitation)

    def _got_invitation(self, code: OneTimeCode | ChatError) -> None:
        if isinstance(code, ChatError):
            self.failed.emit(code.message)
        else:
            self._invitation = code
            self.changed.emit()

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def administers(self, admin: bool) -> None:
        """Whether the person is an administrator of the realm."""
        if admin != self._admin:
            self._admin = admin
            self.changed.emit()

    def online(self) -> None:
        """The server is told how the person is there."""
        presence = self._presence

        async def work(chat: Chat) -> None:
            await chat.set_presence(presence)

        self._requests.ask(work, lambda _result: None)

    def _act(
        self, act: Callable[[Chat], Awaitable[None]], then: Callable[[], None], said: str = ""
    ) -> None:
        def done(result: Any) -> None:
            if isinstance(result, ChatError):
                self.failed.emit(result.message)
                return
            then()
            if said:
                self.done.emit(said)

        self._requests.ask(act, done)


async def _link_code(chat: Chat) -> OneTimeCode:
    return await chat.link_code()


async def _invitation(chat: Chat) -> OneTimeCode:
    return await chat.make_invite()


def _until(code: OneTimeCode | None) -> str:
    if code is None:
        return ""
    return words.say("Good once, until {}").format(words.full_time(_us(code.until.timestamp())))


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _device(device: Device) -> DeviceRow:
    seen = device.seen_at
    return DeviceRow(
        number=device.id,
        label=device.label or words.say("Device {}").format(device.id),
        createdText=words.full_time(_us(device.created_at.timestamp())),
        seenText=words.full_time(_us(seen.timestamp())) if seen else "",
        online=device.online,
        isThis=device.this,
    )
