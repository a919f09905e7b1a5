"""`zmqchat status`, `name`, `picture`, `password`: how you show yourself, and how you get in."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.addresses import path
from zmqchat.cli.options import ProfileOption
from zmqchat.cli.output import clean, say
from zmqchat.cli.session import with_chat
from zmqchat.errors import ChatError, Code, UsageError

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat

_ClearOption = Annotated[bool, typer.Option("--clear", help="Have none any more.")]


def status(
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", show_default=False, help="Without it yours is printed."),
    ] = None,
    clear: _ClearOption = False,
    profile: ProfileOption = None,
) -> None:
    """Say in a few words what you are up to."""
    if clear and text is not None:
        raise UsageError("give the text or --clear, not both")
    if not clear and text is None:
        say(clean(with_chat(profile, _my_status)))
    else:
        with_chat(profile, lambda chat: chat.set_profile(status=text or ""))


async def _my_status(chat: Chat) -> str:
    (me,) = await chat.people([chat.me.id])
    return str(me["status"])


def name(
    display: Annotated[
        str | None,
        typer.Argument(metavar="DISPLAY", show_default=False, help="Say, your full name."),
    ] = None,
    clear: _ClearOption = False,
    profile: ProfileOption = None,
) -> None:
    """Set the name that you are shown by. The name that you joined under stays your own."""
    _one_of(display, clear, "the name")
    with_chat(profile, lambda chat: chat.set_profile(display=display or ""))


def picture(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", parser=path, show_default=False, help="A PNG, JPEG or WebP."
        ),
    ] = None,
    clear: _ClearOption = False,
    profile: ProfileOption = None,
) -> None:
    """Set your picture, of 64 KiB at most."""
    _one_of(file, clear, "the file")
    data = _picture(file) if file is not None else b""
    with_chat(profile, lambda chat: chat.set_profile(picture=data))


def _one_of(value: object, clear: bool, what: str) -> None:
    if (value is None) != clear:
        raise UsageError(f"give either {what} or --clear")


def _picture(file: Path) -> bytes:
    from zmqchat.protocol.limits import PICTURE_BYTES

    with file.open("rb") as opened:
        data = opened.read(PICTURE_BYTES + 1)
    if not data:
        raise UsageError(f"{clean(str(file))} is empty; your picture stays as it was")
    if len(data) > PICTURE_BYTES:
        raise UsageError(
            f"{clean(str(file))} has more than the {PICTURE_BYTES} bytes that a picture may have; "
            "make it smaller, say 256 pixels wide. Your picture stays as it was",
            Code.TOO_LARGE,
        )
    return data


def password(
    stdin: Annotated[
        bool,
        typer.Option("--stdin", help="Read the new one, and the old one below it, from stdin."),
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Have no password any more.")] = False,
    profile: ProfileOption = None,
) -> None:
    """Set the password that lets further devices of yours in.

    Asks without showing what you type. Devices that are in stay in.
    """
    if stdin:
        new, old = _from_stdin(clear)
    else:
        new, old = _asked_twice(clear)
    with_chat(profile, lambda chat: chat.set_password(new, old))


def _from_stdin(clear: bool) -> tuple[str, str]:
    new = "" if clear else password_line()
    if not new and not clear:
        raise UsageError("the new password on stdin is empty (--clear takes the password away)")
    return new, password_line()


def _asked_twice(clear: bool) -> tuple[str, str]:
    old = ask_secretly("Old password (empty if there is none): ")
    if clear:
        return "", old
    new = ask_secretly("New password: ")
    if ask_secretly("Once more: ") != new:
        raise UsageError("the two are not the same; nothing was changed")
    if not new:
        raise UsageError("the new password is empty; nothing was changed")
    return new, old


def ask_secretly(prompt: str) -> str:
    """What a person types at the terminal without its being shown."""
    if not sys.stdin.isatty():
        raise UsageError("a password is asked for at a terminal; a script gives it on stdin")
    try:
        return getpass.getpass(prompt)
    except EOFError:  # Ctrl+D
        say()
        raise typer.Abort from None


def password_line() -> str:
    """The next line of stdin without its line break; "" at the end."""
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ChatError(Code.BAD_REQUEST, "the password on stdin is not UTF-8") from None
