"""Claiming a name: which key may speak under which name, and how further keys come in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zmqchat.domain.acquaintance import owner_of
from zmqchat.domain.case import Verified
from zmqchat.domain.credentials import is_good, spent
from zmqchat.domain.decision import NOTHING, Decision, Recorded, merge
from zmqchat.domain.lines import cleaned_line
from zmqchat.domain.quotas import DEFAULT, Quotas, check_name
from zmqchat.domain.readings import from_here
from zmqchat.domain.realm_permissions import deactivated, device_removed
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import (
    Device,
    Membership,
    Realm,
    Registration,
    Standing,
    Ticket,
    TicketKind,
    User,
    View,
)
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Joined
from zmqchat.protocol.limits import DEVICES_PER_USER, LABEL_CHARACTERS
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Role
from zmqchat.protocol.topics import handle


@dataclass(frozen=True, slots=True)
class Claim:
    """A `hello` of a connection: its CURVE public key and the name that it asks for.

    `holds_link` says whether its token is the join link's, `token_hash` is the token's hash as a
    code (b"": it is none), in case it is an invitation. A hello with a password or a one-time code
    asks to be a further device: `password` is what came of comparing the password (None: none was
    given), `code_hash` the code's hash (None: none was given, b"": it is no code).
    """

    key: bytes
    name: str
    label: str
    holds_link: bool
    token_hash: bytes = b""
    password: Verified | None = None
    code_hash: bytes | None = None

    @property
    def is_further_device(self) -> bool:
        """Whether it asks for a name that is there already."""
        return self.password is not None or self.code_hash is not None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claim holds. `decision` is empty where the name was this key's already."""

    user: User
    device: Device
    decision: Decision = NOTHING


def password_to_compare(view: View, name: str) -> Verified:
    """Whose password a hello under `name` has to be compared with, before the claim is made.

    Where it fits, this value goes into `Claim.password`, else `Verified()`. The hash is "" where
    there is none: then compare all the same, so that the time it takes does not tell. Refused
    where nobody has the name, which is no secret.
    """
    owner = owner_of(view, normalise_user(name)[1])
    if owner is None:
        raise unfitting()
    return Verified(owner.id, owner.password)


def recognise(view: View, claim: Claim) -> Claimed | None:
    """The user whose device this is, or None where the key would have to be let in first.

    Raises Refused where the key is out, or belongs to somebody else, or the name to another key.
    """
    name, skeleton = normalise_user(claim.name)
    device = view.device_of(claim.key)
    owner = view.user(device.user) if device else None
    if device is not None and owner is not None:
        return _known(view, device, owner, name, skeleton)
    taken = owner_of(view, skeleton)
    if taken is not None and not claim.is_further_device:
        raise Refused(
            Code.NAME_TAKEN,
            f"The name {name!r} is taken by another device (as {taken.name!r}). If it is yours, "
            "come in with its password or with a link code from a device that is in; else choose "
            "another name.",
        )
    return None


def code_fits(view: View, claim: Claim, now_us: int) -> bool:
    """Whether the claim's one-time code is good for its name now, before anything is decided."""
    owner = owner_of(view, normalise_user(claim.name)[1])
    return _device_ticket(view, claim, owner, now_us) is not None


def unfitting() -> Refused:
    """What is said of a password or a code that does not fit the name."""
    return Refused(
        Code.BAD_CREDENTIALS,
        "The name and the password or code do not fit together; nothing was changed. A code is "
        "good once and for a short time: ask for a new one, or check name and password.",
    )


def claim_name(
    view: View,
    claim: Claim,
    registration: Registration,
    now_us: int,
    quotas: Quotas = DEFAULT,
) -> Claimed:
    """Recognises the key, lets it in as a further device, or gives it the free name."""
    known = recognise(view, claim)
    if known is not None:
        return known
    if claim.is_further_device:
        return _further_device(view, claim, now_us)
    return _new_user(view, claim, registration, now_us, quotas)


def enter_general(view: View, user: User, device: int, now_us: int) -> Decision:
    """Makes a user a member of the general room, which everybody but guests is in."""
    member = Membership(GENERAL_ID, user.id, Role.MEMBER, Standing.MEMBER, now_us)
    return Decision(
        changes=(member, *from_here(view, GENERAL_ID, user.id)),
        events=(Recorded(GENERAL_ID, user, device, Joined(user.id, user.name)),),
    )


def _known(view: View, device: Device, owner: User, name: str, skeleton: str) -> Claimed:
    if device.removed_us:
        raise device_removed()
    if owner_of(view, skeleton) != owner:
        raise Refused(
            Code.FORBIDDEN,
            f"This device already speaks as {owner.name!r}. "
            f"Use that name, or make another profile for {name!r}.",
        )
    if not owner.active:
        raise deactivated()
    return Claimed(owner, device)


def _further_device(view: View, claim: Claim, now_us: int) -> Claimed:
    owner = owner_of(view, normalise_user(claim.name)[1])
    ticket = _device_ticket(view, claim, owner, now_us)
    by_password = owner is not None and claim.password is not None and claim.password.holds(owner)
    if owner is None or (ticket is None and not by_password):
        raise unfitting()
    if not owner.active:
        raise deactivated()
    if len(list(view.devices_of(owner.id))) >= DEVICES_PER_USER:
        raise Refused(
            Code.FORBIDDEN,
            f"The user {owner.name!r} has {DEVICES_PER_USER} devices, as many as there may "
            "be; this one was not added. Remove one first, on a device that is in.",
        )
    realm, device = _new_device(view.realm, claim, owner.id, now_us)
    used = (spent(ticket, now_us, owner.id),) if ticket else ()
    return Claimed(owner, device, Decision(changes=(realm, device, *used), accounts=(owner.id,)))


def _device_ticket(view: View, claim: Claim, owner: User | None, now_us: int) -> Ticket | None:
    ticket = view.ticket_hashed(claim.code_hash) if claim.code_hash else None
    if ticket is None or owner is None or ticket.kind is not TicketKind.DEVICE:
        return None
    return ticket if ticket.user == owner.id and is_good(ticket, now_us) else None


def _new_device(realm: Realm, claim: Claim, user: int, now_us: int) -> tuple[Realm, Device]:
    label = cleaned_line(claim.label, LABEL_CHARACTERS)
    device = Device(realm.next_device, user, claim.key, label, now_us)
    return replace(realm, next_device=realm.next_device + 1), device


def _new_user(
    view: View, claim: Claim, registration: Registration, now_us: int, quotas: Quotas
) -> Claimed:
    ticket = view.ticket_hashed(claim.token_hash) if claim.token_hash else None
    invite = ticket if ticket and ticket.kind is TicketKind.INVITE else None
    _may_register(registration, claim, invite, now_us)
    usable = invite if invite and is_good(invite, now_us) else None
    if usable is None:
        check_name(view, quotas)
    name, skeleton = normalise_user(claim.name)
    realm = view.realm
    user = User(
        id=realm.next_user,
        name=name,
        skeleton=skeleton,
        role=usable.role if usable else RealmRole.MEMBER,
        handle=handle(realm.next_handle),
        created_us=now_us,
        by_link=usable is None,
    )
    counted, device = _new_device(realm, claim, user.id, now_us)
    counters = replace(counted, next_user=realm.next_user + 1, next_handle=realm.next_handle + 1)
    used = (spent(usable, now_us, user.id),) if usable else ()
    decision = Decision(changes=(counters, user, device, *used))
    if user.role is not RealmRole.GUEST:
        decision = merge(decision, enter_general(view, user, device.id, now_us))
    return Claimed(user, device, decision)


def _may_register(
    registration: Registration, claim: Claim, invite: Ticket | None, now_us: int
) -> None:
    """Refused where the registration does not let a new name in this way."""
    if registration is Registration.CLOSED:
        raise Refused(
            Code.REGISTRATION_CLOSED,
            "This server takes no new names. Ask its operator to open registration.",
        )
    if registration is Registration.OPEN or (invite and is_good(invite, now_us)):
        return
    if registration is Registration.LINK and claim.holds_link:
        return
    if invite is not None or (registration is Registration.INVITE and claim.token_hash):
        raise Refused(
            Code.BAD_CREDENTIALS,
            "This invitation is not good, or not any more: it lets one name in, and for a limited "
            "time. Nothing was changed; ask an administrator for a new one.",
        )
    if registration is Registration.INVITE:
        raise Refused(
            Code.REGISTRATION_CLOSED,
            "A new name needs an invitation here. Ask an administrator for one.",
        )
    raise Refused(
        Code.REGISTRATION_CLOSED,
        "A new name needs the whole join link, with its token (the part after '?t='). "
        "Ask a member or the operator for it.",
    )
