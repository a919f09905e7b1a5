"""What peers reach of our own decoding: one target each, which raises where something is wrong.

A target takes whatever bytes there are. That it refuses them as it should is no finding.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta, timezone

from zmqchat_gui.viewmodels.references import Names
from zmqchat_gui.viewmodels.richtext import one_line, render

from tests.attack.hostile import leaks, wrong_in_a_terminal, wrong_in_html, wrong_on_a_line
from zmqchat.cli.output import clean, shown
from zmqchat.domain.lines import checked_line, cleaned_line, is_line
from zmqchat.domain.pictures import picture_size
from zmqchat.errors import PeerError, Refused, UsageError
from zmqchat.protocol import codec
from zmqchat.protocol.addresses import followed, is_link
from zmqchat.protocol.display import bare, isolated, named, settled, tamed, visible
from zmqchat.protocol.events import BODY_TYPES
from zmqchat.protocol.mentions import begun, mentions, spans
from zmqchat.protocol.names import (
    is_user,
    key_of_look,
    name_from,
    normalise_room,
    normalise_user,
    user_key,
)
from zmqchat.protocol.prose import has_link, links, tokens
from zmqchat.protocol.reactions import canonical_reaction
from zmqchat.protocol.requests import BY_TYPE
from zmqchat.search import query
from zmqchat.security import codes, zap
from zmqchat.security import links as addresses
from zmqchat.security import tokens as listening
from zmqchat.server.recency import Recency

_EAST, _WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
_KEY = bytes(32)
_NOW_US = 1_700_000_000_000_000
_TYPES = sorted(BODY_TYPES)
_NAMES = Names("ann", {"ben": "ben", "anna": "anna"}, {"general": "general", "dev": "dev"})
_GOOD = listening.issue(_KEY, 1, 2, _NOW_US + 1)


def _text(data: bytes) -> str:
    """Bytes as a text that a peer could send: strict MessagePack lets no other in."""
    return data.decode(errors="replace")


def _is_one_line(error: PeerError | Refused | UsageError) -> None:
    assert not wrong_on_a_line(str(error)), error


def _request(data: bytes) -> None:
    number = codec.request_id(data)
    try:
        request = codec.decode_request(data)
    except PeerError as error:
        _is_one_line(error)
        return
    envelope = codec.decode_envelope(data)
    assert number == envelope.id == request.id
    assert BY_TYPE[envelope.type] is type(request.body)
    assert codec.decode_request(codec.encode(request)) == request


def _reply(data: bytes) -> None:
    try:
        reply = codec.decode_reply(data)
    except PeerError as error:
        _is_one_line(error)
        return
    assert (reply.ok is None) is not (reply.error is None)


def _frame(data: bytes) -> None:
    try:
        codec.decode_frame(data)
    except PeerError as error:
        _is_one_line(error)


def _body(data: bytes) -> None:
    """The first byte says of which type."""
    kind = [*_TYPES, "of-another-kind"][data[0] % (len(_TYPES) + 1)] if data else "posted"
    try:
        body = codec.decode_body(kind, data[1:])
    except PeerError as error:
        _is_one_line(error)
        return
    assert codec.encode(body) == data[1:]


def _zap(data: bytes) -> None:
    """Frames, each up to the next ÿ."""
    try:
        request = zap.parse(data.split(b"\xff"))
    except PeerError as error:
        _is_one_line(error)
        return
    key, device = zap.any_curve_key(request), zap.listening_token(_KEY, lambda: _NOW_US)(request)
    listed = zap.listed_curve_keys([b"k" * 32])(request)
    assert (listed is not None) is (key == (b"k" * 32).hex())
    for allowed in (key, device):
        answer = zap.reply(request, allowed)
        assert (answer[2] == b"200") is (allowed is not None)


def _token(data: bytes) -> None:
    username, _, password = _text(data).partition("\n")
    device = listening.check(_KEY, username, password, _NOW_US)
    assert device is None or (device, password) == (1, _GOOD.password)
    assert listening.check(_KEY, username, _GOOD.password, _NOW_US) in {None, 1}
    with suppress(ValueError):
        number, user, until_us = map(int, username.split("."))
        if username == f"{number}.{user}.{until_us}":
            good = listening.issue(_KEY, number, user, until_us)
            found = listening.check(_KEY, username, good.password, _NOW_US)
            assert found in ({None} if until_us <= _NOW_US else {number, None})


def _link(data: bytes) -> None:
    text = _text(data)
    for parse in (addresses.parse, addresses.parse_message):
        try:
            link = parse(text)
        except UsageError as error:
            _is_one_line(error)
        else:
            assert parse(str(link)) == link
    assert not (addresses.is_host(text) and addresses.is_link(text))


def _name(data: bytes) -> None:
    text = _text(data)
    assert is_user(made := name_from(text)) or made != text or not is_user(text)
    user_key(text)
    for normalise in (normalise_user, normalise_room):
        try:
            name, key = normalise(text)
        except UsageError as error:
            _is_one_line(error)
        else:
            assert normalise(name) == (name, key)
            assert not wrong_in_a_terminal(isolated(name)), name


def _reaction(data: bytes) -> None:
    try:
        reaction = canonical_reaction(_text(data))
    except UsageError as error:
        _is_one_line(error)
    else:
        assert canonical_reaction(reaction) == reaction
        assert not wrong_in_a_terminal(clean(reaction))


def _line(data: bytes) -> None:
    text = _text(data)
    cleaned = cleaned_line(text, 40)
    assert len(cleaned) <= 40
    is_line(text, 40)
    try:
        line = checked_line(text, "status", 40)
    except Refused as error:
        _is_one_line(error)
    else:
        assert checked_line(line, "status", 40) == line
        key_of_look(line)
        assert not wrong_in_a_terminal(shown(line)), line


def _picture(data: bytes) -> None:
    size = picture_size(data)
    assert size is None or min(size) >= 0


def _prose(data: bytes) -> None:
    text = _text(data)
    end = 0
    for token in tokens(text):
        assert end <= token.start <= token.end <= len(text)
        end = token.end
    assert has_link(text) is any(True for _ in links(text))
    assert all(followed(link) for link in links(text))
    fields = followed(f"mailto:{text}").partition("?")[2].split("&")
    assert {field.partition("=")[0].casefold() for field in fields} <= {"", "subject", "body"}
    known = {"ann": 1, "ben": 2}
    end = 0
    for span in spans(text, known.get, known.get):
        assert end <= span.start < span.end <= len(text)
        end = span.end
    assert set(mentions(text, known.get)) <= {1, 2}
    begun(text)


def _query(data: bytes) -> None:
    text = _text(data)
    try:
        for zone in (_EAST, _WEST):
            query.with_moments(text, lambda when, zone=zone: when.replace(tzinfo=zone))  # type: ignore[misc]
        found = query.parse(text)
    except Refused as error:
        _is_one_line(error)
    else:
        query.matches(found, "one two https://three.example")


def _code(data: bytes) -> None:
    typed = codes.normalised(_text(data))
    assert codes.normalised(typed) == typed
    assert codes.code_hash(_text(data)) == codes.code_hash(typed)


def _cursor(data: bytes) -> None:
    recency = Recency(b"boot-id.")
    tick = recency.tick_of(data)
    assert tick is None or tick >= 0


def _terminal(data: bytes) -> None:
    text = _text(data)
    assert not wrong_in_a_terminal(clean(text))
    assert not wrong_in_a_terminal(shown(text))
    assert leaks(settled(text)) == leaks(isolated(clean(text))) == ""
    assert tamed(tamed(text)) == tamed(text)
    assert bare(isolated(text)) == bare(settled(text))
    assert (visible(text) and named(text)) or not text


def _window(data: bytes) -> None:
    text = _text(data)
    if not text:
        return  # no message is empty
    rendered = render(text, _NAMES)
    for block in rendered.blocks:
        assert not wrong_in_html(str(block["html"])), block
    assert not leaks(rendered.plain)
    assert not wrong_on_a_line(one_line(text))
    is_link(text)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "request": _request,
    "reply": _reply,
    "frame": _frame,
    "body": _body,
    "zap": _zap,
    "token": _token,
    "link": _link,
    "name": _name,
    "reaction": _reaction,
    "line": _line,
    "picture": _picture,
    "prose": _prose,
    "query": _query,
    "code": _code,
    "cursor": _cursor,
    "terminal": _terminal,
    "window": _window,
}
