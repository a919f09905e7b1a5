"""The composer without a window."""

from __future__ import annotations

import pytest
from zmqchat_gui.viewmodels.composer import Composer
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, rows, who


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def composer(gateway: FakeGateway) -> Composer:
    persons = Persons(who("maja"))
    persons.learn([Person(who("ada").id, "ada", "Ada Lindqvist"), Person(who("bo").id, "bo")])
    persons.set_rooms(["general", "games"])
    timeline = TimelineModel(at("general"), gateway, persons)
    page = entries(event(1, "a **question**", "bo"))
    timeline.load(loaded(page, whole=True))
    made = Composer("Message #general", timeline, persons)
    timeline.setParent(made)
    persons.setParent(made)
    return made


def type_into(composer: Composer, text: str, cursor: int | None = None) -> None:
    composer.setProperty("text", text)
    units = len(text.encode("utf-16-le")) // 2
    composer.setProperty("cursor", units if cursor is None else cursor)


def test_sending_empties_it(composer: Composer, gateway: FakeGateway) -> None:
    put: list[tuple[str, int]] = []
    composer.replaced.connect(lambda text, cursor: put.append((text, cursor)))
    type_into(composer, "hello\n")
    assert composer.canSend
    composer.send()
    assert [message.text for message in gateway.sent] == ["hello"]
    assert put == [("", 0)]
    assert composer.text == ""
    assert not composer.canSend


def test_what_is_too_long_is_refused_with_its_size_and_stays(
    composer: Composer, gateway: FakeGateway
) -> None:
    refused: list[str] = []
    composer.refused.connect(refused.append)
    type_into(composer, "ä" * 40_000)
    assert composer.tooLong
    assert composer.sizeText == "Too long: 80,000 of 65,536 bytes"
    composer.send()
    assert "80000 bytes" in refused[0]
    assert gateway.sent == []
    assert composer.text == "ä" * 40_000


def test_the_size_is_shown_near_the_limit_only(composer: Composer) -> None:
    type_into(composer, "x" * 50_000)
    assert composer.sizeText == ""
    type_into(composer, "x" * 60_000)
    assert composer.sizeText == "60,000 of 65,536 bytes"
    assert not composer.tooLong


def test_an_answer_shows_what_it_answers(composer: Composer, gateway: FakeGateway) -> None:
    composer.reply(1)
    assert (composer.replySender, composer.replyText) == ("bo", "a question")
    type_into(composer, "yes")
    composer.send()
    assert gateway.sent[0].reply_to == 1
    assert composer.replySeq == 0


def test_nothing_is_answered_any_more_after_cancel(composer: Composer) -> None:
    composer.reply(1)
    composer.cancel()
    assert composer.replySeq == 0


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("hi @A", ["Ada Lindqvist"]),
        ("@", ["Ada Lindqvist", "bo"]),
        ("see #ga", ["games"]),
        (":tad", [":tada:"]),
        ("mail me@ad", []),
        ("a:b", []),
        ("12:30", []),
    ],
)
def test_what_is_offered(composer: Composer, typed: str, titles: list[str]) -> None:
    type_into(composer, typed)
    assert rows(composer.completions, "title")[: len(titles) or None] == titles


def test_a_completion_takes_the_place_of_the_word(composer: Composer) -> None:
    put: list[tuple[str, int]] = []
    composer.replaced.connect(lambda text, cursor: put.append((text, cursor)))
    type_into(composer, "👋 @ad see you", cursor=6)
    composer.complete(0)
    assert put == [("👋 @ada see you", 8)]
    assert composer.completions.rowCount() == 0


def own(composer: Composer, gateway: FakeGateway) -> None:
    """One's newest message is number 2."""
    page = entries(event(1, "theirs", "bo"), event(2, "mime", "maja"))
    composer._timeline.load(loaded(page, whole=True))


def test_up_edits_ones_newest_and_the_draft_comes_back(
    composer: Composer, gateway: FakeGateway
) -> None:
    own(composer, gateway)
    type_into(composer, "a draft")
    assert not composer.editLast()
    composer.edit(2)
    assert (composer.editSeq, composer.text, composer.kept) == (2, "mime", ("a draft", 0))
    type_into(composer, "mine")
    composer.send()
    assert (composer.editSeq, composer.text) == (0, "a draft")
    assert [(sent.type, sent.target, sent.text) for sent in gateway.sent] == [("edited", 2, "mine")]


def test_an_edit_that_was_refused_is_there_to_be_sent_again(
    composer: Composer, gateway: FakeGateway
) -> None:
    own(composer, gateway)
    assert composer.editLast()
    type_into(composer, "mine")
    composer.send()
    composer.edit_refused(2, "mine")
    assert (composer.editSeq, composer.text) == (2, "mine")
    composer.cancel()
    assert (composer.editSeq, composer.text) == (0, "")


def test_a_refused_edit_waits_until_nothing_else_is_typed(
    composer: Composer, gateway: FakeGateway
) -> None:
    own(composer, gateway)
    type_into(composer, "something else")
    composer.edit_refused(2, "mine")
    assert (composer.editSeq, composer.text) == (0, "something else")
    composer.send()
    assert (composer.editSeq, composer.text) == (2, "mine")


def test_what_others_wrote_cannot_be_edited(composer: Composer) -> None:
    composer.edit(1)
    assert composer.editSeq == 0
    assert not composer.editLast()


def test_what_is_offered_is_for_all_that_is_typed(composer: Composer) -> None:
    composer.setProperty("cursor", 4)  # as a text area does: before it tells of the text
    composer.setProperty("text", ":thu")
    assert rows(composer.completions, "title")[0] == ":thumbsup:"
