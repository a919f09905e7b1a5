"""The asyncio client: `connect` and `Chat`, profiles, and the events that an application sees.

It carries out what `zmqchat.sync` decides, and decides nothing itself.
"""

from __future__ import annotations

from zmqchat.client.chat import Chat, check_text
from zmqchat.client.entrances import connect, join, open_profile
from zmqchat.client.events import ChatEvent
from zmqchat.client.notices import WARNINGS, Notice, NoticeKind
from zmqchat.client.profile import Profile

__all__ = [
    "WARNINGS",
    "Chat",
    "ChatEvent",
    "Notice",
    "NoticeKind",
    "Profile",
    "check_text",
    "connect",
    "join",
    "open_profile",
]
