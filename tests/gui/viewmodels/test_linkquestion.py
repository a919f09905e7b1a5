"""A link from outside: asked about, and nothing done before the answer."""

from __future__ import annotations

import pytest
from zmqchat_gui.viewmodels.linkquestion import LinkAsked

from zmqchat.security.links import JoinLink

LINK = JoinLink("chat.example", 5555, bytes(range(1, 33)), "t")


@pytest.fixture
def question() -> LinkAsked:
    return LinkAsked()


def test_there_is_none_at_first(question: LinkAsked) -> None:
    assert (question.open, question.text) == (False, "")


@pytest.mark.parametrize(("known_as", "words"), [("", "only if you expect it"), ("Maja", "Maja")])
def test_it_says_where_the_link_leads(question: LinkAsked, known_as: str, words: str) -> None:
    question.ask(LINK, known_as)
    assert question.open
    assert "chat.example:5555" in question.text
    assert "0102 0304 0506 0708" in question.text
    assert words in question.text


@pytest.mark.parametrize("yes", [True, False])
def test_it_is_answered_once(question: LinkAsked, yes: bool) -> None:
    accepted: list[JoinLink] = []
    question.accepted.connect(accepted.append)
    question.ask(LINK, "")
    (question.accept if yes else question.decline)()
    question.accept()
    assert accepted == ([LINK] if yes else [])
    assert not question.open
