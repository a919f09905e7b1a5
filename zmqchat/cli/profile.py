"""`zmqchat join` and `zmqchat profile`: who a person is, and towards which realm."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.account import ask_secretly, password_line
from zmqchat.cli.link import join_link
from zmqchat.cli.options import DataOption, JsonOption, ProfileOption
from zmqchat.cli.output import clean, complain, report, say_all
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, UsageError

if TYPE_CHECKING:
    from zmqchat.client.profile import Profile

_LabelArgument = Annotated[str, typer.Argument(metavar="P", help="The profile.")]


def join(
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The name to be known by.")],
    link: Annotated[
        str | None,
        typer.Argument(
            metavar="LINK", show_default=False, help="The join link; without it this machine's."
        ),
    ] = None,
    ask: Annotated[
        bool, typer.Option("--password", help="A further device of yours: ask for the password.")
    ] = False,
    from_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="The same, with the password on stdin.")
    ] = False,
    code: Annotated[
        str | None,
        typer.Option(
            "--code",
            metavar="CODE",
            show_default=False,
            help="A one-time code, from `device link` or from an administrator.",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            "--device",
            metavar="LABEL",
            show_default=False,
            help="What your other devices call this one; without it the host's name.",
        ),
    ] = None,
    profile: ProfileOption = None,
    data: DataOption = None,
) -> None:
    """Join a realm: claim a name and save the profile.

    The name belongs to the key that this device makes, and stays yours. A further device of yours
    joins under the same name with your password or a one-time code.
    """
    from zmqchat.client.entrances import join as join_realm
    from zmqchat.protocol.limits import LABEL_CHARACTERS

    if ask + from_stdin + (code is not None) > 1:
        raise UsageError("give one of --password, --password-stdin and --code")
    where = link or join_link(realm_directory(data))
    password = _password(ask, from_stdin)
    called = socket.gethostname()[:LABEL_CHARACTERS] if device is None else device
    joined = asyncio.run(
        join_realm(where, name, label=profile, password=password, code=code, device=called)
    )
    report(f"joined as {clean(joined.name)} (profile {joined.label})")


def _password(ask: bool, from_stdin: bool) -> str | None:
    if not ask and not from_stdin:
        return None
    given = password_line() if from_stdin else ask_secretly("Password: ")
    if not given:
        raise UsageError("the password is empty")
    return given


def list_profiles(as_json: JsonOption = False) -> None:
    """List the profiles."""
    from zmqchat.client import profile as profiles
    from zmqchat.security.links import bracketed

    in_use = profiles.current()
    saved, damaged = _loaded()
    rows = [
        {
            "profile": profile.label,
            "name": profile.name,
            "server": f"{bracketed(profile.link.host)}:{profile.link.port}",
            "in_use": profile.label == in_use,
        }
        for profile in saved
    ]
    say_all(rows, as_json, ("profile", "name", "server", "in_use"))
    for error in damaged:
        complain(error.message)
    if damaged:
        raise typer.Exit(1)


def _loaded() -> tuple[list[Profile], list[ChatError]]:
    """The saved profiles, and what is wrong with those that cannot be read."""
    from zmqchat.client import profile as profiles

    saved, damaged = [], []
    for label in profiles.labels():
        try:
            saved.append(profiles.load(label))
        except ChatError as error:
            damaged.append(error)
    return saved, damaged


def use(label: _LabelArgument) -> None:
    """Use a profile from now on."""
    from zmqchat.client import profile as profiles

    profiles.use(label)


def remove(
    label: _LabelArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a profile with its key.

    The name cannot be used from this machine again. On a terminal it asks first.
    """
    from zmqchat.client import profile as profiles

    if sys.stdin.isatty() and not yes:
        question = f"Delete the key of profile {clean(label)}? Its name is lost to this machine."
        typer.confirm(question, abort=True)
    profiles.remove(label)
