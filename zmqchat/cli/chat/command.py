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
from zmqchat.errors import ChatError, Code, UsageError

_ASK_AGAIN = frozenset({Code.NAME_TAKEN, Code.NAME_INVALID, Code.BAD_PROFILE})


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

    if not _at_a_terminal():
        raise UsageError("chat needs a terminal; in a script use send, tail and history")
    if profile is None and profiles.current() is None:
        if profiles.labels():
            raise UsageError(
                "there are several profiles: say which with --profile, or choose one for good "
                "with zmqchat profile use"
            )
        _join_here(join_link(realm_directory(data)))
    asyncio.run(talk(profile, room.removeprefix("#") if room else None))


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _join_here(link: str) -> None:
    """Asks for a name until one is free."""
    from zmqchat.client import join

    say("Welcome to zmqchat. Which name do you want to be known by?")
    while True:
        name = _asked()
        if not name:
            continue
        try:
            asyncio.run(join(link, name))
        except ChatError as error:
            if error.code not in _ASK_AGAIN:
                raise
            complain(error.message)
        else:
            return


def _asked() -> str:
    try:
        return input("Name: ").strip()
    except EOFError:  # Ctrl+D
        say()
        raise typer.Abort from None
