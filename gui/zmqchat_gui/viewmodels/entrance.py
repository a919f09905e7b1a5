"""The connect page: where to, as whom, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Profile
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.names import is_user, name_from
from zmqchat.security.links import JoinLink, parse
from zmqchat_gui.bridge.joining import Credentials
from zmqchat_gui.viewmodels import joinlinks, trouble, words
from zmqchat_gui.viewmodels.linkquestion import LinkAsked
from zmqchat_gui.viewmodels.offers import LOCAL, Offers, OffersModel
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


class Joiner(Protocol):
    """What joins a realm on the network thread."""

    def join(
        self,
        link: JoinLink,
        name: str,
        extra: Credentials,
        done: Callable[[Profile | ChatError], None],
    ) -> None:
        """Claims a name; `done` gets the profile, or why not."""

    def cancel(self) -> None:
        """Stops that; `done` is not called."""


@QmlElement
@QmlUncreatable("App.entrance")
class Entrance(QObject):
    """A name, a server, Connect. Choosing an offer or pasting a link fills the rest in."""

    changed = Signal()
    connected = Signal(str, str)
    """In: the profile's label, and how the person wants to be shown ("": by their name)."""
    left = Signal()
    """The person goes back to the chat."""

    def __init__(
        self,
        joiner: Joiner,
        local_link: Callable[[], JoinLink | None],
        running: Callable[[], frozenset[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._joiner = joiner
        self._running = running
        self._offers = Offers(local_link, running, self)
        self._question = LinkAsked(self)
        self._question.accepted.connect(self._accepted)
        self._chosen = ""
        self._name = ""
        self._another = False  # than the one of the chosen earlier server
        self._link = ""
        self._parsed: JoinLink | None = None
        self._link_error = ""
        self._busy = False
        self._trouble: ChatError | None = None
        self._forget_credentials()

    def _forget_credentials(self) -> None:
        self._password = self._code = ""
        self._wants_password = self._wants_invite = False

    @Slot()
    def refresh(self) -> None:
        """Looks for servers again, and chooses the likeliest where none is chosen."""
        self._offers.refresh()
        if self._chosen in self._running():
            self._chosen = ""
        if not self._chosen and not self._link:
            self._chosen, self._another = self._offers.likeliest(), False
        self._show()

    def enter_here(self, login: str, machine: str) -> None:
        """Connects to this machine's server: as who was there before, or else under the login name,
        or under the machine's where that one is reserved (root).
        """
        if self._offers.local is not None and self._chosen in {LOCAL, self._offers.likeliest()}:
            if not self.nameFixed:
                self._name = next(filter(is_user, (login, machine)), login)
            self.connectNow()

    def _show(self) -> None:
        self._offers.show(self._chosen, self.name.strip())
        self.changed.emit()

    def _target(self) -> JoinLink | None:
        """Where Connect leads to, with a new name."""
        if self._link.strip():
            return self._parsed
        if self._chosen in self._offers.saved:
            return self._offers.link_of(self._chosen)
        return self._offers.local if self._chosen == LOCAL else None

    @Property(OffersModel, constant=True)
    def offers(self) -> OffersModel:
        """Servers that can be chosen."""
        return self._offers.model

    @Property(LinkAsked, constant=True)
    def question(self) -> LinkAsked:
        """A link was opened from outside: asks before anything is done with it."""
        return self._question

    @Property(str, notify=changed)
    def name(self) -> str:
        """Under which name."""
        return self._offers.saved[self._chosen].name if self.nameFixed else self._name

    @name.setter
    def name(self, value: str) -> None:
        if value != self.name:
            if self._chosen in self._offers.saved:
                self._another = value != self._offers.saved[self._chosen].name
            self._name = value
            self._trouble = None
            self._forget_credentials()
            self._show()

    @Property(str, notify=changed)
    def nameText(self) -> str:
        """Which name is made of what was typed, or "" where that is one."""
        made, typed = name_from(self._name), self._name.strip()
        if self.nameFixed or made == typed or not is_user(made):
            return ""
        return words.say("You will be {}, shown as {}.").format(f"@{made}", typed)

    @Property(bool, notify=changed)
    def nameFixed(self) -> bool:
        """An earlier server is chosen, under the name that the person has there."""
        return self._chosen in self._offers.saved and not self._another

    @Property(str, notify=changed)
    def link(self) -> str:
        """What is in the field for a join link."""
        return self._link

    @link.setter
    def link(self, value: str) -> None:
        if value != self._link:
            self._take(value)

    def _take(self, value: str) -> None:
        self._link, self._parsed, self._link_error = value, None, ""
        self._another = False
        self._forget_credentials()
        self._trouble = None
        if value.strip():
            self._chosen = ""
            try:
                self._parsed = parse(value)
            except ChatError as error:
                self._link_error = error.message[:1].upper() + error.message[1:]
        else:
            self._chosen = self._offers.likeliest()
        self._show()

    @Property(str, notify=changed)
    def linkText(self) -> str:
        """What the link says ("Server 10.0.0.5:5555, key 1a2b 3c4d …"), or what is wrong with it;
        "" while the field is empty.
        """
        if not self._link.strip():
            return ""
        if self._parsed is None:
            return self._link_error
        return words.say("Server {}, key {}").format(
            joinlinks.address(self._parsed), joinlinks.key(self._parsed)
        )

    @Property(bool, notify=changed)
    def linkWrong(self) -> bool:
        """`linkText` says what is wrong."""
        return bool(self._link.strip()) and self._parsed is None

    @Property(bool, notify=changed)
    def canConnect(self) -> bool:
        """A server and a name are there, and nothing is under way."""
        if self._busy:
            return False
        return self.nameFixed or (self._target() is not None and bool(self._name.strip()))

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        """Connecting: `cancel` stops it."""
        return self._busy

    @Property(str, notify=changed)
    def error(self) -> str:
        """What happened, in plain words, or ""."""
        return self._explained()[0]

    @Property(str, notify=changed)
    def advice(self) -> str:
        """What to do about it, or ""."""
        return self._explained()[1]

    def _explained(self) -> tuple[str, str]:
        if self._trouble is None:
            return "", ""
        return trouble.explained(self._trouble, invited=self._wants_invite)

    @Property(bool, notify=changed)
    def wantsPassword(self) -> bool:
        """The name belongs to somebody: fields for `password` and `code` (of a further device)."""
        return self._wants_password

    @Property(str, notify=changed)
    def password(self) -> str:
        """The password of the name, for a further device."""
        return self._password

    @password.setter
    def password(self, value: str) -> None:
        if value != self._password:
            self._password = value
            self.changed.emit()

    @Property(str, notify=changed)
    def code(self) -> str:
        """A link code shown on a device that is in, or an invitation."""
        return self._code

    @code.setter
    def code(self, value: str) -> None:
        if value != self._code:
            self._code = value
            self.changed.emit()

    @Property(bool, notify=changed)
    def wantsInvite(self) -> bool:
        """The server lets in by invitation only: a field for `code`."""
        return self._wants_invite

    @Property(bool, notify=changed)
    def canCancel(self) -> bool:
        """There is a session to go back to."""
        return bool(self._running())

    @Slot(str)
    def choose(self, label: str) -> None:
        """Takes an offer."""
        self._chosen, self._another, self._link, self._parsed = label, False, "", None
        self._forget_credentials()
        self._trouble = None
        self._show()

    @Slot(str)
    def forget(self, label: str) -> None:
        """Removes a profile with its key and what it holds (ask before: the name is lost)."""
        if label in self._offers.saved and label not in self._running():
            try:
                profiles.remove(label)
            except OSError as error:
                text = f"The profile cannot be removed: {error.filename}: {error.strerror}"
                self._trouble = ChatError(Code.BAD_PROFILE, text)
            self._chosen = "" if self._chosen == label else self._chosen
            self.refresh()

    @Slot()
    def connectNow(self) -> None:
        """The Connect button: `connected` follows, or `error`."""
        if not self.canConnect:
            return
        self._trouble = None
        target = self._target()
        if self.nameFixed:
            self.connected.emit(self._chosen, "")
        elif target is not None:
            self._join(target)
        self.changed.emit()

    def _join(self, target: JoinLink) -> None:
        self._busy = True
        code = self._code.strip()
        if self._wants_invite and code:
            try:
                target, code = _invited(target, code), ""
            except ChatError as error:
                self._joined(error)
                return
        extra = Credentials(self._password, code)
        typed = self._name.strip()
        made = name_from(typed)
        name = made if is_user(made) else typed
        display = typed if name != typed else ""
        self._joiner.join(target, name, extra, lambda result: self._joined(result, display))

    @Slot()
    def cancel(self) -> None:
        """Stops connecting; else goes back to the chat."""
        if self._busy:
            self._joiner.cancel()
            self._busy = False
            self.changed.emit()
        else:
            self.left.emit()

    def ask_about(self, text: str) -> None:
        """A link was opened from outside this program."""
        try:
            link = parse(text)
        except ChatError as error:
            self._trouble = error
            self.changed.emit()
            return
        label = self._offers.at(link)
        self._question.ask(link, self._offers.saved[label].name if label else "")

    def _accepted(self, link: JoinLink) -> None:
        """Where the person is already, they are taken there; else the link goes into the field."""
        label = self._offers.at(link)
        if label:
            self.choose(label)
            self.connectNow()
        else:
            self._take(str(link))

    def _ask_for_more(self, why: Code) -> None:
        """What is missing: an invitation, or what makes this device a further one of its user."""
        spent = why is Code.BAD_CREDENTIALS and not self._wants_password
        self._wants_invite = (
            why is Code.REGISTRATION_CLOSED
            or spent  # nothing else was given: the link is an invitation
            or (self._wants_invite and why is not Code.NAME_TAKEN)
        )
        wanted = why in trouble.WANT_PASSWORD or self._wants_password
        self._wants_password = wanted and not self._wants_invite

    def _joined(self, result: Profile | ChatError, display: str = "") -> None:
        self._busy = False
        if isinstance(result, ChatError):
            self._trouble = result
            self._ask_for_more(result.code)
        else:
            self._forget_credentials()
            self._link, self._parsed, self._chosen = "", None, ""
            self.refresh()
            self.connected.emit(result.label, display)
        self.changed.emit()


def _invited(link: JoinLink, invitation: str) -> JoinLink:
    """The link to join with: an invitation is a link of its own, or its token alone."""
    return parse(invitation) if "://" in invitation else replace(link, token=invitation)
