"""Whether this machine has IPv6, and names with addresses of a test's choice."""

from __future__ import annotations

import socket
from typing import Any

import pytest

_REAL = socket.getaddrinfo


def has_ipv6() -> bool:
    """Whether something can listen on ::1."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


def fake_names(patch: pytest.MonkeyPatch, **names: list[str]) -> None:
    """Lets `socket.getaddrinfo` resolve these names (`_` for a dot) to these addresses, in order.

    Of other names it knows none.
    """
    known = {name.replace("_", "."): addresses for name, addresses in names.items()}

    def getaddrinfo(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        if host in known:
            found = [_REAL(each, port, family, type, proto, flags) for each in known[host]]
            return [info for infos in found for info in infos]
        try:
            return _REAL(host, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        except socket.gaierror:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None

    patch.setattr(socket, "getaddrinfo", getaddrinfo)
