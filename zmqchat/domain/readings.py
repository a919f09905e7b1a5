"""Deciding on what a user keeps: read markers, settings of rooms, people who are ignored.

Every value carries the account version at which it was put, so that a device asks for what
changed since the version that it holds, and two devices of a user come to hold the same.
"""

from __future__ import annotations

from dataclasses import replace

from zmqchat.domain.acquaintance import person_read_of
from zmqchat.domain.case import Case
from zmqchat.domain.decision import NOTHING, Decision
from zmqchat.domain.permissions import Action, require
from zmqchat.domain.state import Ignored, Reading, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import IGNORED_PER_USER
from zmqchat.protocol.requests import Ignore, MarkRead, SetRoom
from zmqchat.protocol.rooms import Level


def reading_of(view: View, room: int, user: int) -> Reading:
    """What a user keeps about a room; where nothing was ever put, nothing is read."""
    return view.reading(room, user) or Reading(room, user, 0, 0, Level.ALL, False, 0)


def from_here(view: View, room_id: int, user: int) -> tuple[Reading, ...]:
    """For a user who becomes a member: what was said before is no news to be counted."""
    room = view.room(room_id)
    before = reading_of(view, room_id, user)
    if room is None or room.seq <= before.seq:
        return ()
    version = view.account_version(user) + 1
    return (replace(before, seq=room.seq, posted=room.posted, version=version),)


def mark_read(case: Case, request: MarkRead) -> Decision:
    """Moves the marker to `means.marker`, if that is forward."""
    room = require(case.view, case.user.id, request.room, Action.READ)
    marker = case.means.marker
    if request.seq < 0:
        raise Refused(Code.BAD_REQUEST, "A marker is at a seq of the room, or at 0.")
    assert marker is not None
    assert marker.seq <= min(request.seq, room.seq)
    before = reading_of(case.view, room.id, case.user.id)
    if marker.seq <= before.seq:
        return NOTHING
    return _put(case, replace(before, seq=marker.seq, posted=marker.posted))


def set_room(case: Case, request: SetRoom) -> Decision:
    """What the user wants to be told of in a room."""
    room = require(case.view, case.user.id, request.room, Action.READ)
    before = reading_of(case.view, room.id, case.user.id)
    after = replace(before, level=request.level, muted=request.muted)
    return NOTHING if after == before else _put(case, after)


def ignore(case: Case, request: Ignore) -> Decision:
    """Whom the user wants to see nothing of."""
    user, other = case.user.id, person_read_of(case.view, case.user, request.user).id
    if other == user:
        raise Refused(Code.BAD_REQUEST, "Nobody ignores themselves; nothing was changed.")
    ignored = case.view.ignored_by(user)
    if (other in ignored) is request.on:
        return NOTHING
    if request.on and len(list(ignored)) >= IGNORED_PER_USER:
        raise Refused(
            Code.FORBIDDEN,
            f"You ignore {IGNORED_PER_USER:,} people, and more there may not be; nothing was "
            "changed. See some of them again first.",
        )
    return _put(case, Ignored(user, other, request.on, 0))


def _put(case: Case, value: Reading | Ignored) -> Decision:
    version = case.view.account_version(value.user) + 1
    return Decision(changes=(replace(value, version=version),), accounts=(value.user,))
