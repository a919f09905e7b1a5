"""SIGKILL of the client: nothing that was typed is lost, sent or not."""

from __future__ import annotations

import json
import re

import pytest

from tests.screen.conftest import Opener
from tests.screen.service import Service

pytestmark = pytest.mark.screen

DRAFT = "half a thought"
UNSENT = "whole, and waiting"


def test_draft_and_unsent_message_are_there_again(joined: Opener, service: Service) -> None:
    maja = joined("maja")
    reader = service.person("reader")
    service.kill_server()
    maja.types(UNSENT)
    maja.key("Return")
    maja.waits_for(re.compile(f"{UNSENT}, not sent yet$"), "list item")
    maja.types(DRAFT)
    maja.waits(lambda: service.wrote("maja", DRAFT))
    maja.kill()

    maja.open()
    maja.waits_for(re.compile(f"{UNSENT}, not sent yet$"), "list item")
    assert maja.waits_for("Message #general", "text").text == DRAFT
    service.start_server()
    maja.waits_until_gone(re.compile("not sent yet$"))
    lines = reader.does("history", "general", "--json").splitlines()
    assert [json.loads(line).get("text") for line in lines].count(UNSENT) == 1
    assert maja.waits_for("Message #general", "text").text == DRAFT
