"""The commands of the terminal client, and its help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from zmqchat.cli.chat.model import Conversation

COMMANDS: Final = {
    "/join": ("ROOM", "enter a public room, or look at one that you are in"),
    "/create": ("ROOM", "make a public room"),
    "/leave": ("", "leave this room"),
    "/who": ("", "who is in this room"),
    "/rooms": ("", "rooms that can be found"),
    "/help": ("", "this list"),
    "/quit": ("", "leave the client (also Ctrl+C or Ctrl+D on an empty line)"),
}
"""By name: the argument that it takes, and what it does."""

_KEYS: Final = {
    "Enter": "sends; Alt+Enter or Ctrl+J begins a new line",
    "Up, Down": "what you wrote before",
    "Tab": "completes @names, #rooms and /commands",
    "PgUp, PgDn": "read back, and forward again; End returns to the newest",
    "Alt+Up, Alt+Down": "the room before, the next room; Alt+1 to Alt+9 one of the first nine",
    "Alt+A": "the next room with something unread",
    "Ctrl+C": "clears what you are writing",
}

_MEANING: Final = {
    "complete to 7": "the server confirmed the log up to event 7: no hole, nothing altered",
    "2 ms": "from the server's disk to this screen, for the newest message",
    "1 to send": "kept on this machine's disk, and sent once when the server is back",
    "catching up": "what was missed is being fetched; live: nothing is missing",
}


def help_lines() -> Iterator[str]:
    """What /help tells, a remark a line."""
    commands = {f"{name} {argument}".strip(): text for name, (argument, text) in COMMANDS.items()}
    for title, table in (("Commands", commands), ("Keys", _KEYS), ("What is shown", _MEANING)):
        yield f"{title}:"
        yield from (f"  {name} \u2013 {text}" for name, text in table.items())
    yield "A message that begins with / is written with two: //like this."


class Names(Completer):
    """Completes commands at the start, rooms behind /join, and @names and #rooms anywhere."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        word = document.get_word_before_cursor(WORD=True)
        before = document.text_before_cursor.removesuffix(word)
        if word.startswith("/") and not before:
            for command, (argument, about) in COMMANDS.items():
                if command.startswith(word.lower()):
                    text = f"{command} " if argument else command
                    yield Completion(text, -len(word), display=command, display_meta=about)
        elif before == "/join " and not word.startswith("#"):
            yield from self._matching(f"#{word}", len(word))
        elif word[:1] in {"@", "#"}:
            yield from self._matching(word, len(word))

    def _matching(self, start: str, typed: int) -> Iterator[Completion]:
        for name in self._conversation.names_to_complete():
            if name.casefold().startswith(start.casefold()):
                yield Completion(name + " ", -typed, display=name)
