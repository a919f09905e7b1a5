"""Which decision belongs to which request about people, devices and accounts: one table.

Whoever asks comes through `decide` and nowhere else, so nothing is decided that
`REALM_PERMISSIONS` does not allow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from zmqchat.domain import accounts, credentials, devices, invites, leading, profiles, readings
from zmqchat.domain.case import Case
from zmqchat.domain.decision import Decision
from zmqchat.domain.realm_permissions import require_realm
from zmqchat.errors import Code, Refused
from zmqchat.protocol import requests as ask

AccountRequest = (
    ask.MarkRead
    | ask.SetRoom
    | ask.Ignore
    | ask.SetProfile
    | ask.LabelDevice
    | ask.RemoveDevice
    | ask.MakeLinkCode
    | ask.SetPassword
    | ask.MakeInvite
    | ask.RevokeInvite
    | ask.SetRealmRole
    | ask.Deactivate
    | ask.Reactivate
    | ask.RenameUser
    | ask.Recover
    | ask.AppointOwner
)
"""The requests that change something about people, devices and accounts."""

_DECISIONS: Final[dict[type[AccountRequest], Callable[[Case, Any], Decision]]] = {
    ask.MarkRead: readings.mark_read,
    ask.SetRoom: readings.set_room,
    ask.Ignore: readings.ignore,
    ask.SetProfile: profiles.set_profile,
    ask.LabelDevice: devices.label_device,
    ask.RemoveDevice: devices.remove_device,
    ask.MakeLinkCode: credentials.make_link_code,
    ask.SetPassword: credentials.set_password,
    ask.MakeInvite: invites.make_invite,
    ask.RevokeInvite: invites.revoke_invite,
    ask.SetRealmRole: accounts.set_realm_role,
    ask.Deactivate: accounts.deactivate,
    ask.Reactivate: accounts.reactivate,
    ask.RenameUser: accounts.rename_user,
    ask.Recover: accounts.recover,
    ask.AppointOwner: leading.appoint_owner,
}


def decide(case: Case, request: AccountRequest) -> Decision:
    """What follows from the request; Refused where it may not be asked, or not be granted."""
    require_realm(case.asking, type(request))
    decision = _DECISIONS.get(type(request))
    if decision is None:
        raise Refused(Code.BAD_REQUEST, "This server does not take that request.")
    return decision(case, request)
