"""What lets further devices in: one-time codes, and the password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from zmqchat.domain.case import Case
from zmqchat.domain.changes import Change
from zmqchat.domain.decision import NOTHING, Decision
from zmqchat.domain.state import Ticket, TicketGone, TicketKind, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import HASH_BYTES
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import MakeLinkCode, SetPassword

LINK_CODE_US = 10 * 60 * 1_000_000
"""How long a link code is good: as long as it takes to go to the other device and type it."""


_DAY_US: Final = 24 * 60 * 60 * 1_000_000

KEPT_US: Final = {TicketKind.INVITE: 30 * _DAY_US, TicketKind.DEVICE: _DAY_US}
"""How long a code is kept after it was used, revoked, or over: it is listed whom an invitation let
in."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new one-time code is to be good for."""

    kind: TicketKind
    valid_us: int
    user: int = 0
    role: RealmRole = RealmRole.MEMBER
    label: str = ""


def new_ticket(case: Case, grant: Grant) -> tuple[Change, ...]:
    """The realm with its counter on, and the ticket for the code that the shell made."""
    code_hash = case.means.code_hash
    assert len(code_hash) == HASH_BYTES
    assert case.view.ticket_hashed(code_hash) is None
    realm = case.view.realm
    ticket = Ticket(
        id=realm.next_ticket,
        hash=code_hash,
        kind=grant.kind,
        user=grant.user,
        role=grant.role,
        label=grant.label,
        made_by=case.asking.user.id if case.asking.user else 0,
        created_us=case.now_us,
        until_us=case.now_us + grant.valid_us,
    )
    return replace(realm, next_ticket=realm.next_ticket + 1), ticket


def is_good(ticket: Ticket, now_us: int) -> bool:
    """Whether a code can still be used."""
    return not ticket.spent_us and now_us < ticket.until_us


def outlived(view: View, now_us: int) -> list[TicketGone]:
    """The codes that are good for nothing any more, and that nobody asks about: `KEPT_US`."""
    return [
        TicketGone(ticket.id, ticket.hash)
        for ticket in view.tickets()
        if (ticket.spent_us or ticket.until_us) + KEPT_US[ticket.kind] <= now_us
    ]


def spent(ticket: Ticket, now_us: int, used_by: int = 0) -> Ticket:
    """The ticket, used or revoked."""
    return replace(ticket, spent_us=now_us, used_by=used_by)


def close_device_codes(
    view: View, user: int, now_us: int, *, made_by: int | None = None
) -> tuple[Ticket, ...]:
    """The user's open link and recovery codes, revoked; only those of `made_by` where it is said.

    A removed device could have made a link code; a recovery code is somebody else's, and stays.
    """
    return tuple(
        spent(ticket, now_us)
        for ticket in view.tickets()
        if ticket.kind is TicketKind.DEVICE
        and ticket.user == user
        and is_good(ticket, now_us)
        and made_by in {None, ticket.made_by}
    )


def device_code(case: Case, user: int, valid_us: int) -> Decision:
    """A one-time code for a further device of `user`, in the place of any that was open."""
    old = close_device_codes(case.view, user, case.now_us)
    new = new_ticket(case, Grant(TicketKind.DEVICE, valid_us, user))
    return Decision(changes=(*old, *new), until_us=case.now_us + valid_us)


def make_link_code(case: Case, request: MakeLinkCode) -> Decision:
    """A code with which a further device becomes the asker's; it replaces the one before."""
    return device_code(case, case.user.id, LINK_CODE_US)


def set_password(case: Case, request: SetPassword) -> Decision:
    """Sets, changes or takes away the asker's password; the old one has to be known."""
    user = case.user
    if user.password and not case.means.old.holds(user):
        raise Refused(
            Code.BAD_CREDENTIALS,
            "The old password is not right; the password stays as it was. Without it, an "
            "administrator can recover the account.",
        )
    if user.password == case.means.password_hash:  # both "": there was none to take away
        return NOTHING
    changed = replace(user, password=case.means.password_hash)
    return Decision(changes=(changed,), accounts=(user.id,))
