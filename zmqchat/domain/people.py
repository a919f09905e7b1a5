"""Claiming a name: which key may speak under which name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zmqchat.domain.changes import Change
from zmqchat.domain.state import Device, RealmRole, Registration, User, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.topics import handle


@dataclass(frozen=True, slots=True)
class Claim:
    """A `hello` of a connection: its CURVE public key and the name that it asks for.

    `holds_link` says whether it showed the join link's token; `personal_key` is 32 fresh random
    bytes for the personal topic, used if the name is new.
    """

    key: bytes
    name: str
    label: str
    holds_link: bool
    personal_key: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claim holds. `changes` is empty where the name was this key's already."""

    user: User
    device: Device
    changes: tuple[Change, ...] = ()


def recognise(view: View, claim: Claim) -> Claimed | None:
    """The user whose device this is, or None where the name would have to be claimed first.

    Raises Refused where the key belongs to somebody else, or the name to another key.
    """
    name, skeleton = normalise_user(claim.name)
    device = view.device_of(claim.key)
    owner = view.user(device.user) if device else None
    if device is not None and owner is not None:
        if owner.skeleton != skeleton:
            raise Refused(
                Code.FORBIDDEN,
                f"This device already speaks as {owner.name!r}. "
                f"Use that name, or make another profile for {name!r}.",
            )
        return Claimed(owner, device)
    taken = view.user_named(skeleton)
    if taken is not None:
        raise Refused(
            Code.NAME_TAKEN,
            f"The name {name!r} is taken by another device (as {taken.name!r}). "
            "Choose another name, or use the device that holds it.",
        )
    return None


def claim_name(view: View, claim: Claim, registration: Registration, now_us: int) -> Claimed:
    """Recognises the key, or gives it the free name if the registration allows."""
    known = recognise(view, claim)
    if known is not None:
        return known
    _may_register(registration, claim.holds_link)
    name, skeleton = normalise_user(claim.name)
    realm = view.realm
    user = User(
        id=realm.next_user,
        name=name,
        skeleton=skeleton,
        role=RealmRole.MEMBER,
        handle=handle(realm.next_handle),
        key=claim.personal_key,
        created_us=now_us,
    )
    device = Device(realm.next_device, user.id, claim.key, claim.label, now_us)
    counters = replace(
        realm,
        next_user=realm.next_user + 1,
        next_device=realm.next_device + 1,
        next_handle=realm.next_handle + 1,
    )
    return Claimed(user, device, (counters, user, device))


def _may_register(registration: Registration, holds_link: bool) -> None:
    if registration is Registration.CLOSED:
        raise Refused(
            Code.REGISTRATION_CLOSED,
            "This server takes no new names. Ask its operator to open registration.",
        )
    if registration is Registration.LINK and not holds_link:
        raise Refused(
            Code.REGISTRATION_CLOSED,
            "A new name needs the whole join link, with its token (the part after '?t='). "
            "Ask a member or the operator for it.",
        )
