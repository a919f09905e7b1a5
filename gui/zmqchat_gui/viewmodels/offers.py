"""Servers that can be chosen with one click: earlier ones, and the one on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject
from PySide6.QtQml import QmlElement

from zmqchat.client import Profile
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError
from zmqchat.security.links import JoinLink
from zmqchat_gui.viewmodels import joinlinks, words
from zmqchat_gui.viewmodels.qt import QmlUncreatable
from zmqchat_gui.viewmodels.rows import Rows

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1

LOCAL = "@local"
"""The label of the offer of this machine's own server; no profile can be called so."""


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


class Offers:
    """What is known of servers, as of the last `refresh`."""

    def __init__(
        self,
        local_link: Callable[[], JoinLink | None],
        running: Callable[[], frozenset[str]],
        parent: QObject,
    ) -> None:
        self._local_link = local_link
        self._running = running
        self.model = OffersModel(parent)
        self.saved: dict[str, Profile] = {}
        """The profiles, by label."""
        self.local: JoinLink | None = None
        """The server on this machine."""

    def refresh(self) -> None:
        """Looks for servers again."""
        self.local = self._local_link()
        self.saved = _saved_profiles()

    def likeliest(self) -> str:
        """The label to begin with: where the person is on this machine, else what there is; none
        where the person is connected already.
        """
        running = self._running()
        saved = [label for label in self.saved if label not in running]
        here = [label for label, one in self.saved.items() if self._is_local(one)]
        if here:
            return next((label for label in saved if label in here), "")
        if self.local is not None:
            return LOCAL
        return next(iter(saved), "")

    def at(self, link: JoinLink) -> str:
        """The label of a profile at the server that a link leads to, or ""."""
        found = (label for label, one in self.saved.items() if one.link.key == link.key)
        return next(found, "")

    def link_of(self, label: str) -> JoinLink:
        """The way to an earlier server, with what lets a new name in where that is known here."""
        link = self.saved[label].link
        return self.local if self.local is not None and self.local.key == link.key else link

    def show(self, chosen: str, name: str) -> None:
        """The rows as they are now, one of them chosen, to be entered under this name."""
        running = self._running()
        rows = [self._offer(label, chosen, name, label in running) for label in self.saved]
        rows.sort(key=lambda offer: (offer.title.casefold(), offer.name.casefold()))
        if self.local is not None and not any(map(self._is_local, self.saved.values())):
            title, where = words.say("This computer"), joinlinks.address(self.local)
            rows.insert(0, Offer(LOCAL, "local", title, where, "", chosen == LOCAL, False))
        self.model.replace(rows)

    def _is_local(self, profile: Profile) -> bool:
        return self.local is not None and profile.link.key == self.local.key

    def _offer(self, label: str, chosen: str, name: str, running: bool) -> Offer:
        profile = self.saved[label]
        local = self._is_local(profile)
        title = words.say("This computer") if local else profile.link.host
        shown = name if label == chosen and name else profile.name
        subtitle = words.say("as {}").format(shown)
        return Offer(label, "profile", title, subtitle, profile.name, label == chosen, running)


def _saved_profiles() -> dict[str, Profile]:
    found = {}
    for label in profiles.labels():
        try:
            found[label] = profiles.load(label)
        except ChatError:  # damaged: `zmqchat profile list` tells
            continue
    return found
