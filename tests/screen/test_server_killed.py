"""SIGKILL of the server in the middle of a sentence: nothing is lost, nothing comes twice."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from tests.screen.conftest import Opener
from tests.screen.service import Service

pytestmark = pytest.mark.screen


def test_what_is_sent_meanwhile_is_delivered_once(joined: Opener, service: Service) -> None:
    maja = joined("maja")
    reader = service.person("reader")
    maja.types("before")
    maja.key("Return")
    maja.waits_for(re.compile(": before$"), "list item")

    maja.types("in the middle ")
    service.kill_server()
    maja.types("of a sentence")
    maja.waits_for(re.compile(r"^You're offline.*Reconnecting in \d+ s"), "alert")
    maja.key("Return")
    maja.types("and another")
    maja.key("Return")
    maja.waits_for(re.compile(r"in the middle of a sentence, not sent yet$"), "list item")
    maja.waits_for(re.compile("2 messages wait"), "alert")

    service.start_server()
    maja.waits_until_gone(re.compile("^You're offline"))
    maja.waits_until_gone(re.compile("not sent yet$"))
    lines = reader.does("history", "general", "--json").splitlines()
    told = Counter(json.loads(line).get("text") for line in lines)
    assert told["before"] == told["in the middle of a sentence"] == told["and another"] == 1
    shown = [row.partition(": ")[2] for row in maja.messages()[-3:]]
    assert shown == ["before", "in the middle of a sentence", "and another"]
