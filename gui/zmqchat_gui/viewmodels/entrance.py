"""The connect page: where to, as whom, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Profile
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code, UsageError
from zmqchat.protocol.names import normalise_user
from zmqchat.security.links import JoinLink, bracketed, parse
from zmqchat_gui.bridge.joining import Credentials
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

LOCAL = "@local"
"""The label of the offer of this machine's own server; no profile can be called so."""

_GROUP = 4
_SHOWN_KEY = 16


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


@dataclass(frozen=True, slots=True)
class Offer:
    """A server that can be chosen with one click."""

    label: str
    kind: str
    title: str
    subtitle: str
    name: str
    chosen: bool
    current: bool


@QmlElement
@QmlUncreatable("App.entrance.offers")
class OffersModel(Rows):
    """Servers that can be chosen with one click. Roles: `label` string (for `choose`, `forget`);
    `kind` "local" (the server on this machine) | "profile" (an earlier one: the name is fixed);
    `title` (the host, or "This computer"); `subtitle` (the address, or "as Maja"); `name` (of the
    profile, else ""); `chosen` bool; `current` bool: connected now.
    """

    ROLES: ClassVar = ("label", "kind", "title", "subtitle", "name", "chosen", "current")


@QmlElement
@QmlUncreatable("App.entrance")
class Entrance(QObject):
    """A name, a server, Connect. Choosing an offer or pasting a link fills the rest in."""

    changed = Signal()
    connected = Signal(str)
    """In: the profile's label."""
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
        self._local_link = local_link
        self._running = running
        self._offers = OffersModel(self)
        self._saved: dict[str, Profile] = {}
        self._local: JoinLink | None = None
        self._chosen = ""
        self._name = ""
        self._link = ""
        self._parsed: JoinLink | None = None
        self._link_error = ""
        self._busy = False
        self._trouble: ChatError | None = None
        self._asked: JoinLink | None = None
        self._forget_credentials()

    def _forget_credentials(self) -> None:
        self._password = self._code = ""
        self._wants_password = self._wants_invite = False

    @Slot()
    def refresh(self) -> None:
        """Looks for servers again, and chooses the likeliest where none is chosen."""
        self._local = self._local_link()
        self._saved = _saved_profiles()
        if not self._chosen and not self._link:
            self._chosen = self._likeliest()
        self._show()

    def enter_here(self, login: str, machine: str) -> None:
        """Connects to this machine's server: as who was there before, or else under the login name,
        or under the machine's where that one is reserved (root).
        """
        if self._local is not None and self._chosen in {LOCAL, self._likeliest()}:
            if not self.nameFixed:
                self._name = next(filter(_can_be_a_name, (login, machine)), login)
            self.connectNow()

    def _likeliest(self) -> str:
        here = [label for label, one in self._saved.items() if self._is_local(one)]
        if here:
            return here[0]
        if self._local is not None:
            return LOCAL
        return next(iter(self._saved), "")

    def _is_local(self, profile: Profile) -> bool:
        return self._local is not None and profile.link.key == self._local.key

    def _show(self) -> None:
        running = self._running()
        rows = [
            self._offer(label, profile, label in running) for label, profile in self._saved.items()
        ]
        rows.sort(key=lambda offer: (offer.title.casefold(), offer.name.casefold()))
        if self._local is not None and not any(map(self._is_local, self._saved.values())):
            title, where = words.say("This computer"), _address(self._local)
            rows.insert(0, Offer(LOCAL, "local", title, where, "", self._chosen == LOCAL, False))
        self._offers.replace(rows)
        self.changed.emit()

    def _offer(self, label: str, profile: Profile, running: bool) -> Offer:
        local = self._is_local(profile)
        title = words.say("This computer") if local else profile.link.host
        subtitle = words.say("as {}").format(profile.name)
        chosen = label == self._chosen
        return Offer(label, "profile", title, subtitle, profile.name, chosen, running)

    def _target(self) -> JoinLink | None:
        """Where Connect leads to, with a new name."""
        if self._link.strip():
            return self._parsed
        return self._local if self._chosen == LOCAL else None

    @Property(OffersModel, constant=True)
    def offers(self) -> OffersModel:
        """Servers that can be chosen."""
        return self._offers

    @Property(str, notify=changed)
    def name(self) -> str:
        """Under which name."""
        return self._saved[self._chosen].name if self._chosen in self._saved else self._name

    @name.setter
    def name(self, value: str) -> None:
        if value != self._name and self._chosen not in self._saved:
            self._name = value
            self._trouble = None
            self._forget_credentials()
            self.changed.emit()

    @Property(bool, notify=changed)
    def nameFixed(self) -> bool:
        """An earlier server is chosen, where the person has a name."""
        return self._chosen in self._saved

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
        self._forget_credentials()
        self._trouble = None
        if value.strip():
            self._chosen = ""
            try:
                self._parsed = parse(value)
            except ChatError as error:
                self._link_error = error.message[:1].upper() + error.message[1:]
        else:
            self._chosen = self._likeliest()
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
        return words.say("Server {}, key {}").format(_address(self._parsed), _key(self._parsed))

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
        return "" if self._trouble is None else _explained(self._trouble)[0]

    @Property(str, notify=changed)
    def advice(self) -> str:
        """What to do about it, or ""."""
        return "" if self._trouble is None else _explained(self._trouble)[1]

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

    @Property(bool, notify=changed)
    def question(self) -> bool:
        """A link was opened from outside: ask before anything is done with it."""
        return self._asked is not None

    @Property(str, notify=changed)
    def questionText(self) -> str:
        """ "Connect to 10.0.0.5:5555?" and what that means."""
        if self._asked is None:
            return ""
        return words.say(
            "A link was opened that leads to the server {} (key {}). Connect only if you expect it."
        ).format(_address(self._asked), _key(self._asked))

    @Slot(str)
    def choose(self, label: str) -> None:
        """Takes an offer."""
        self._chosen, self._link, self._parsed = label, "", None
        self._forget_credentials()
        self._trouble = None
        self._show()

    @Slot(str)
    def forget(self, label: str) -> None:
        """Removes a profile with its key and what it holds (ask before: the name is lost)."""
        if label in self._saved and label not in self._running():
            profiles.remove(label)
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
            self.connected.emit(self._chosen)
        elif target is not None:
            self._busy = True
            extra = Credentials(self._password, self._code.strip())
            self._joiner.join(target, self._name.strip(), extra, self._joined)
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stops connecting; else goes back to the chat."""
        if self._busy:
            self._joiner.cancel()
            self._busy = False
            self.changed.emit()
        else:
            self.left.emit()

    @Slot()
    def accept(self) -> None:
        """Yes to `question`: the link goes into the field."""
        asked, self._asked = self._asked, None
        if asked is not None:
            self._take(str(asked))
        self.changed.emit()

    @Slot()
    def decline(self) -> None:
        """No to `question`."""
        self._asked = None
        self.changed.emit()

    def ask_about(self, text: str) -> None:
        """A link was opened from outside this program."""
        try:
            self._asked = parse(text)
        except ChatError as error:
            self._trouble = error
        self.changed.emit()

    def _joined(self, result: Profile | ChatError) -> None:
        self._busy = False
        if isinstance(result, ChatError):
            self._trouble = result
            self._wants_password = result.code in _WANT_PASSWORD or self._wants_password
            self._wants_invite = result.code is Code.REGISTRATION_CLOSED or self._wants_invite
        else:
            self._forget_credentials()
            self._link, self._parsed, self._chosen = "", None, ""
            self.refresh()
            self.connected.emit(result.label)
        self.changed.emit()


def _can_be_a_name(name: str) -> bool:
    try:
        normalise_user(name)
    except UsageError:
        return False
    return True


def _saved_profiles() -> dict[str, Profile]:
    found = {}
    for label in profiles.labels():
        try:
            found[label] = profiles.load(label)
        except ChatError:  # damaged: `zmqchat profile list` tells
            continue
    return found


def _address(link: JoinLink) -> str:
    return f"{bracketed(link.host)}:{link.port}"


def _key(link: JoinLink) -> str:
    """The beginning of the key in groups, as people compare it."""
    shown = link.key.hex()[:_SHOWN_KEY]
    return " ".join(shown[i : i + _GROUP] for i in range(0, len(shown), _GROUP))


_WANT_PASSWORD = frozenset({Code.NAME_TAKEN, Code.BAD_CREDENTIALS})

_EXPLAINED = {
    Code.BAD_CREDENTIALS: (
        "The password or code is not right.",
        "Type it again, or let a device of yours show a fresh link code: each is good once.",
    ),
    Code.NAME_TAKEN: (
        "This name belongs to somebody else.",
        (
            "Choose another name; if it is yours, give its password, or a link code that a device "
            "of yours shows."
        ),
    ),
    Code.NAME_INVALID: ("This cannot be a name.", ""),
    Code.UNREACHABLE: (
        "The server does not answer.",
        "See that it runs, and that this computer is in the same network. Nothing was sent.",
    ),
    Code.KEY_MISMATCH: (
        "Somebody else answers at this address: the key is not that of the link.",
        (
            "Nothing was sent. Ask for a fresh join link; if nobody changed the server's keys, "
            "this is not your server."
        ),
    ),
    Code.REGISTRATION_CLOSED: (
        "This server takes nobody new with this link.",
        "Ask whoever runs it for a fresh link or an invitation.",
    ),
    Code.UNSUPPORTED_VERSION: (
        "The server speaks another version.",
        "One of the two needs an update.",
    ),
}


def _explained(error: ChatError) -> tuple[str, str]:
    """What happened, and what to do."""
    text, advice = _EXPLAINED.get(error.code, (error.message, ""))
    if error.code is Code.NAME_INVALID:
        advice = error.message
    return words.say(text), words.say(advice) if advice else ""
