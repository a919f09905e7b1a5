"""The person's own account at a server: how they are shown, their devices, whom they ignore."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, Device, OneTimeCode
from zmqchat.client.naming import PersonRef
from zmqchat.errors import ChatError, Code, Refused
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.attempt import Attempt
from zmqchat_gui.viewmodels.idleness import shown_presence
from zmqchat_gui.viewmodels.ignored import IgnoredModel
from zmqchat_gui.viewmodels.invitations import Invitations, good_until, when
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.portrait import Portrait
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.roomfacts import room_of
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
    passwordChanged = Signal()
    """By `setPassword`."""

    def __init__(self, requests: Requests, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._persons = persons
        self._devices = DevicesModel(self)
        self._presence = "online"
        self._admin = self._told_admin = False
        self._idle = False
        self._link_code: OneTimeCode | None = None
        self._ignored = IgnoredModel(persons, self)
        self._invitations = Invitations(requests, self)
        self._portrait = Portrait(requests, persons, self)
        self._invitations.failed.connect(self.failed)
        self._portrait.failed.connect(self.failed)
        self._portrait.done.connect(self.done)
        self._labelling = Attempt(self)
        self._labelling.failed.connect(self.failed)
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

    @Property(Portrait, constant=True)
    def portrait(self) -> Portrait:
        """Their picture."""
        return self._portrait

    @Property(str, notify=changed)
    def presence(self) -> str:
        """ "online", "away" or "hidden" (others do not see that the person is there)."""
        return self._presence

    @presence.setter
    def presence(self, value: str) -> None:
        if value in _PRESENCES and value != self._presence:
            self._presence = value
            self._tell_presence()
            self.changed.emit()

    @Property(str, notify=changed)
    def shownPresence(self) -> str:
        """What it comes to now: who is online and touches nothing is "away"."""
        return shown_presence(self._presence, self._idle)

    @Slot(str, str)
    def setProfile(self, display: str, status: str) -> None:
        """Shows the person under another name, with another status."""
        self._show_as(display.strip(), status.strip(), words.say("Saved."))

    def be_shown_as(self, display: str) -> None:
        """Somebody new typed this as their name."""
        self._show_as(display, "")

    def _show_as(self, display: str, status: str, said: str = "") -> None:
        def done() -> None:
            me = self._persons.get(self._persons.me)
            self._persons.looks(self._persons.me, display, status, me.picture)

        self._act(lambda chat: chat.set_profile(display, status), done, said)

    # ── devices ──────────────────────────────────────────────────────────────────────────────────

    @Property(DevicesModel, constant=True)
    def devices(self) -> DevicesModel:
        """The person's devices, as they were read by `refresh`."""
        return self._devices

    @Slot()
    def refresh(self) -> None:
        """Reads the devices; forgets the codes that were shown."""
        self._link_code = None
        self.changed.emit()
        self._read_devices()

    @Slot()
    def lookAgain(self) -> None:
        """Sees whether the person is an administrator by now: the session was told at its hello."""

        async def work(chat: Chat) -> bool:
            try:
                await chat.invites()
            except Refused as error:
                if error.code is Code.FORBIDDEN:
                    return False
                raise
            return True

        self._requests.ask(work, self._looked)

    def _looked(self, admin: bool | ChatError) -> None:
        if not isinstance(admin, ChatError):
            self._show_admin(admin)

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
        self._labelling.make(
            self._requests,
            lambda chat: chat.label_device(number, name),
            lambda _result: self._read_devices(),
        )

    @Property(Attempt, constant=True)
    def labelling(self) -> Attempt:
        """`labelDevice`: under way, refused, or done."""
        return self._labelling

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
        return good_until(self._link_code)

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
        said = words.say("Password changed." if new else "You have no password any more.")
        self._act(lambda chat: chat.set_password(new, old), self.passwordChanged.emit, said)

    # ── other people ─────────────────────────────────────────────────────────────────────────────

    @Property(bool, notify=changed)
    def canInvite(self) -> bool:
        """Whether the person, an administrator of the realm, may make invitations."""
        return self._admin

    @Property(Invitations, constant=True)
    def invitations(self) -> Invitations:
        """Those to the realm, where `canInvite`."""
        return self._invitations

    @Property(IgnoredModel, constant=True)
    def ignored(self) -> IgnoredModel:
        """Whom the person ignores."""
        return self._ignored

    @Slot(str, bool)
    def ignore(self, name: str, on: bool) -> None:
        """Sees nothing more of somebody, on any device, or sees them again."""
        who = self._persons.called(name)
        person: PersonRef = name if who is None else who.id
        title = name if who is None else self._persons.title(who)
        said = words.say(
            "You ignore {} now. Settings, Account has the list." if on else "You see {} again."
        ).format(title)
        self._act(lambda chat: chat.ignore(person, on), lambda: None, said)

    @Slot(str, str)
    def setRoomLevel(self, room: str, level: str) -> None:
        """What to be told of in the room of a key: all, mentions or nothing."""
        number = room_of(room)
        if number is not None:
            self._act(lambda chat: chat.set_room(number, level=level), lambda: None)

    # ── what the session tells ───────────────────────────────────────────────────────────────────

    def administers(self, admin: bool) -> None:
        """Whether the person is an administrator of the realm."""
        if admin != self._told_admin:  # it says the same again and again, of its hello
            self._told_admin = admin
            self._show_admin(admin)

    def _show_admin(self, admin: bool) -> None:
        if admin != self._admin:
            self._admin = admin
            self.changed.emit()

    def idle(self, idle: bool) -> None:
        """The person has left the window alone, or is back."""
        before, self._idle = self.shownPresence, idle
        if self.shownPresence != before:
            self._tell_presence()
            self.changed.emit()

    def online(self) -> None:
        """The server answers: it takes everybody for online who says nothing else."""
        if self.shownPresence != "online":
            self._tell_presence()

    def _tell_presence(self) -> None:
        presence = self.shownPresence

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


def _device(device: Device) -> DeviceRow:
    seen = device.seen_at
    return DeviceRow(
        number=device.id,
        label=device.label or words.say("Device {}").format(device.id),
        createdText=when(device.created_at.timestamp()),
        seenText=when(seen.timestamp()) if seen else "",
        online=device.online,
        isThis=device.this,
    )
