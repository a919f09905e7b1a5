"""What a decision wants done: values to put in place of those of the same key.

A change is the whole new value, so applying it needs no knowledge of why it was made, in memory
and in SQL alike.
"""

from __future__ import annotations

from zmqchat.domain.state import Device, Membership, Realm, Room, User

Change = Realm | User | Device | Room | Membership
"""Realm has one value; User, Device and Room are keyed by id, Membership by (room, user)."""
