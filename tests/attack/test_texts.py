"""Every text that a person can set, wherever it is shown: it stays text, and in its place.

The texts are the protocol's: a field of a request or of an event without a row here fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from html import unescape
from itertools import product
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from zmqchat_gui.app import notifications
from zmqchat_gui.bridge.entries import entry_of, is_shown
from zmqchat_gui.viewmodels import happenings, richtext
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.references import Names
from zmqchat_gui.viewmodels.roombook import Notification

from tests.attack.hostile import (
    HOSTILE,
    leaks,
    wrong_in_a_terminal,
    wrong_in_html,
    wrong_in_json,
    wrong_on_a_line,
)
from tests.attack.realm import Asker, Realm, Who, answer, values_of
from tests.attack.test_requests import CASES
from tests.cli.chat.events import ALICE, event, message, room
from tests.domain.realms import item, send_id
from zmqchat.cli.chat.render import Look, lines_at
from zmqchat.cli.lines import event_line, found_line
from zmqchat.cli.output import complain, json_line, say_all
from zmqchat.errors import Code
from zmqchat.protocol import codec, events
from zmqchat.protocol import requests as ask
from zmqchat.protocol.display import tamed
from zmqchat.protocol.reactions import canonical_reaction
from zmqchat.protocol.replies import Reaction, Refusal, Reply, Sent
from zmqchat.protocol.requests import AdminRequest
from zmqchat.protocol.who import Who as Whom


class Sort(Enum):
    """What the server makes of a text."""

    PROSE = "kept as it is: those who show it see to it"
    LINE = "kept where it is one line that hides nothing, or made one"
    NAME = "kept where it is a name"
    EMOJI = "kept where it is an emoji"
    ASKED = "compared with what there is, and kept nowhere"
    SECRET = "kept nowhere, and never said again"


TEXTS: dict[str, Sort] = {
    "hello.name": Sort.NAME,
    "hello.client": Sort.SECRET,
    "hello.token": Sort.SECRET,
    "hello.label": Sort.LINE,
    "hello.password": Sort.SECRET,
    "hello.code": Sort.SECRET,
    "send.type": Sort.ASKED,
    "search.query": Sort.ASKED,
    "create-room.name": Sort.NAME,
    "create-room.description": Sort.PROSE,
    "find-people.names": Sort.ASKED,
    "set-profile.display": Sort.LINE,
    "set-profile.status": Sort.LINE,
    "label-device.label": Sort.LINE,
    "set-password.new": Sort.SECRET,
    "set-password.old": Sort.SECRET,
    "make-invite.label": Sort.LINE,
    "find-room.room": Sort.ASKED,
    "set-realm-role.name": Sort.ASKED,
    "deactivate.name": Sort.ASKED,
    "reactivate.name": Sort.ASKED,
    "rename-user.name": Sort.ASKED,
    "rename-user.new": Sort.NAME,
    "recover.name": Sort.ASKED,
    "leaderless.name": Sort.ASKED,
    "appoint-owner.room": Sort.ASKED,
    "appoint-owner.name": Sort.ASKED,
    "posted.text": Sort.PROSE,
    "posted.attachments.name": Sort.LINE,
    "posted.attachments.media": Sort.LINE,
    "edited.text": Sort.PROSE,
    "described.text": Sort.PROSE,
    "renamed.name": Sort.NAME,
    "reacted.emoji": Sort.EMOJI,
    "unreacted.emoji": Sort.EMOJI,
    # The server says what they were called itself, or refuses them.
    "joined.name": Sort.ASKED,
    "left.name": Sort.ASKED,
    "invited.name": Sort.ASKED,
    "kicked.name": Sort.ASKED,
    "banned.name": Sort.ASKED,
    "unbanned.name": Sort.ASKED,
    "appointed.name": Sort.ASKED,
    "person-renamed.name": Sort.ASKED,
    "person-renamed.former": Sort.ASKED,
}


# ── the texts of the protocol ────────────────────────────────────────────────────────────────────


def _types_in(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of."""
    if isinstance(hint, UnionType) or get_origin(hint) is not None:
        for each in get_args(hint):
            yield from _types_in(each)
    else:
        yield hint


def _texts_of(struct: Any, path: str) -> Iterator[str]:
    for name, hint in get_type_hints(struct).items():
        for found in _types_in(hint):
            if found is str:
                yield f"{path}.{name}"
            elif isinstance(found, type) and issubclass(found, msgspec.Struct):
                at = path if found is ask.SendItem else f"{path}.{name}"
                yield from _texts_of(found, at)


def test_every_text_of_the_protocol_has_a_row() -> None:
    found = {
        text
        for request in get_args(ask.RequestBody)
        for text in _texts_of(request, request.__struct_config__.tag)
    }
    for name, body in events.BODY_TYPES.items():
        found |= set(_texts_of(body, name))
    assert found == set(TEXTS)


# ── what the server keeps and says ───────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    made = Realm(tmp_path_factory.mktemp("realm"))
    with pytest.MonkeyPatch.context() as patch:  # hashing takes long, and is tested elsewhere
        patch.setattr("zmqchat.server.answers.account.hash_password", lambda _: "hash")
        patch.setattr("zmqchat.server.entry.verify_password", lambda *_: False)
        yield made
    made.close()


def _base(realm: Realm, asker: Asker, path: str) -> ask.RequestBody:
    """A request that would be granted with some other text."""
    first = path.split(".", maxsplit=1)[0]
    if first == "posted" and "attachments" in path:
        file = events.Attachment(b"f" * 32, "a.txt", 1, "text/plain")
        posted = events.Posted("see", attachments=(file,))
        return ask.Send([item(realm.private, posted)])
    if first == "hello":
        return ask.Hello([1], "newcomer", "test", "join-token")
    if first == "rename-user":
        return ask.RenameUser("victor", "victim")
    kind = f"send {first} private" if first in events.BODY_TYPES else None
    bodies = (each.body(realm, asker) for name, each in CASES.items() if kind in {None, name})
    tags = (first, "send")
    return next(body for body in bodies if body.__struct_config__.tag == tags[kind is not None])


def _with(body: Any, path: list[str], text: str) -> Any:
    """The value with this text in that place."""
    name, *rest = path
    value = getattr(body, name)
    if rest:
        changed: Any = tuple(_with(each, rest, text) for each in value)
    else:
        changed = [text] if isinstance(value, list) else text
    return msgspec.structs.replace(body, **{name: changed})


def _request(realm: Realm, asker: Asker, path: str, text: str) -> ask.RequestBody:
    body = _base(realm, asker, path)
    if not isinstance(body, ask.Send):
        return _with(body, path.split(".")[1:], text)  # type: ignore[no-any-return]
    (send,) = body.items
    if path == "send.type":
        return ask.Send([msgspec.structs.replace(send, type=text, id=send_id())])
    changed = _with(codec.decode_body(send.type, send.body), path.split(".")[1:], text)
    return ask.Send([item(send.room, changed)])


def _asker(realm: Realm, path: str) -> Asker:
    first = path.split(".", maxsplit=1)[0]
    if first == "hello":
        return realm.asker(Who.STRANGER)
    admin = {request.__struct_config__.tag for request in get_args(AdminRequest)}
    # Edits are of one's own messages; victor's is the one that there is.
    if first == "edited":
        return Asker(Who.MEMBER, realm.id("victor"), f"{realm.id('victor'):064x}")
    return realm.asker(Who.ADMIN if first in admin else Who.OWNER)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _strings(getattr(value, name))
    elif is_dataclass(value):
        for each in fields(value):
            yield from _strings(getattr(value, each.name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _fault(reply: Reply) -> tuple[str, str] | None:
    error: Any = reply.error
    if isinstance(reply.ok, Sent) and isinstance(reply.ok.results[0], Refusal):
        error = reply.ok.results[0]
    return None if error is None else (error.code, error.message)


def _wrongly_kept(sort: Sort, text: str) -> str:
    match sort:
        case Sort.PROSE:
            return "it has a NUL" if "\0" in text else ""
        case Sort.LINE | Sort.NAME:
            return wrong_in_a_terminal(text)
        case Sort.EMOJI:
            return "" if canonical_reaction(text) == text else "it is no emoji"
        case _:
            return "it was to be kept nowhere"


@pytest.mark.parametrize("path", TEXTS)
def test_what_is_kept_is_what_may_be_and_what_is_said_of_it_is_one_line(
    realm: Realm, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    sort, asker, desk = TEXTS[path], _asker(realm, path), realm.opened()
    try:
        if asker.id:
            name = "victor" if path == "edited.text" else asker.name
            hello = ask.Hello([1], name, "test", "join-token")
            answer(desk, hello, peer=asker.peer, key=asker.key)
        caplog.clear()
        for trick, text in HOSTILE.items():
            known = {*_strings(values_of(desk.state))}
            written = len(desk.log.events)
            body = _request(realm, asker, path, text)
            fault = _fault(answer(desk, body, peer=asker.peer, key=asker.key))
            assert fault is None or fault[0] != Code.INTERNAL, trick
            assert fault is None or not wrong_on_a_line(fault[1]), (trick, fault)
            assert fault is None or sort is not Sort.SECRET or text not in fault[1], trick
            new = {*_strings(values_of(desk.state))} - known
            for stored in desk.log.events[written:]:
                new |= {*_strings(codec.decode_body(stored.type, stored.body))}
            # What is none of this text's is the realm's own: names, hashes, the text before it.
            mine = [kept for kept in new if _is_of(kept, text)]
            wrong = [(kept, why) for kept in mine if (why := _wrongly_kept(sort, kept))]
            assert wrong == [], trick
            assert sort is not Sort.SECRET or text not in caplog.text, trick
        for record in caplog.records:
            assert record.levelname in {"INFO", "WARNING"}, record
    finally:
        desk.close()


def _is_of(kept: str, text: str) -> bool:
    """Whether a text that was kept is made of this one."""
    return len(kept) > 1 and (kept in text or text in kept)


# ── where texts are shown ────────────────────────────────────────────────────────────────────────


def _lines_of_events(text: str) -> Iterator[str]:
    """Lines of `history` and `tail`, with the text in each place of each event."""
    for kind in (*events.BODY_TYPES, "of-a-newer-version"):
        for field in ("text", "emoji", "name", "member", "former", "role"):
            details: dict[str, Any] = {field: text}
            yield event_line(event(1, kind=kind, **details).to_json())
    reaction = Reaction(text, [ALICE])
    yield event_line({**message(1, text).to_json(), "reactions": [_reacted(reaction)]})
    yield found_line({**message(1, text).to_json(), "room": text, "sender": text})
    yield event_line(event(1, "hi", sender=text).to_json())


def _reacted(reaction: Reaction) -> dict[str, object]:
    return {"emoji": reaction.emoji, "names": [who.name for who in reaction.people]}


def _terminal_client(text: str) -> Iterator[str]:
    shown = room(event(1, text, sender=text), event(2, "answer", reply_to=1))
    shown.append(event(3, kind="described", text=text))
    shown.append(event(4, kind="renamed", name=text))
    look = Look(ALICE, True, 60)
    for index in range(len(shown.entries)):
        for line in lines_at(shown, index, look):
            yield "".join(fragment[1] for fragment in line)


def _printed(print_it: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    print_it()
    out, err = capsys.readouterr()
    return (out + err).removesuffix("\n").split("\n")


@pytest.mark.parametrize("trick", HOSTILE)
def test_in_a_terminal(trick: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSTILE[trick]
    rows = [{"name": text, "status": text, "n": 1}, {"name": "bob", "status": "", "n": 2}]
    table = _printed(lambda: say_all(rows, False, ("name", "status", "n")), capsys)
    complaint = _printed(lambda: complain(text), capsys)
    assert (len(table), len(complaint)) == (2, 1)
    lines = [*_lines_of_events(text), *_terminal_client(text), *table, *complaint]
    assert [(line, why) for line in lines if (why := wrong_in_a_terminal(line))] == []


@pytest.mark.parametrize("trick", HOSTILE)
def test_in_json(trick: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSTILE[trick]
    lines = _printed(lambda: say_all([{"name": text}], True, ("name",)), capsys)
    assert len(lines) == 1
    lines += [json_line(message(1, text).to_json()), json_line({"a": {"b": [text]}})]
    assert [(line, why) for line in lines if (why := wrong_in_json(line, text))] == []


@pytest.mark.parametrize("trick", HOSTILE)
def test_in_the_window(trick: str) -> None:
    text = HOSTILE[trick]
    names = Names("alice", {"root": "root"}, {"vault": "vault"})
    blocks = [*richtext.render(text, names).blocks, *richtext.beginning(text, names, 1_000)]
    assert [(b, why) for b in blocks if (why := wrong_in_html(str(b["html"])))] == []
    copied = "\n".join(str(block["plain"]) for block in blocks)
    assert leaks(copied) == ""
    assert tamed(copied) == copied
    assert wrong_on_a_line(richtext.one_line(text)) == ""


@pytest.mark.parametrize("trick", HOSTILE)
def test_in_what_the_window_says_of_people_and_rooms(trick: str) -> None:
    text = HOSTILE[trick]
    persons = Persons(ALICE)
    persons.learn([Person(2, "bob", text)])
    told = []
    for kind, field in product(filter(is_shown, events.BODY_TYPES), ("text", "name", "member")):
        details: dict[str, Any] = {field: text}
        told += [entry_of(event(1, kind=kind, **details))] if kind != "posted" else []
    said = [happenings.sentence(entry, persons) for entry in told]
    title = persons.title(Whom(2, "bob"))
    assert [(line, why) for line in said if (why := leaks(line))] == []
    assert leaks(title) == ""


@pytest.mark.parametrize("trick", HOSTILE)
def test_in_a_notification(trick: str) -> None:
    """Its body is read as markup by most desktops; its title is not."""
    text = richtext.one_line(richtext.plain_text(HOSTILE[trick]))
    call = notifications._notify(Notification("here", 1, 1, "bob", text, named=True), 0)
    body = str(call.body[4])
    assert wrong_in_html(body) == ""
    assert "<" not in body
    assert unescape(body) == text
    assert wrong_on_a_line(body) == ""


_LOGGING = """
import json, logging, sys
from zmqchat.runtime.log import configure, note, warn
configure(sys.argv[1])
log = logging.getLogger("zmqchat.test")
for text in json.load(sys.stdin):
    note(log, "session opened", user=text)
    warn(log, text, why=text)
    log.error("failed: %s", text)
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_in_the_log(form: str) -> None:
    """A line for each event, whatever it holds."""
    texts = list(HOSTILE.values())
    command = [sys.executable, "-c", _LOGGING, form]
    run = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    lines = run.stderr.removesuffix("\n").split("\n")
    assert len(lines) == 3 * len(texts)
    for number, line in enumerate(lines):
        text = texts[number // 3]
        wrong = wrong_on_a_line(line) if form == "text" else ""
        assert wrong == "", text
        if form == "json":
            fields = json.loads(line)
            assert text in {fields.get("user"), fields["event"], fields["event"][len("failed: ") :]}
