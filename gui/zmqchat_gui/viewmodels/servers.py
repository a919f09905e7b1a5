"""The servers that the person is at now, as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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
    newsText: str
    current: bool


@QmlElement
@QmlUncreatable("App.servers")
class ServersModel(Rows):
    """The servers that the person is at now. Roles: `label` (for `App.show`), `title`, `name`,
    `initials`, `tint`, `connection`, `unread`, `mentions`, `newsText` ("3 new", ""),
    `current` bool.
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
        "newsText",
        "current",
    )


def servers_of(sessions: Mapping[str, Session], shown: Session | None) -> list[Server]:
    """The rows of sessions. Servers that would be called alike are told apart by their address."""
    titles = Counter((session.title, session.name) for session in sessions.values())
    return [
        _server(label, session, titles[session.title, session.name] > 1, session is shown)
        for label, session in sessions.items()
    ]


def _server(label: str, session: Session, alike: bool, current: bool) -> Server:
    return Server(
        label=label,
        title=session.address if alike else session.title,
        name=session.name,
        initials=words.initials(session.title),
        tint=words.tint(session.title),
        connection=session.connection,
        unread=session.unread,
        mentions=session.mentions,
        newsText=_news(session.unread, session.mentions),
        current=current,
    )


def _news(unread: int, mentions: int) -> str:
    if mentions:
        return words.count(mentions, "{} mention", "{} mentions")
    return words.say("{} new").format(words.figure(unread)) if unread else ""
