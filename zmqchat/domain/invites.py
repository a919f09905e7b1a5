"""Deciding on invitations to the realm: one-time codes, each good for one new name."""

from __future__ import annotations

from zmqchat.domain.case import Case
from zmqchat.domain.credentials import Grant, is_good, new_ticket, spent
from zmqchat.domain.decision import NOTHING, Decision
from zmqchat.domain.lines import checked_line
from zmqchat.domain.state import Ticket, TicketKind, View
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import INVITES_OPEN, LABEL_CHARACTERS
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import MakeInvite, RevokeInvite

SHORTEST_S = 60
LONGEST_S = 90 * 86_400
"""How long an invitation may be good, in seconds; one that is forgotten should not be for ever."""


def make_invite(case: Case, request: MakeInvite) -> Decision:
    """A code that lets one new name in, as a member or a guest."""
    if request.role is RealmRole.ADMIN:
        raise Refused(
            Code.BAD_REQUEST,
            "Nobody is invited as an administrator; no invitation was made. Invite a member, and "
            "make them one when they are in.",
        )
    if not SHORTEST_S <= request.valid_s <= LONGEST_S:
        raise Refused(
            Code.BAD_REQUEST,
            f"An invitation is good for {SHORTEST_S} seconds to {LONGEST_S // 86_400} days; none "
            "was made.",
        )
    if len(open_invites(case.view, case.now_us)) >= INVITES_OPEN:
        raise Refused(
            Code.FORBIDDEN,
            f"There are {INVITES_OPEN:,} open invitations, as many as there may be; none was made. "
            "Revoke some that nobody will use.",
        )
    label = checked_line(request.label, "label", LABEL_CHARACTERS)
    valid_us = request.valid_s * 1_000_000
    grant = Grant(TicketKind.INVITE, valid_us, role=request.role, label=label)
    return Decision(changes=new_ticket(case, grant), until_us=case.now_us + valid_us)


def revoke_invite(case: Case, request: RevokeInvite) -> Decision:
    """An invitation is good for nothing any more; one that is used or over is left as it is."""
    ticket = case.view.ticket(request.invite)
    if ticket is None or ticket.kind is not TicketKind.INVITE:
        raise Refused(
            Code.NOT_FOUND, f"There is no invitation {request.invite}; nothing was changed."
        )
    if ticket.used_by:
        raise Refused(
            Code.FORBIDDEN,
            f"Invitation {ticket.id} was used already; nothing was changed. To put out whom it "
            "let in, close the account.",
        )
    if not is_good(ticket, case.now_us):
        return NOTHING
    return Decision(changes=(spent(ticket, case.now_us),))


def open_invites(view: View, now_us: int) -> list[Ticket]:
    """The invitations that can still be used."""
    return [
        ticket
        for ticket in view.tickets()
        if ticket.kind is TicketKind.INVITE and is_good(ticket, now_us)
    ]
