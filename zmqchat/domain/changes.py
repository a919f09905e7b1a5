"""What a decision wants done: values to put in place of those of the same key.

A change is the whole new value, so applying it needs no knowledge of why it was made, in memory
and in SQL alike.
"""

from __future__ import annotations

from zmqchat.domain.state import (
    Device,
    FormerName,
    Ignored,
    Membership,
    Reading,
    Realm,
    Room,
    Ticket,
    TicketGone,
    User,
)

Change = (
    Realm | User | FormerName | Device | Room | Membership | Reading | Ignored | Ticket | TicketGone
)
"""Realm has one value; User, Device, Room and Ticket are keyed by id, FormerName by its skeleton,
Membership and Reading by (room, user), Ignored by (user, other). A TicketGone takes the Ticket with
its id away."""
