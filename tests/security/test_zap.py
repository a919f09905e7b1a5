"""ZAP: requests are read strictly, policies decide, and what is not allowed is refused."""

from __future__ import annotations

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from tests.support.waiting import eventually
from zmqchat.errors import PeerError
from zmqchat.security import tokens, zap
from zmqchat.security.keys import KeyPair
from zmqchat.security.zap import ZapHandler, ZapRequest

KEY = bytes(range(32))
CURVE = [b"1.0", b"7", b"domain", b"10.0.0.1", b"", b"CURVE", KEY]
REQUEST = ZapRequest(b"7", "domain", "10.0.0.1", b"CURVE", (KEY,))


def curve(*credentials: bytes) -> ZapRequest:
    return ZapRequest(b"7", "domain", "10.0.0.1", b"CURVE", credentials)


def plain(*credentials: bytes) -> ZapRequest:
    return ZapRequest(b"7", "domain", "10.0.0.1", b"PLAIN", credentials)


def test_a_request_is_read() -> None:
    assert zap.parse(CURVE) == REQUEST


@pytest.mark.parametrize(
    "frames",
    [[], CURVE[:5], [b"2.0", *CURVE[1:]], [b"", *CURVE], [*CURVE[:2], b"\xff", *CURVE[3:]]],
)
def test_what_is_no_request_is_refused(frames: list[bytes]) -> None:
    with pytest.raises(PeerError):
        zap.parse(frames)


@given(st.lists(st.binary(max_size=40), max_size=9))
def test_any_frames_are_a_request_or_a_peer_error(frames: list[bytes]) -> None:
    for candidate in (frames, [b"1.0", *frames]):
        try:
            zap.parse(candidate)
        except PeerError:
            continue


def test_replies() -> None:
    assert zap.reply(REQUEST, "me") == [b"1.0", b"7", b"200", b"OK", b"me", b""]
    for nobody in (None, ""):
        assert zap.reply(REQUEST, nobody) == [b"1.0", b"7", b"400", b"refused", b"", b""]


def test_any_curve_key_is_its_own_user_id() -> None:
    assert zap.any_curve_key(REQUEST) == KEY.hex()
    for other in (plain(KEY), curve(), curve(KEY, KEY), curve(KEY[:31]), curve(b"")):
        assert zap.any_curve_key(other) is None


def test_listed_keys_only() -> None:
    policy = zap.listed_curve_keys([KEY])
    assert policy(REQUEST) == KEY.hex()
    assert policy(curve(KeyPair.generate().public)) is None
    assert zap.listed_curve_keys([])(REQUEST) is None


def test_listening_tokens() -> None:
    now = [0]
    policy = zap.listening_token(KEY, lambda: now[0])
    token = tokens.issue(KEY, 5, 6, 1000)
    name, word = token.username.encode(), token.password.encode()
    assert policy(plain(name, word)) == "5"
    refused = [curve(name, word), plain(name), plain(name, word, b""), plain(b"\xff", word),
               plain(name, b"\xff"), plain(name, b"")]  # fmt: skip
    assert [policy(request) for request in refused] == [None] * len(refused)
    now[0] = 1000
    assert policy(plain(name, word)) is None


def asked(handler: ZapHandler, client: zmq.Socket[bytes], frames: list[bytes]) -> list[bytes]:
    client.send_multipart([b"", *frames])
    eventually(lambda: handler.drain() or client.poll(10))
    return client.recv_multipart()


def test_the_handler_answers_by_domain_and_fails_closed() -> None:
    with zmq.Context() as context:
        handler = ZapHandler(context)
        handler.register("domain", zap.any_curve_key)
        client = context.socket(zmq.DEALER)
        client.connect(zap.ENDPOINT)
        allowed = [b"", b"1.0", b"7", b"200", b"OK", KEY.hex().encode(), b""]
        refused = [b"", b"1.0", b"7", b"400", b"refused", b"", b""]
        assert asked(handler, client, CURVE) == allowed
        assert asked(handler, client, [*CURVE[:2], b"other", *CURVE[3:]]) == refused
        assert asked(handler, client, [*CURVE[:2], b"", *CURVE[3:]]) == refused
        assert asked(handler, client, [*CURVE[:5], b"NULL"]) == refused
        for garbage in ([b"0.9", *CURVE[1:]], [b"x"], []):  # unanswered, and harmless
            client.send_multipart([b"", *garbage])
        client.send(b"no delimiter")
        assert asked(handler, client, CURVE) == allowed
        client.close(0)
        handler.close()
