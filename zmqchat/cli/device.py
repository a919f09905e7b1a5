"""`zmqchat device`: the devices that are you."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zmqchat.cli.options import JsonOption, ProfileOption
from zmqchat.cli.output import clean, note, say, say_all
from zmqchat.cli.session import with_chat

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat
    from zmqchat.client.devices import Device

DeviceArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, help="Its number, as the list has it.")
]


def list_devices(profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List your devices, oldest first."""
    say_devices(with_chat(profile, lambda chat: chat.devices()), as_json)


def say_devices(devices: Sequence[Device], as_json: bool) -> None:
    """Prints a list of devices."""
    columns = ("id", "label", "state", "since", "seen")
    say_all([d.to_json() if as_json else _shown(d) for d in devices], as_json, columns)


def _shown(device: Device) -> dict[str, Any]:
    here = "this device" if device.this else "online" if device.online else "offline"
    return {
        "id": device.id,
        "label": device.label or "(no label)",
        "state": here,
        "since": day(device.created_at),
        "seen": day(device.seen_at),
    }


def day(moment: datetime | None) -> str:
    """A moment for people, by this machine's clock; a dash where there is none."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "-"


def link_device(profile: ProfileOption = None) -> None:
    """Make a one-time code that lets a further device of yours in."""
    name, code, until = with_chat(profile, _code)
    say(clean(code))
    note(
        f"on the other device, before {until.astimezone():%H:%M}: "
        f"zmqchat join LINK --name {clean(name)} --code {clean(code)}"
    )


async def _code(chat: Chat) -> tuple[str, str, datetime]:
    made = await chat.link_code()
    return chat.name, made.code, made.until


def rename_device(
    device: DeviceArgument,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="What to call it.")],
    profile: ProfileOption = None,
) -> None:
    """Call one of your devices something else."""
    with_chat(profile, lambda chat: chat.label_device(device, label))


def remove_device(device: DeviceArgument, profile: ProfileOption = None) -> None:
    """Put one of your devices out, at once and for good."""
    with_chat(profile, lambda chat: chat.remove_device(device))
