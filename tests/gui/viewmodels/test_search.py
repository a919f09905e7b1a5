"""Search without a server: when it asks, what it shows, where it leads."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.search import SearchModel

from tests.gui.fakes import FakeGateway, event, found, rows, who
from zmqchat.errors import ChatError, Code


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def search(gateway: FakeGateway) -> SearchModel:
    return SearchModel(gateway, Persons(who("maja")), lambda: 1)


def ask(search: SearchModel, gateway: FakeGateway, qtbot: QtBot, query: str) -> None:
    search.setProperty("query", query)
    qtbot.waitUntil(lambda: bool(gateway.asked), timeout=10_000)


def test_hits_are_marked_and_the_rest_is_harmless(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, 'from:ada Needle "two words"')
    assert search.busy
    gateway.answer(found(event(7, "<i>needle</i> & two words\nbelow")))
    assert not search.busy
    ((html, plain),) = rows(search, "html", "plain")
    assert html == "&lt;i&gt;<b>needle</b>&lt;/i&gt; &amp; <b>two words</b> below"
    assert plain == "<i>needle</i> & two words below"


def test_hits_are_marked_however_they_were_written(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "lodz don't")
    gateway.answer(found(event(7, "In Łódź we don’t")))
    assert rows(search, "html") == ["In <b>Łódź</b> we <b>don’t</b>"]


def test_what_is_shown_and_where_it_leads_are_looked_at_as_the_server_does(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "lodz")
    texts = ["[hay](https://example.org/LODZ)", "[Łódź](https://example.org/lodz)"]
    gateway.answer(found(*(event(seq, text) for seq, text in enumerate(texts, 1))))
    assert rows(search, "html") == ["[hay](https://example.org/<b>LODZ</b>)", "<b>Łódź</b>"]


def test_words_stand_there_without_marks(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "needle")
    texts = [
        "a **needle** in `hay`",
        "[hay](https://needle.example)",
        "```\nneedle\n```",
        "> needle",
    ]
    gateway.answer(found(*(event(seq, text) for seq, text in enumerate(texts, 1))))
    assert rows(search, "plain") == [
        "a needle in hay",
        "[hay](https://needle.example)",  # the hit is where the link leads
        "needle",
        "needle",
    ]


def test_a_hit_far_inside_a_long_text_is_shown(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "needle")
    gateway.answer(found(event(7, "hay " * 200 + "needle" + " hay" * 200)))
    assert "<b>needle</b>" in rows(search, "html")[0]


def test_a_late_answer_to_what_was_asked_before_is_dropped(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "one")
    search.setProperty("everywhere", True)
    first, second = gateway.asked
    second.done(found(event(2, "one")))
    first.done(found(event(1, "one")))
    assert rows(search, "seq") == [2]


def test_nothing_found_and_errors_are_said(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "x")
    gateway.answer(found())
    assert search.message == "Nothing found"
    ask(search, gateway, qtbot, "z")
    gateway.answer(found(behind=7))
    assert "behind by up to 7 messages" in search.message
    ask(search, gateway, qtbot, "y")
    gateway.answer(ChatError(Code.BAD_REQUEST, "no such filter"))
    assert search.message == "no such filter"


def test_a_result_leads_to_its_message(
    search: SearchModel, gateway: FakeGateway, qtbot: QtBot
) -> None:
    ask(search, gateway, qtbot, "x")
    gateway.answer(found(event(7, "x")))
    chosen: list[tuple[int, int]] = []
    search.chosen.connect(lambda room, seq: chosen.append((room, seq)))
    search.open(0)
    search.open(1)
    assert chosen == [(1, 7)]
