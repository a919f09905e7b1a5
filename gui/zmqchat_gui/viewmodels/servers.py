"""The servers that the person is at now, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtQml import QmlElement

from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.qt import QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows
from zmqchat_gui.viewmodels.session import Session

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class Server:
    """A server that the person is at."""

    label: str
    title: str
    name: str
    initials: str
    tint: int
    connection: str
    unread: int
    mentions: int
    current: bool


@QmlElement
@QmlUncreatable("App.servers")
class ServersModel(Rows):
    """The servers that the person is at now. Roles: `label` (for `App.show`), `title`, `name`,
    `initials`, `tint`, `connection`, `unread`, `mentions`, `current` bool.
    """

    ROLES: ClassVar = (
        "label",
        "title",
        "name",
        "initials",
        "tint",
        "connection",
        "unread",
        "mentions",
        "current",
    )


def server_of(label: str, session: Session, current: bool) -> Server:
    """A session's row."""
    return Server(
        label=label,
        title=session.title,
        name=session.name,
        initials=words.initials(session.title),
        tint=words.tint(session.title),
        connection=session.connection,
        unread=session.unread,
        mentions=session.mentions,
        current=current,
    )
