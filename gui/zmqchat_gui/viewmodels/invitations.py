"""Invitations to the realm: administrators make, list and revoke them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from zmqchat.client import Chat, Invite, OneTimeCode
from zmqchat.errors import ChatError
from zmqchat_gui.bridge.client import Requests
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.qt import Property, QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Invitation:
    """One row."""

    number: int
    title: str
    detail: str
    open: bool


@QmlElement
@QmlUncreatable("App.session.account.invitations.all")
class InvitationsModel(Rows):
    """Newest first, those that can still be used before the others. Roles: `number` int (for
    `Invitations.revoke`), `title` string (for whom, or that it is an invitation), `detail` string
    ("Good until …, made by ada", "Used by bob"), `open` bool: it can still be used.
    """

    ROLES: ClassVar = ("number", "title", "detail", "open")


@QmlElement
@QmlUncreatable("App.session.account.invitations")
class Invitations(QObject):
    """Read by `refresh`; `code` is what was made last, and is shown nowhere again."""

    changed = Signal()
    made = Signal()
    """There is the `code` that `make` asked for."""
    failed = Signal(str)
    """Something that the person asked for did not happen: why, in plain words."""

    def __init__(self, requests: Requests, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._all = InvitationsModel(self)
        self._code: OneTimeCode | None = None

    @Property(InvitationsModel, constant=True)
    def all(self) -> InvitationsModel:
        """Those that there are."""
        return self._all

    @Property(str, notify=changed)
    def code(self) -> str:
        """A code with which one person may register, once; "" before `make`."""
        return self._code.code if self._code else ""

    @Property(str, notify=changed)
    def codeText(self) -> str:
        """ "Good once, until 16:52"; "" where there is no code."""
        return good_until(self._code)

    @Slot()
    def refresh(self) -> None:
        """Reads them; forgets the code that was shown."""
        self._code = None
        self.changed.emit()
        self._read()

    @Slot(str, str, int)
    def make(self, label: str, role: str, days: int) -> None:
        """Asks for one: `label` says for whom ("" for anybody), `role` what they will be (member
        or guest), `days` how long it is good.
        """
        wanted = label.strip()

        async def work(chat: Chat) -> OneTimeCode:
            return await chat.make_invite(role, days * _DAY_S, wanted)

        self._requests.ask(work, self._made)

    def _made(self, code: OneTimeCode | ChatError) -> None:
        if isinstance(code, ChatError):
            self.failed.emit(code.message)
            return
        self._code = code
        self.changed.emit()
        self.made.emit()
        self._read()

    @Slot(int)
    def revoke(self, number: int) -> None:
        """It is good for nothing any more."""

        def done(result: object) -> None:
            if isinstance(result, ChatError):
                self.failed.emit(result.message)
            self.refresh()

        self._requests.ask(lambda chat: chat.revoke_invite(number), done)

    def _read(self) -> None:
        async def work(chat: Chat) -> list[Invite]:
            return await chat.invites()

        self._requests.ask(work, self._got)

    def _got(self, invites: list[Invite] | ChatError) -> None:
        if isinstance(invites, ChatError):
            self.failed.emit(invites.message)
            return
        now = time.time()
        found = [_row(invite, now) for invite in invites]
        self._all.replace(sorted(found, key=lambda row: not row.open))


def good_until(code: OneTimeCode | None) -> str:
    """How long a code is good, in words."""
    if code is None:
        return ""
    return words.say("Good once, until {}").format(when(code.until.timestamp()))


def when(seconds: float) -> str:
    """Day and time of a moment in seconds since the epoch."""
    return words.full_time(round(seconds * 1_000_000))


def _row(invite: Invite, now: float) -> Invitation:
    """`now` in seconds since the epoch."""
    ends = invite.until.timestamp()
    guest = invite.role == "guest"
    title = invite.label or words.say("Invitation for a guest" if guest else "Invitation")
    if invite.used_by:
        detail = words.say("Used by {}").format(invite.used_by)
    elif ends <= now:
        detail = words.say("Over since {}").format(when(ends))
    else:
        detail = words.say("Good until {}").format(when(ends))
    made = words.say("made by {}").format(invite.made_by)
    unused = not invite.used_by and ends > now
    return Invitation(invite.id, title, f"{detail} \N{MIDDLE DOT} {made}", unused)
