"""Links: to a realm, `zmqchat://HOST:PORT/KEY?t=TOKEN`, and to a message, `…/KEY/ROOM/SEQ`.

A join link is all that a client needs to reach a realm; a message link lets nobody in.
KEY is the realm's CURVE public key (32 bytes) in base64url without padding, so a client knows the
server before it speaks to it. TOKEN shows that its holder was given the link.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass

from zmqchat.errors import Code, UsageError
from zmqchat.protocol.limits import KEY_BYTES

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, not bound
"""Hosts that are every address of a machine: to listen at, and not to dial."""

_SCHEME = "zmqchat://"
_LONGEST = 1024
_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"  # 1 to 63 characters (RFC 1035)
_HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_DIGITS = re.compile(r"[0-9.]+")  # no name ends in a number (RFC 1123)
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{0,128}")


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A realm's address, CURVE public key (32 bytes) and join token ("" where none is needed).

    `host` is a DNS name, an IPv4 address, or an IPv6 address without brackets.
    """

    host: str
    port: int
    key: bytes
    token: str = ""

    def __post_init__(self) -> None:
        _check_host(self.host)
        if not 0 < self.port < 65536:
            raise _bad(f"port {self.port} is not between 1 and 65535")
        if len(self.key) != KEY_BYTES:
            raise _bad("its key has not 32 bytes")
        if not _TOKEN.fullmatch(self.token):
            raise _bad("its token (?t=…) has characters that no token has")

    @property
    def address(self) -> str:
        """The server's address as ZeroMQ takes it."""
        return f"tcp://{bracketed(self.host)}:{self.port}"

    def __str__(self) -> str:
        token = f"?t={self.token}" if self.token else ""
        return f"{_SCHEME}{bracketed(self.host)}:{self.port}/{_encoded(self.key)}{token}"


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A message: the realm's address and key, the room's id and the seq.

    What a room is called may change, and a conversation is called otherwise by each of its people.

    It holds no token: it is of use to those who are in the realm and in the room.
    """

    host: str
    port: int
    key: bytes
    room: int
    seq: int

    def __post_init__(self) -> None:
        JoinLink(self.host, self.port, self.key)
        if not 0 < self.room < 2**63:
            raise _bad(f"{self.room} is no room's number", _WHAT)
        if not 0 < self.seq < 2**63:
            raise _bad(f"{self.seq} is no message's number", _WHAT)

    def __str__(self) -> str:
        where = f"{_SCHEME}{bracketed(self.host)}:{self.port}/{_encoded(self.key)}"
        return f"{where}/{self.room}/{self.seq}"


def _encoded(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def bracketed(host: str) -> str:
    """`host` as it stands before `:PORT`: an IPv6 address gets brackets."""
    return f"[{host}]" if ":" in host else host


def is_host(text: str) -> bool:
    """Whether it is a DNS name, an IPv4 address, or an IPv6 address without brackets."""
    try:
        _check_host(text)
    except UsageError:
        return False
    return True


def parse(text: str) -> JoinLink:
    """The link in `text`, blanks around it dropped; UsageError(BAD_LINK) says what is wrong."""
    address, rest = _parts(text)
    key, _, query = rest.partition("?")
    return JoinLink(*_host_and_port(address), _key(key), _token(query))


def is_link(text: str) -> bool:
    """Whether `text` is meant as a link at all, and not as a room's name."""
    return text.strip().lower().startswith(_SCHEME)


def parse_message(text: str) -> MessageLink:
    """The link to a message in `text`; UsageError(BAD_LINK) says what is wrong with it."""
    address, rest = _parts(text)
    key, *path = rest.split("/")
    if len(path) != 2:
        raise _bad("it does not end in /ROOM/SEQ", _WHAT)
    room, seq = path
    return MessageLink(
        *_host_and_port(address), _key(key), _count(room, "room"), _count(seq, "message")
    )


def _count(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise _bad(f"{_shown(text)} is no {what}'s number", _WHAT)
    return int(text)


def _parts(text: str) -> tuple[str, str]:
    """HOST:PORT, and what stands behind the slash."""
    text = text.strip()
    if len(text) > _LONGEST:
        raise _bad(f"it is longer than {_LONGEST} characters")
    if not is_link(text):
        raise _bad(f"it does not begin with {_SCHEME}")
    address, slash, rest = text[len(_SCHEME) :].partition("/")
    if not slash:
        raise _bad("the realm's key after HOST:PORT/ is missing")
    return address, rest


_WHAT = ("message link", "the whole link to the message")


def _bad(
    reason: str, what: tuple[str, str] = ("join link", "the whole link that `zmqchat link` prints")
) -> UsageError:
    kind, whole = what
    return UsageError(f"the {kind} is not usable: {reason}; copy {whole}", Code.BAD_LINK)


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise _bad(f"{_shown(host)} is not an IPv6 address") from None
    elif not _HOST_NAME.fullmatch(host) or (_DIGITS.fullmatch(host) and not _is_ipv4(host)):
        raise _bad(f"{_shown(host)} is not a host name" if host else "its host is missing")


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port or address.endswith("]"):
        raise _bad("its port is missing")
    if not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise _bad(f"{_shown(port)} is not a port")
    if host.startswith("[") and host.endswith("]") and ":" in host:
        return host[1:-1], int(port)
    if ":" in host:
        raise _bad("an IPv6 address needs brackets, as in [::1]:5555")
    return host, int(port)


def _key(text: str) -> bytes:
    if not text:
        raise _bad("the realm's key after HOST:PORT/ is missing")
    if len(text) != 43:
        raise _bad(f"its key has {len(text)} characters instead of 43 (was it cut short?)")
    if not _KEY.fullmatch(text):
        raise _bad("its key has characters that no key has")
    key = base64.urlsafe_b64decode(text + "=")
    if base64.urlsafe_b64encode(key).rstrip(b"=").decode() != text:  # unused bits of the last one
        raise _bad("its key is damaged")
    return key


def _token(query: str) -> str:
    if not query:
        return ""
    name, _, value = query.partition("=")
    if name != "t" or not value:
        raise _bad(f"{_shown(query)} is not understood (?t=TOKEN is)")
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
