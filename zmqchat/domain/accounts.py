"""Deciding on other people's accounts: what administrators and the operator may do to them."""

from __future__ import annotations

from dataclasses import replace

from zmqchat.domain.acquaintance import find_user, owner_of
from zmqchat.domain.case import Case
from zmqchat.domain.credentials import close_device_codes, device_code, is_good, spent
from zmqchat.domain.decision import NOTHING, Decision, Recorded, merge
from zmqchat.domain.devices import shut_out
from zmqchat.domain.people import enter_general
from zmqchat.domain.realm_permissions import Asker
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import FormerName, Membership, Standing, Ticket, User
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Left, PersonRenamed
from zmqchat.protocol.names import normalise_user
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import Deactivate, Reactivate, Recover, RenameUser, SetRealmRole
from zmqchat.protocol.rooms import Role

RECOVERY_US = 24 * 3600 * 1_000_000
"""How long a recovery code is good: it is handed over by telephone, not from screen to screen."""


def set_realm_role(case: Case, request: SetRealmRole) -> Decision:
    """Makes a user an administrator, a member or a guest; guests are not in the general room."""
    user = find_user(case.view, request.name)
    if user.role is request.role:
        return NOTHING
    _keep_an_admin(case, user)
    changed = replace(user, role=request.role)
    codes = _close_granted(case, user) if user.role is RealmRole.ADMIN else ()
    decision = Decision(changes=(changed, *codes), touched=(user.id,), accounts=(user.id,))
    membership = case.view.membership(GENERAL_ID, user.id)
    is_in = membership is not None and membership.standing is Standing.MEMBER
    if request.role is RealmRole.GUEST and is_in:
        return merge(decision, _leave_general(case, changed))
    if request.role is not RealmRole.GUEST and not is_in:
        return merge(decision, enter_general(case.view, changed, 0, case.now_us))
    return decision


def deactivate(case: Case, request: Deactivate) -> Decision:
    """Closes an account: no device of it gets in, and no code that it could come back by."""
    user = find_user(case.view, request.name)
    if not user.active:
        return NOTHING
    _keep_an_admin(case, user)
    closed = replace(user, active=False)
    codes = (*close_device_codes(case.view, user.id, case.now_us), *_close_granted(case, user))
    devices = case.view.devices_of(user.id)
    return merge(Decision(changes=codes), shut_out(case, closed, devices))


def reactivate(case: Case, request: Reactivate) -> Decision:
    """Opens a closed account again, with the devices that it had."""
    user = find_user(case.view, request.name)
    if user.active:
        return NOTHING
    return Decision(changes=(replace(user, active=True),), accounts=(user.id,))


def rename_user(case: Case, request: RenameUser) -> Decision:
    """Gives a user another name. The old one is kept as a FormerName: nobody else can have it.

    The user's devices may still say hello under it, for they learn the new one by the answer.
    """
    user = find_user(case.view, request.name)
    name, skeleton = normalise_user(request.new)
    if name == user.name:
        return NOTHING
    _refuse_taken(case, user, name, skeleton)
    renamed = replace(user, name=name, skeleton=skeleton)
    former = FormerName(user.skeleton, user.name, user.id)
    kept = (former,) if skeleton != user.skeleton else ()
    return Decision(
        changes=(renamed, *kept),
        events=(Recorded(GENERAL_ID, user, 0, PersonRenamed(user.id, user.name, name)),),
        accounts=(user.id,),
    )


def recover(case: Case, request: Recover) -> Decision:
    """For a user who lost all devices: no password, and a one-time code for a new device."""
    user = find_user(case.view, request.name)
    if not user.active:
        raise Refused(
            Code.FORBIDDEN,
            f"The account of {user.name!r} is closed; nothing was changed. Open it first.",
        )
    plain = Decision(changes=(replace(user, password=""),), accounts=(user.id,))
    return merge(plain, device_code(case, user.id, RECOVERY_US))


def _close_granted(case: Case, user: User) -> tuple[Ticket, ...]:
    """The open codes that a user made for others, revoked: they last no longer than the right."""
    return tuple(
        spent(ticket, case.now_us)
        for ticket in case.view.tickets()
        if ticket.made_by == user.id != ticket.user and is_good(ticket, case.now_us)
    )


def _leave_general(case: Case, user: User) -> Decision:
    former = Membership(GENERAL_ID, user.id, Role.MEMBER, Standing.FORMER, case.now_us)
    return Decision(
        changes=(former,),
        events=(Recorded(GENERAL_ID, user, 0, Left(user.id, user.name)),),
        rotate_late=(GENERAL_ID,),  # a guest cannot find the room, so its key is not theirs to have
    )


def _keep_an_admin(case: Case, user: User) -> None:
    """The last administrator stays one, unless the operator says otherwise."""
    if case.asking.asker is not Asker.OPERATOR and list(case.view.admins()) == [user.id]:
        raise Refused(
            Code.FORBIDDEN,
            f"The user {user.name!r} is the last administrator: without one, only the operator "
            "could administer the realm. Nothing was changed; make somebody else one first.",
        )


def _refuse_taken(case: Case, user: User, name: str, skeleton: str) -> None:
    holder = owner_of(case.view, skeleton)
    if holder is not None and holder.id != user.id:
        raise Refused(
            Code.NAME_TAKEN,
            f"The name {name!r} is or was that of {holder.name!r}, or looks the same; "
            "nothing was changed. Choose another name.",
        )
