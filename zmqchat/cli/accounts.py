"""`zmqchat admin users`, `role`, `invite` and the like: the realm's accounts.

By the operator's key (`--data`), or as an administrator of the realm (`--profile`).
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zmqchat.cli.authority import link_of, with_authority
from zmqchat.cli.device import DeviceArgument, day, say_devices
from zmqchat.cli.options import DataOption, JsonOption, NameArgument
from zmqchat.cli.output import clean, json_line, note, say, say_all

if TYPE_CHECKING:
    from zmqchat.client.administration import Invite, Leaderless, User

_DAY_S = 86_400

_AsOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="P",
        show_default=False,
        help="Ask as this profile, which is an administrator's, instead of as the operator.",
    ),
]


class Standing(StrEnum):
    """What somebody is in the realm."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"


def users(data: DataOption = None, profile: _AsOption = None, as_json: JsonOption = False) -> None:
    """List the accounts of the realm."""
    rows = with_authority(data, profile, lambda realm: realm.users())
    say_all(
        [row.to_json() if as_json else _shown_user(row) for row in rows],
        as_json,
        ("name", "role", "state", "devices", "since"),
    )


def _shown_user(user: User) -> dict[str, Any]:
    state = user.presence if user.active else "deactivated"
    return {**user.to_json(), "state": state, "since": day(user.created_at)}


def role(
    name: NameArgument,
    as_what: Annotated[Standing, typer.Argument(metavar="ROLE", help="admin, member or guest.")],
    data: DataOption = None,
    profile: _AsOption = None,
) -> None:
    """Make somebody an administrator, a member or a guest of the realm."""
    with_authority(data, profile, lambda realm: realm.set_realm_role(name, as_what.value))


def deactivate(name: NameArgument, data: DataOption = None, profile: _AsOption = None) -> None:
    """Close an account: its devices are out at once, its messages stay.

    Rooms that have no owner afterwards are named on stderr.
    """
    for left in with_authority(data, profile, lambda realm: realm.deactivate(name)):
        note(clean(f"#{left.room} has no owner now; give it one: {_appointing(left)}"))


def leaderless(
    data: DataOption = None, profile: _AsOption = None, as_json: JsonOption = False
) -> None:
    """List the rooms that nobody leads: their owners' accounts are closed."""
    rows = with_authority(data, profile, lambda realm: realm.leaderless())
    say_all(
        [{"room": row.room, "members": list(row.members)} for row in rows]
        if as_json
        else [{"room": f"#{row.room}", "members": ", ".join(row.members)} for row in rows],
        as_json,
        ("room", "members"),
    )


def appoint(
    room: Annotated[str, typer.Argument(metavar="ROOM", help="A room that has no owner.")],
    name: NameArgument,
    data: DataOption = None,
    profile: _AsOption = None,
) -> None:
    """Make a member the owner of a room that nobody leads. Nobody enters the room by it."""
    with_authority(data, profile, lambda realm: realm.appoint_owner(room, name))


def _appointing(left: Leaderless) -> str:
    who = " or ".join(left.members[:3]) if left.members else "one of its members"
    return f"zmqchat admin appoint {left.room} NAME ({who})"


def reactivate(name: NameArgument, data: DataOption = None, profile: _AsOption = None) -> None:
    """Open a closed account again, with the devices that it had."""
    with_authority(data, profile, lambda realm: realm.reactivate(name))


def rename(
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    data: DataOption = None,
    profile: _AsOption = None,
) -> None:
    """Give somebody another name. Nobody else can take the old one."""
    with_authority(data, profile, lambda realm: realm.rename_user(name, new))


def recover(name: NameArgument, data: DataOption = None, profile: _AsOption = None) -> None:
    """Let somebody who lost all devices in again: takes the password away, prints a code."""
    made = with_authority(data, profile, lambda realm: realm.recover(name))
    say(clean(made.code))
    note(
        f"give it to {clean(name)} only; good once, until {day(made.until)}: "
        f"zmqchat join LINK --name {clean(name)} --code {clean(made.code)}"
    )


def invite(
    guest: Annotated[
        bool, typer.Option("--guest", help="A guest sees only the rooms of an invitation.")
    ] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=90, help="How long it is good.")
    ] = 7,
    label: Annotated[
        str, typer.Option("--label", metavar="TEXT", help="For whom; shown in the list.")
    ] = "",
    data: DataOption = None,
    profile: _AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a join link that lets one new name into the realm."""
    link = link_of(data, profile)
    standing = Standing.GUEST if guest else Standing.MEMBER
    made = with_authority(
        data,
        profile,
        lambda realm: realm.make_invite(role=standing.value, valid_s=days * _DAY_S, label=label),
    )
    invitation = str(replace(link, token=made.code))
    if as_json:
        say(json_line({"link": invitation, **made.to_json()}))
    else:
        say(invitation)
        note(f"good for one name, until {day(made.until)}")


def invites(
    data: DataOption = None, profile: _AsOption = None, as_json: JsonOption = False
) -> None:
    """List the invitations, newest first. Their codes are not kept."""
    rows = with_authority(data, profile, lambda realm: realm.invites())
    say_all(
        [row.to_json() if as_json else _shown_invite(row) for row in rows],
        as_json,
        ("id", "role", "label", "made_by", "until", "used_by"),
    )


def _shown_invite(invitation: Invite) -> dict[str, Any]:
    by = invitation.made_by or "(operator)"
    until = f"until {day(invitation.until)}"
    used = f"used by {invitation.used_by}" if invitation.used_by else ""
    return {**invitation.to_json(), "made_by": by, "until": until, "used_by": used}


def revoke(
    invitation: Annotated[
        int, typer.Argument(metavar="ID", min=1, help="Its number, as the list has it.")
    ],
    data: DataOption = None,
    profile: _AsOption = None,
) -> None:
    """Make an invitation good for nothing."""
    with_authority(data, profile, lambda realm: realm.revoke_invite(invitation))


def devices(
    name: NameArgument,
    data: DataOption = None,
    profile: _AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List somebody's devices."""
    say_devices(with_authority(data, profile, lambda realm: realm.devices(name)), as_json)


def remove_device(
    device: DeviceArgument, data: DataOption = None, profile: _AsOption = None
) -> None:
    """Put a device of anybody out, at once and for good."""
    with_authority(data, profile, lambda realm: realm.remove_device(device))
