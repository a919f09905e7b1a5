"""The asyncio client: `connect` and `Chat`, profiles, and the events that an application sees.

It carries out what `zmqchat.sync` decides, and decides nothing itself.
"""

from __future__ import annotations

from zmqchat.client.account import RoomState
from zmqchat.client.administration import Invite, User
from zmqchat.client.chat import Chat
from zmqchat.client.checks import check_text
from zmqchat.client.codes import OneTimeCode
from zmqchat.client.devices import Device
from zmqchat.client.entrances import connect, join, open_profile
from zmqchat.client.events import ChatEvent
from zmqchat.client.folding import Folding
from zmqchat.client.messages import ChatMessage, Detail, FoundMessages, Reaction
from zmqchat.client.notices import WARNINGS, Notice, NoticeKind
from zmqchat.client.pages import TimelinePage
from zmqchat.client.pending import Pending
from zmqchat.client.profile import Profile
from zmqchat.client.sending import unsent
from zmqchat.client.signals import (
    AccountChanged,
    ChatSignal,
    PersonRenamed,
    PresenceChanged,
    ProfileChanged,
    Typing,
)
from zmqchat.client.stages import Stages

__all__ = [
    "WARNINGS",
    "AccountChanged",
    "Chat",
    "ChatEvent",
    "ChatMessage",
    "ChatSignal",
    "Detail",
    "Device",
    "Folding",
    "FoundMessages",
    "Invite",
    "Notice",
    "NoticeKind",
    "OneTimeCode",
    "Pending",
    "PersonRenamed",
    "PresenceChanged",
    "Profile",
    "ProfileChanged",
    "Reaction",
    "RoomState",
    "Stages",
    "TimelinePage",
    "Typing",
    "User",
    "check_text",
    "connect",
    "join",
    "open_profile",
    "unsent",
]
