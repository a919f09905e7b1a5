"""The commands of the terminal client, and its help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from zmqchat.cli.chat.model import Conversation
from zmqchat.protocol.mentions import begun

COMMANDS: Final = {
    "/join": (
        "ROOM",
        "enter a public room, or one that you are invited to, or look at one that you are in",
    ),
    "/create": ("ROOM", "make a public room; with --private only the invited see it"),
    "/dm": ("NAME", "talk with somebody alone, or with several: /dm bob,carol"),
    "/leave": ("", "leave this room"),
    "/invite": ("NAME", "make somebody a member of this room, unless they ignore you"),
    "/kick": ("NAME", "remove a member from this room"),
    "/topic": ("TEXT", "say what this room is about"),
    "/rename": ("ROOM", "give this room another name"),
    "/rooms": ("", "rooms that can be found"),
    "/who": ("", "who is in this room"),
    "/edit": ("NUMBER TEXT", "change a message of yours (the last one: Up)"),
    "/redact": ("NUMBER", "erase a message for good"),
    "/reply": ("NUMBER TEXT", "answer a message"),
    "/react": ("NUMBER EMOJI", "set an emoji on a message, or take it back"),
    "/pin": ("NUMBER", "pin a message, or unpin it"),
    "/pins": ("", "the pinned messages of this room"),
    "/thread": ("NUMBER", "the thread that a message is in"),
    "/search": ("WORDS", "find messages; also from:NAME in:ROOM before:DATE has:link"),
    "/link": ("NUMBER", "a link to a message"),
    "/mute": ("", "do not count what is unread in this room, or count it again"),
    "/ignore": ("NAME", "do not see what somebody writes, or see it again"),
    "/status": ("[TEXT]", "what you are up to, for others to see"),
    "/away": ("", "be shown as away until you press a key"),
    "/reconnect": ("", "try now to reach a server that is away, instead of waiting"),
    "/help": ("", "this list"),
    "/quit": ("", "leave the client (also Ctrl+C or Ctrl+D on an empty line)"),
}
"""By name: the argument that it takes, and what it does."""

_TEXT: Final = ("TEXT", "TEXT]")
_LIKE_A_COMMAND: Final = re.compile(r"/[^\W\d_][\w-]*")

_ABOUT_PEOPLE: Final = frozenset({"/dm ", "/invite ", "/kick ", "/ignore "})

_KEYS: Final = {
    "Enter": "sends; Alt+Enter or Ctrl+J begins a new line",
    "Up": "changes your last message; Up and Down again: what you wrote before",
    "Tab": "completes @names, #rooms and /commands",
    "PgUp, PgDn": "read back, and forward again; End returns to the newest",
    "Alt+Up, Alt+Down": "the room before, the next room; Alt+1 to Alt+9 one of the first nine",
    "Alt+A": "the next room with something unread",
    "Ctrl+C": "clears what you are writing",
}

_MEANING: Final = {
    "14, at the right": "the number of a message, which commands ask for",
    "complete to 7": "the server confirmed the log up to event 7: no hole, nothing altered",
    "2 ms": "from the server's disk to this screen, for the newest message",
    "1 to send": "kept on this machine's disk, and sent once when the server is back",
    "catching up": "what was missed is being fetched; live: nothing is missing",
}


def command_in(text: str) -> tuple[str | None, str]:
    """The command that a text gives and its argument; (None, "") where it is a message.

    A path is a message, and so are several lines, unless the command takes a text. What looks like
    a command and is none is given back too, for whoever typed it meant one.
    """
    word, argument = (*text.split(maxsplit=1), "", "")[:2]
    command, argument = word.lower(), argument.strip()
    takes = COMMANDS.get(command, ("", ""))[0]
    several = "\n" in text.strip() and not takes.endswith(_TEXT)
    if several or not _LIKE_A_COMMAND.fullmatch(command):
        return None, ""
    return command, argument


def help_lines() -> Iterator[str]:
    """What /help tells, a remark a line."""
    commands = {f"{name} {argument}".strip(): text for name, (argument, text) in COMMANDS.items()}
    for title, table in (("Commands", commands), ("Keys", _KEYS), ("What is shown", _MEANING)):
        yield f"{title}:"
        yield from (f"  {name} \u2013 {text}" for name, text in table.items())
    yield "A message that begins like a command is written with two: //like this."


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
        elif before == "/join " and word[:1] not in {"#", "@"}:
            yield from self._matching(f"#{word}", len(word))
        elif before in _ABOUT_PEOPLE and not word.startswith("@"):
            yield from self._matching(f"@{word}", len(word))
        elif named := begun(document.text_before_cursor):
            yield from self._matching("".join(named), len("".join(named)))

    def _matching(self, start: str, typed: int) -> Iterator[Completion]:
        for name, now in self._conversation.names_to_complete():
            if name.casefold().startswith(start.casefold()):
                display = now if name == now else f"{now}, who was {name}"
                yield Completion(now + " ", -typed, display=display)
