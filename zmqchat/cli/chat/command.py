"""The command itself: finds out who talks, and asks where that is not known yet."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from zmqchat.cli.link import join_link
from zmqchat.cli.options import DataOption, ProfileOption
from zmqchat.cli.output import complain, say
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, UsageError


def chat(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", show_default=False, help="Look at it first.")
    ] = None,
    profile: ProfileOption = None,
    data: DataOption = None,
) -> None:
    """Talk in the terminal.

    Without a profile it asks for a name and joins this machine's realm.
    """
    from zmqchat.cli.chat.app import talk
    from zmqchat.client import profile as profiles

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("chat needs a terminal; in a script use send, tail and history")
    if profile is None and profiles.current() is None:
        _join_here(join_link(realm_directory(data)))
    asyncio.run(talk(profile, room.removeprefix("#") if room else None))


def _join_here(link: str) -> None:
    """Asks for a name until one is free."""
    from zmqchat.client import join

    say("Welcome to zmqchat. Which name do you want to be known by?")
    while True:
        name = input("Name: ").strip()
        if not name:
            continue
        try:
            asyncio.run(join(link, name))
        except ChatError as error:
            complain(error.message)
        else:
            return
