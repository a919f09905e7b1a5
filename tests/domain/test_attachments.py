"""Files of a message: the protocol has room for them, and this server keeps none yet."""

from __future__ import annotations

import msgspec
import pytest

from tests.domain.realms import NOW, batch, item, peopled
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol.events import Attachment, Posted
from zmqchat.protocol.limits import ATTACHMENTS_PER_MESSAGE, FILE_NAME_CHARACTERS
from zmqchat.protocol.replies import Accepted, Refusal

_GOOD = Attachment(b"h" * 32, "plan \u200dv2.pdf", 1, "application/pdf")


def _refusal(*attachments: Attachment, text: str = "see there") -> Refusal:
    state, (alice,) = peopled("alice")
    work = batch(state)
    sent = item(GENERAL_ID, Posted(text, attachments=attachments))
    refused, after = work.sends(alice, [sent, item(GENERAL_ID, Posted("alone"))])
    assert isinstance(refused, Refusal)
    assert after == Accepted(2, NOW)  # the log of what was refused has no place
    return refused


@pytest.mark.parametrize("many", [1, ATTACHMENTS_PER_MESSAGE])
def test_files_are_not_there_yet(many: int) -> None:
    refused = _refusal(*[_GOOD] * many)
    assert refused.code == Code.BAD_REQUEST
    assert refused.message.startswith("Files are not there yet")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"file": b""}, "hash has 0 bytes"),
        ({"file": b"h" * 33}, "hash has 33 bytes"),
        ({"size": 0}, "size is not above 0"),
        ({"size": -1}, "size is not above 0"),
        ({"name": ""}, "name is not one line"),
        ({"name": "a/b"}, "name is not one line"),
        ({"name": "a\nb"}, "name is not one line"),
        ({"name": " a"}, "name is not one line"),
        ({"name": "\u202efdp.exe"}, "name is not one line"),
        ({"name": "x" * (FILE_NAME_CHARACTERS + 1)}, "name is not one line"),
        ({"media": ""}, "media type is none"),
        ({"media": "image"}, "media type is none"),
        ({"media": "image/png; x"}, "media type is none"),
    ],
)
def test_what_no_file_can_be_is_refused_as_that(wrong: dict[str, object], says: str) -> None:
    bad = msgspec.structs.replace(_GOOD, **wrong)
    refused = _refusal(_GOOD, bad)
    assert refused.code == Code.BAD_REQUEST
    assert says in refused.message


def test_files_are_bounded() -> None:
    assert _refusal(*[_GOOD] * (ATTACHMENTS_PER_MESSAGE + 1)).code == Code.TOO_LARGE
