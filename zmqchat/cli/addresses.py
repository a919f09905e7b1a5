"""Hosts and addresses as options give them: what cannot work is said before anything is made.

The functions are callbacks of options, so that a wrong value is a wrong call of that option.
"""

from __future__ import annotations

import socket
from pathlib import Path

import typer

from zmqchat.errors import ChatError

_EXAMPLES = "as in chat.example, 10.0.0.2 or fd00::1"
_LAST_PORT = 65_535


def host(value: str) -> str:
    """An address of this machine to listen at, or a name that has one; without brackets."""
    place = _bare(value)
    place = "0.0.0.0" if place == "*" else place  # noqa: S104 - the same
    try:
        found = socket.getaddrinfo(place, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise _no_host(value) from None
    if not place or not any(_is_ours(family, address) for family, _, _, _, address in found):
        raise typer.BadParameter(
            f"{value!r} is no address of this machine; give one that it has, or 0.0.0.0 for all"
        )
    return place


def advertised(value: str | None) -> str | None:
    """A host that clients can dial, without brackets."""
    from zmqchat.security.links import EVERYWHERE, is_host

    if value is None:
        return None
    place = _bare(value)
    if not is_host(place):
        raise _no_host(value)
    if place in EVERYWHERE:
        raise typer.BadParameter(f"nobody can dial {value!r}; give the host that clients dial")
    return place


def endpoint(value: str) -> str:
    """Where a broker listens: `tcp://HOST:PORT`, where `*` is every address, or `ipc://PATH`."""
    if is_address(value) or value.removeprefix("ipc://") not in {"", value}:
        return value
    raise typer.BadParameter(f"{value!r} is no address like tcp://HOST:PORT or tcp://*:PORT")


def database(value: str | None) -> str | None:
    """A path or URL of a database that there can be."""
    if value is None:
        return None
    if not value:
        raise typer.BadParameter("it is empty; give a path, or sqlite:////PATH")
    from zmqchat.storage.engines import backend_for

    try:
        place = Path(backend_for(value).name)
    except ChatError as error:
        raise typer.BadParameter(error.message) from None
    if place.is_dir():
        raise typer.BadParameter(f"{value!r} is a directory; give the database's file")
    return value


def path(value: str) -> Path:
    """A path as it was given. An empty one, a variable that is not set, is not the directory here.

    It parses an option or argument, for `Path("")` is `Path(".")`.
    """
    if not value:
        raise typer.BadParameter("it is empty; give a path, or . for the directory here")
    return Path(value)


def directory(value: Path | None) -> Path | None:
    """A directory, or where one can be made."""
    if value is None:
        return None
    for above in (value, *value.expanduser().absolute().parents):
        if above.exists() and not above.is_dir():
            raise typer.BadParameter(f"{str(above)!r} is not a directory")
    return value


def finite(value: float) -> float:
    """A number that is one."""
    if value != value:
        raise typer.BadParameter("it is not a number")
    return value


def is_address(url: str, *, anywhere: bool = True) -> bool:
    """Whether it is `tcp://HOST:PORT`; a host of `*` counts where it may be `anywhere`."""
    from zmqchat.security.links import is_host

    place, _, port = url.removeprefix("tcp://").rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    if not url.startswith("tcp://") or not 0 < number <= _LAST_PORT:
        return False
    if place == "*":
        return anywhere
    return is_host(_bare(place)) and (":" in place) == place.startswith("[")


def _bare(value: str) -> str:
    return value[1:-1] if value.startswith("[") and value.endswith("]") else value


def _no_host(value: str) -> typer.BadParameter:
    return typer.BadParameter(
        f"{value!r} is no host name and no address; give the host alone, {_EXAMPLES}"
    )


def _is_ours(family: int, address: tuple[object, ...]) -> bool:
    """Whether this machine can listen at an address: it is tried, on a port that is free."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True
