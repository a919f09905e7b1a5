"""The table of commands: every name of the command line and the function that is behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from zmqchat import __version__
from zmqchat.cli import (
    account,
    accounts,
    admin,
    attention,
    conversation,
    device,
    members,
    messages,
    profile,
    reading,
    rooms,
)
from zmqchat.cli.chat.command import chat
from zmqchat.cli.doctor import doctor
from zmqchat.cli.gui import gui
from zmqchat.cli.link import link
from zmqchat.cli.output import say
from zmqchat.cli.serve import broker, server
from zmqchat.cli.up import up


def _version(asked: bool) -> None:
    if asked:
        say(f"zmqchat {__version__}")
        raise typer.Exit


def _family(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


app = _family("Team chat over ZeroMQ whose timeline proves that it is complete and unaltered.")


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _add(family: typer.Typer, *commands: Callable[..., None]) -> None:
    for command in commands:
        family.command()(command)


_add(app, up, broker, server, link)
_add(app, profile.join, messages.send, messages.tail, messages.history)
_add(app, conversation.edit, conversation.redact, conversation.react, conversation.pin)
_add(app, reading.pins, reading.thread, reading.show, reading.search)
_add(app, rooms.rooms, members.who, rooms.create, rooms.enter, rooms.leave)
_add(app, members.invite, members.kick, members.ban, members.unban, members.role)
_add(app, rooms.describe, rooms.rename, rooms.archive)
_add(app, attention.read, attention.unread, attention.mute, attention.notify, attention.ignore)
_add(app, account.status, account.name, account.picture, account.password)

_device = _family("The devices that are you.")
_device.command("list")(device.list_devices)
_device.command("link")(device.link_device)
_device.command("rename")(device.rename_device)
_device.command("remove")(device.remove_device)
app.add_typer(_device, name="device")

_profile = _family("Who you are, of several.")
_profile.command("list")(profile.list_profiles)
_add(_profile, profile.use, profile.remove)
app.add_typer(_profile, name="profile")

_add(app, chat, gui, doctor)

_admin = _family("What the operator does on the realm's machine, and administrators anywhere.")
_add(_admin, admin.backup, admin.restore, admin.usage, admin.verify, admin.broker_kit)
_add(_admin, admin.new_realm, admin.new_keys)
_add(_admin, accounts.users, accounts.role, accounts.deactivate, accounts.reactivate)
_add(_admin, accounts.rename, accounts.recover, accounts.leaderless, accounts.appoint)
_add(_admin, accounts.invite, accounts.invites, accounts.revoke)
_add(_admin, accounts.devices, accounts.remove_device)
app.add_typer(_admin, name="admin")
