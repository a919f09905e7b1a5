"""What happened, as sentences: somebody joined a room, was removed, renamed it; what did not."""

from __future__ import annotations

from zmqchat.protocol.display import isolated
from zmqchat.protocol.who import Who
from zmqchat_gui.bridge.entries import Entry
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.richtext import one_line
from zmqchat_gui.viewmodels.words import say

_SENTENCES = {
    "joined": "{who} joined",
    "left": "{who} left",
    "invited": "{who} invited {about}",
    "kicked": "{who} removed {about}",
    "banned": "{who} banned {about}",
    "unbanned": "{who} lifted the ban on {about}",
    "renamed": "{who} renamed the room to {about}",
    "described": "{who} changed the description: {about}",
    "archived": "{who} closed the room for writing",
    "unarchived": "{who} opened the room for writing again",
    "appointed": "{who} gave {about} another role",
    "person-renamed": "{who} is called {about} now",
}


def sentence(entry: Entry, persons: Persons) -> str:
    """What happened; a newer version's event says that it is one."""
    template = _SENTENCES.get(entry.type, "{who} did something that this version cannot show")
    about = one_line(entry.about or entry.text)
    if entry.type == "person-renamed":  # both as they were: of now, they would be the same one
        return say(template).format(who=isolated(entry.sender.name), about=isolated(about))
    if entry.about_id:
        about = persons.title(Who(entry.about_id, about))
    return say(template).format(who=persons.title(entry.sender), about=about)


_REFUSALS = {
    "edited": "Your edit was not accepted: {}",
    "redacted": "The message was not deleted: {}",
    "reacted": "Your reaction was not set: {}",
    "unreacted": "Your reaction was not taken back: {}",
    "pinned": "The message was not pinned: {}",
    "unpinned": "The message was not unpinned: {}",
    "posted": "Your message was not sent: {}",
}


def refusal(event_type: str, why: str) -> str:
    """What the server refused, and why."""
    return say(_REFUSALS[event_type]).format(why)
