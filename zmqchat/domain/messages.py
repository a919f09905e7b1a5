"""Deciding on messages: posted, answered, edited, redacted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zmqchat.domain.fold import Fold
from zmqchat.domain.lines import is_line
from zmqchat.domain.permissions import Action, called, permits
from zmqchat.domain.projection import (
    Edit,
    Erasure,
    Facts,
    Mentions,
    MessageState,
    Projected,
)
from zmqchat.domain.state import Room, Standing, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Attachment, Edited, Posted, Redacted
from zmqchat.protocol.limits import (
    ATTACHMENTS_PER_MESSAGE,
    EVERYBODY_MEMBERS,
    FILE_NAME_CHARACTERS,
    HASH_BYTES,
    TEXT_BYTES,
)
from zmqchat.protocol.mentions import EVERYBODY_NAME, mentions
from zmqchat.protocol.names import user_key
from zmqchat.protocol.who import EVERYBODY

_MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,63}")
_EVERYBODY_KEY = user_key(EVERYBODY_NAME)


@dataclass(frozen=True, slots=True)
class Step:
    """What is being decided: `user` does it in `room`, and it would be the event `seq` there."""

    room: Room
    user: int
    seq: int
    now_us: int


def check_text(text: str) -> None:
    """Refuses a text that no message may have."""
    size = len(text) if text.isascii() else len(text.encode())
    if size > TEXT_BYTES:
        raise Refused(
            Code.TOO_LARGE,
            f"The message has {size:,} bytes; at most {TEXT_BYTES:,} fit. "
            "Nothing was sent: shorten it or split it.",
        )
    if not text:
        raise Refused(Code.BAD_REQUEST, "The message is empty. Nothing was sent.")


def check_attachments(attachments: Sequence[Attachment]) -> None:
    """Refuses files that no message may have, and all others: this server keeps none yet."""
    if len(attachments) > ATTACHMENTS_PER_MESSAGE:
        raise Refused(
            Code.TOO_LARGE,
            f"The message has {len(attachments):,} files; at most {ATTACHMENTS_PER_MESSAGE} fit. "
            "Nothing was sent.",
        )
    for attachment in attachments:
        if (wrong := _wrong_with(attachment)) is not None:
            raise Refused(Code.BAD_REQUEST, f"A file's {wrong}. Nothing was sent.")
    raise Refused(
        Code.BAD_REQUEST,
        "Files are not there yet: this server keeps none. Nothing was sent; send the text alone.",
    )


def _wrong_with(attachment: Attachment) -> str | None:
    if len(attachment.file) != HASH_BYTES:
        return f"hash has {len(attachment.file):,} bytes instead of {HASH_BYTES}"
    if attachment.size <= 0:
        return "size is not above 0"
    if not is_line(attachment.name, FILE_NAME_CHARACTERS) or "/" in attachment.name:
        return f"name is not one line of 1 to {FILE_NAME_CHARACTERS} characters without a slash"
    if not _MEDIA.fullmatch(attachment.media):
        return "media type is none"
    return None


def is_plain(body: Posted) -> bool:
    """Whether a message answers nothing and mentions nobody: then it leaves no projection."""
    return body.reply_to is None and "@" not in body.text


def message_at(fold: Fold, room: Room, seq: int) -> Facts:
    """What is known of a message that is not erased; Refused NOT_FOUND where there is none."""
    facts = fold.facts(room.id, seq)
    if facts is None or facts.type != "posted":
        raise Refused(
            Code.NOT_FOUND, f"There is no message {seq} in {called(room)}. Nothing was changed."
        )
    if facts.state.erased_us:
        raise Refused(
            Code.NOT_FOUND,
            f"Message {seq} in {called(room)} is already gone: it was erased, and nothing more can "
            "be done with it.",
        )
    return facts


def decide_posted(view: View, fold: Fold, step: Step, body: Posted) -> list[Projected]:
    """What a message makes of its thread, and whom it mentions."""
    rows: list[Projected] = []
    if body.reply_to is not None:
        rows += _answer(fold, step, body.reply_to)
    users = mentioned(view, step, body.text)
    if users:
        rows.append(Mentions(step.room.id, step.seq, users))
    return rows


def decide_edited(view: View, fold: Fold, step: Step, body: Edited) -> list[Projected]:
    """What an edit makes of its message; its author alone may edit it."""
    facts = message_at(fold, step.room, body.target)
    if facts.user != step.user:
        raise Refused(
            Code.FORBIDDEN,
            f"Message {body.target} in {called(step.room)} is somebody else's, and only its author "
            "edits it. It stands as it was.",
        )
    room = step.room.id
    return [
        Edit(room, body.target, step.seq),
        replace(facts.state, edited_seq=step.seq, edited_us=step.now_us),
        Mentions(room, body.target, mentioned(view, step, body.text)),
    ]


def decide_redacted(view: View, fold: Fold, step: Step, body: Redacted) -> list[Projected]:
    """What a redaction leaves of a message: its place in the log, and nothing that it said."""
    facts = message_at(fold, step.room, body.target)
    if facts.user != step.user and not permits(view, step.user, step.room, Action.REDACT_OTHERS):
        raise Refused(
            Code.FORBIDDEN,
            f"Message {body.target} in {called(step.room)} is somebody else's: only its author and "
            "those who lead the room erase it. It stands as it was.",
        )
    room = step.room.id
    rows: list[Projected] = [
        Erasure(room, body.target),
        replace(facts.state, erased_us=step.now_us, pinned_seq=0),
        Mentions(room, body.target, ()),
    ]
    root = fold.facts(room, facts.state.root) if facts.state.root else None
    if root is not None:
        rows.append(replace(root.state, replies=root.state.replies - 1))
    return rows


def mentioned(view: View, step: Step, text: str) -> tuple[int, ...]:
    """The members that a text mentions, its sender aside; `EVERYBODY` where that is allowed."""
    found = mentions(text, lambda name: _called(view, name)) if "@" in text else []
    return tuple(user for user in found if user != step.user and _counts(view, step, user))


def _called(view: View, name: str) -> int | None:
    key = user_key(name)
    if key == _EVERYBODY_KEY:
        return EVERYBODY
    user = view.user_named(key)
    return None if user is None else user.id


def _counts(view: View, step: Step, user: int) -> bool:
    if user == EVERYBODY:
        small = view.audience(step.room.id) <= EVERYBODY_MEMBERS
        return small or permits(view, step.user, step.room, Action.MENTION_EVERYBODY)
    membership = view.membership(step.room.id, user)
    return membership is not None and membership.standing is Standing.MEMBER


def _answer(fold: Fold, step: Step, target: int) -> list[Projected]:
    """A reply belongs to the thread of the message that it answers, or begins one under it."""
    facts = message_at(fold, step.room, target)
    root = fold.facts(step.room.id, facts.state.root) if facts.state.root else facts
    assert root is not None  # the log knows the root of whatever answered it
    counted = replace(root.state, replies=root.state.replies + 1, replied_us=step.now_us)
    return [MessageState(step.room.id, step.seq, root=root.state.seq), counted]
