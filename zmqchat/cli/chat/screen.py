"""The terminal client's screen: rooms at the left, the timeline, the composer, the state below."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    Dimension,
    Float,
    FloatContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    UIContent,
    UIControl,
    VSplit,
    Window,
)
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.styles import Style

from zmqchat.cli.chat.model import Conversation
from zmqchat.cli.chat.render import Line, timeline
from zmqchat.cli.output import clean

_NARROW = 70
_SIDEBAR = 22
_COMPOSER_LINES = 8

COMMANDS = {
    "/join": "enter or make a public room: /join ROOM",
    "/leave": "leave this room",
    "/who": "who is here",
    "/rooms": "rooms that can be found",
    "/help": "this list",
    "/quit": "leave the client",
}

_HINT = (
    "  Enter sends \u00b7 Alt+Enter new line \u00b7 Alt+\u2191\u2193 rooms"
    " \u00b7 PgUp reads back \u00b7 /help"
)

_STYLE = Style.from_dict(
    {
        "header": "bold",
        "sidebar": "",
        "room": "",
        "room.current": "reverse bold",
        "room.unread": "bold ansiyellow",
        "rule": "ansibrightblack",
        "day": "ansibrightblack bold",
        "time": "ansibrightblack",
        "system": "ansibrightblack italic",
        "notice": "ansicyan",
        "waiting": "ansibrightblack",
        "failed": "ansired",
        "me": "bold ansigreen",
        "sender0": "bold ansiblue",
        "sender1": "bold ansimagenta",
        "sender2": "bold ansicyan",
        "sender3": "bold ansiyellow",
        "sender4": "bold ansired",
        "sender5": "bold ansibrightblue",
        "live": "ansigreen",
        "waiting-state": "ansiyellow",
        "offline": "ansired bold",
        "hint": "ansibrightblack",
        "prompt": "bold",
    }
)


class _Timeline(UIControl):
    """The current room's lines, of which the window shows the last, or those scrolled back to."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.back = 0
        self.at_top = False

    def create_content(self, width: int, height: int) -> UIContent:
        """What the window shows at its current size."""
        room = self._conversation.current
        lines = timeline(room, self._conversation.me, width - 1) if room is not None else []
        self.back = max(0, min(self.back, len(lines) - height))
        end = len(lines) - self.back
        shown = lines[max(0, end - height) : end]
        self.at_top = end - height <= 0
        # A short conversation stands at the bottom, above the composer.
        empty: Line = [("", "")]
        shown = [empty] * (height - len(shown)) + shown
        return UIContent(
            get_line=lambda number: shown[number],
            line_count=len(shown),
            cursor_position=Point(0, len(shown) - 1),
            show_cursor=False,
        )

    def is_focusable(self) -> bool:
        """The composer keeps the focus; keys scroll this."""
        return False


class _Names(Completer):
    """Completes commands at the start, and names of people and rooms anywhere."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        word = document.get_word_before_cursor(WORD=True)
        if word.startswith("/") and document.text_before_cursor == word:
            for command, about in COMMANDS.items():
                if command.startswith(word):
                    yield Completion(command, -len(word), display_meta=about)
        elif word[:1] in {"@", "#"}:
            for name in self._conversation.names_to_complete():
                if name.lower().startswith(word.lower()):
                    yield Completion(name + " ", -len(word), display=name)


class Screen:
    """The application. `submit(text)` takes what was typed, `read_back()` wants older messages."""

    def __init__(
        self,
        conversation: Conversation,
        submit: Callable[[str], None],
        read_back: Callable[[], None],
        about_connection: Callable[[], str],
    ) -> None:
        self._conversation = conversation
        self._submit = submit
        self._read_back = read_back
        self._about_connection = about_connection
        self._timeline = _Timeline(conversation)
        self._timeline_window = Window(self._timeline, wrap_lines=False)
        self._composer = Buffer(
            completer=_Names(conversation),
            complete_while_typing=True,
            history=InMemoryHistory(),
            auto_suggest=AutoSuggestFromHistory(),
            multiline=True,
        )
        self.application: Application[None] = Application(
            layout=self._layout(),
            key_bindings=self._keys(),
            style=_STYLE,
            full_screen=True,
            mouse_support=False,
        )

    def refresh(self) -> None:
        """Draws again what has changed; from the loop's thread."""
        self.application.invalidate()

    def _layout(self) -> Layout:
        composer = Window(
            BufferControl(
                self._composer,
                input_processors=[BeforeInput(lambda: [("class:prompt", "> ")])],
            ),
            height=Dimension(min=1, max=_COMPOSER_LINES),
            wrap_lines=True,
            dont_extend_height=True,
        )
        middle = HSplit(
            [
                Window(FormattedTextControl(self._header), height=1),
                Window(height=1, char="\u2500", style="class:rule"),
                self._timeline_window,
                Window(height=1, char="\u2500", style="class:rule"),
                composer,
                Window(FormattedTextControl(self._status), height=1),
            ]
        )
        sidebar = ConditionalContainer(
            VSplit(
                [
                    Window(FormattedTextControl(self._rooms), width=_SIDEBAR),
                    Window(width=1, char="\u2502", style="class:rule"),
                ]
            ),
            Condition(lambda: self.application.output.get_size().columns >= _NARROW),
        )
        menu = Float(CompletionsMenu(max_height=6), xcursor=True, ycursor=True)
        root = FloatContainer(VSplit([sidebar, middle]), [menu])
        return Layout(root, focused_element=composer)

    def _header(self) -> Line:
        room = self._conversation.current
        if room is None:
            return [("class:header", " no room")]
        whole = f"  complete to #{room.complete_to}" if room.complete_to else ""
        scrolled = "  (scrolled back: End returns)" if self._timeline.back else ""
        return [
            ("class:header", f" #{clean(room.name)}"),
            ("class:hint", whole),
            ("class:notice", scrolled),
        ]

    def _rooms(self) -> Line:
        fragments: Line = [("class:header", f" {clean(self._conversation.me)}\n\n")]
        for room in self._conversation.rooms.values():
            current = room is self._conversation.current
            style = "class:room.current" if current else "class:room"
            count = str(room.unread) if room.unread else ""
            name = clean(room.name)[: _SIDEBAR - 4 - len(count)]
            fragments.append((style, f" #{name}"))
            fragments.append(("class:room.unread", f" {count}\n" if count else "\n"))
        return fragments

    def _status(self) -> Line:
        state = self._conversation.state
        style = {"live": "class:live", "offline": "class:offline"}.get(state, "class:waiting-state")
        return [(style, f" {state}"), ("", f" {self._about_connection()}"), ("class:hint", _HINT)]

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("enter")
        def _send(event: KeyPressEvent) -> None:
            text = self._composer.text
            if text.strip():
                self._composer.append_to_history()
                self._composer.reset()
                self._timeline.back = 0
                self._submit(text)

        @keys.add("escape", "enter")
        def _new_line(event: KeyPressEvent) -> None:
            self._composer.insert_text("\n")

        @keys.add("escape", "up")
        @keys.add("c-p")
        def _room_before(event: KeyPressEvent) -> None:
            self._step(-1)

        @keys.add("escape", "down")
        @keys.add("c-n")
        def _room_after(event: KeyPressEvent) -> None:
            self._step(1)

        @keys.add("pageup")
        def _back(event: KeyPressEvent) -> None:
            self._scroll(1)

        @keys.add("pagedown")
        def _forward(event: KeyPressEvent) -> None:
            self._scroll(-1)

        @keys.add("end")
        @keys.add("c-end")
        def _to_the_end(event: KeyPressEvent) -> None:
            self._timeline.back = 0
            self._composer.cursor_position = len(self._composer.text)

        @keys.add("c-c")
        @keys.add("c-d")
        def _quit(event: KeyPressEvent) -> None:
            event.app.exit()

        return keys

    def _step(self, by: int) -> None:
        self._timeline.back = 0
        self._conversation.step(by)

    def _scroll(self, direction: int) -> None:
        info = self._timeline_window.render_info
        page = max(1, (info.window_height if info else 10) - 2)
        if direction > 0 and self._timeline.at_top:
            self._read_back()
        self._timeline.back = max(0, self._timeline.back + direction * page)
