"""The terminal client's screen: rooms at the left, the timeline, the composer, the state below."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
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
from prompt_toolkit.output import Output

from zmqchat.cli.chat.columns import cut, fitted
from zmqchat.cli.chat.keys import Actions, composer, key_bindings
from zmqchat.cli.chat.model import Conversation, Room
from zmqchat.cli.chat.render import Line, Look
from zmqchat.cli.chat.style import STYLE
from zmqchat.cli.chat.view import View, scroll, view
from zmqchat.cli.output import clean

_NARROW = 70
_SIDEBAR = 20
_COMPOSER_LINES = 8
_AHEAD = 60
"""Older messages are asked for when fewer entries than this are above those in sight."""
_REDRAW_S = 0.02
_STATES = {"catching-up": "catching up", "connecting": "connecting\u2026"}
_MARKS = {"online": "\u25cf", "away": "\u25d0", "offline": "\u25cb"}
_HINTS = ("/help", "PgUp reads back", "Alt+\u2191\u2193 rooms", "Alt+Enter new line")


class _Timeline(UIControl):
    """The current room's lines: the newest, or those that the person has scrolled back to."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._size = (80, 20)
        self.seen = View([], 0, 0)

    def _look(self) -> Look:
        live = self._conversation.state == "live"
        talk = self._conversation
        return Look(talk.me, live, self._size[0], talk.ignored, talk.name_of)

    def create_content(self, width: int, height: int) -> UIContent:
        """What the window shows at its current size."""
        self._size = (width, height)
        self.seen = view(self._conversation.shown, self._look(), height)
        # A short conversation stands at the bottom, above the composer.
        empty: Line = [("", "")]
        shown = [empty] * (height - len(self.seen.lines)) + self.seen.lines
        return UIContent(
            get_line=lambda number: shown[number],
            line_count=len(shown),
            cursor_position=Point(0, len(shown) - 1),
            show_cursor=False,
        )

    def scroll(self, direction: int) -> None:
        """A page back (1) or forward (-1)."""
        lines = direction * max(1, self._size[1] - 2)
        scroll(self._conversation.shown, self._look(), lines)
        self.seen = view(self._conversation.shown, self._look(), self._size[1])
        self._conversation.settle()

    def is_focusable(self) -> bool:
        """The composer keeps the focus; keys scroll this."""
        return False


class Screen:
    """The application. `submit(text)` takes what was typed and returns whether it was taken (if
    not, it stays in the composer); `read_back()` wants older messages; `about()` yields what is
    known of the connection, the most important first; `pressed()` is told of every key.
    """

    def __init__(
        self,
        conversation: Conversation,
        submit: Callable[[str], bool],
        read_back: Callable[[], None],
        about: Callable[[], Iterator[str]],
        pressed: Callable[[], None] = lambda: None,
        *,
        terminal: tuple[Input, Output] | None = None,
    ) -> None:
        self._conversation = conversation
        self._submit = submit
        self._read_back = read_back
        self._about = about
        self._timeline = _Timeline(conversation)
        self.composer = composer(conversation)
        actions = Actions(
            self._send, self._scroll, self._to_the_end, self._step, self._go, self._last_message
        )
        self.application: Application[None] = Application(
            layout=self._layout(),
            key_bindings=key_bindings(self.composer, actions),
            style=STYLE,
            full_screen=True,
            mouse_support=False,  # the terminal's own selection goes on working
            min_redraw_interval=_REDRAW_S,
            input=terminal[0] if terminal else None,
            output=terminal[1] if terminal else None,
        )
        self.application.key_processor.after_key_press += lambda _: pressed()

    def refresh(self) -> None:
        """Draws again what has changed; from the loop's thread."""
        self.application.invalidate()

    # ── layout ───────────────────────────────────────────────────────────────────────────────────

    def _layout(self) -> Layout:
        text = Window(
            BufferControl(self.composer),
            height=Dimension(min=1, max=_COMPOSER_LINES),
            wrap_lines=True,
            dont_extend_height=True,
        )
        typing = FormattedTextControl(self._rule)
        prompt = FormattedTextControl([("class:prompt", "> ")])
        middle = HSplit(
            [
                Window(FormattedTextControl(self._header), height=1),
                Window(height=1, char="\u2500", style="class:rule"),
                Window(self._timeline, wrap_lines=False),
                Window(typing, height=1, char="\u2500", style="class:rule"),
                VSplit([Window(prompt, width=2, dont_extend_height=True), text]),
                Window(FormattedTextControl(self._status), height=1),
            ]
        )
        sidebar = ConditionalContainer(
            VSplit(
                [
                    HSplit(
                        [
                            Window(FormattedTextControl(self._me), height=2),
                            Window(FormattedTextControl(self._rooms)),
                        ],
                        width=_SIDEBAR,
                    ),
                    Window(width=1, char="\u2502", style="class:rule"),
                ]
            ),
            Condition(self._is_wide),
        )
        menu = Float(CompletionsMenu(max_height=6), xcursor=True, ycursor=True)
        root = FloatContainer(VSplit([sidebar, middle]), [menu])
        return Layout(root, focused_element=text)

    def _is_wide(self) -> bool:
        return self.application.output.get_size().columns >= _NARROW

    def _columns(self) -> int:
        """The width of what is beside the rooms."""
        columns = self.application.output.get_size().columns
        return columns - _SIDEBAR - 1 if self._is_wide() else columns

    def _header(self) -> Line:
        room = self._conversation.current
        if room is None:
            return [("class:hint", cut(" not in any room: /rooms lists them", self._columns()))]
        segments = [("class:header", f" {clean(room.label)}")]
        if room.place is not None:
            more = f"{room.unread} new" if room.unread else f"{self._timeline.seen.below} more"
            segments.append(("class:new", f"  \u2193 {more} below: End"))
        if room.complete_to:
            segments.append(("class:hint", f"  \u2713 complete to {room.complete_to}"))
        return [*fitted(segments, self._columns())]

    def _me(self) -> Line:
        return [("class:header", cut(f" {clean(self._conversation.me.name)}", _SIDEBAR))]

    def _rule(self) -> Line:
        """The line above the composer: who is writing something just now."""
        names = sorted(self._conversation.shown.typing.values())
        if not names:
            return []
        who = clean(names[0]) if len(names) == 1 else f"{len(names)} people"
        text = f" {who} {'is' if len(names) == 1 else 'are'} writing\u2026 "
        return [("class:rule", "\u2500\u2500"), ("class:typing", cut(text, self._columns() - 2))]

    def _presence(self, room: Room) -> tuple[str, str]:
        """The mark in front of a talk with one person: whether that person is there."""
        alone = room.people[0] if len(room.people) == 1 else 0
        presence = self._conversation.presence.get(alone, "")
        if presence not in _MARKS:
            return "", " "
        return f"class:presence.{presence}", _MARKS[presence]

    def _rooms(self) -> Line:
        fragments: Line = []
        for room in self._conversation.rooms.values():
            current = room is self._conversation.current
            count = f" {room.unread}" if room.unread else " @" if room.mentioned else ""
            name = cut(clean(room.label), _SIDEBAR - 2 - len(count))
            called = "class:room.mentioned" if room.mentioned else "class:room.unread"
            if current:
                fragments.append(("[SetCursorPosition]", ""))  # keeps it in sight
            fragments.append(self._presence(room))
            quiet = "class:room.muted" if room.muted else "class:room"
            fragments.append(("class:room.current" if current else quiet, name))
            fragments.append((called, f"{count}\n"))
        return fragments

    def _status(self) -> Line:
        state = self._conversation.state
        segments = [(f"class:{state}", f" {_STATES.get(state, state)}")]
        segments += [("", f" \u00b7 {text}") for text in self._about()]
        segments += [("class:hint", f" \u00b7 {hint}") for hint in _HINTS]
        return [*fitted(segments, self._columns())]

    # ── what keys do ─────────────────────────────────────────────────────────────────────────────

    def _send(self) -> None:
        text = self.composer.text
        if not text.strip():
            return
        self._to_the_end()
        if self._submit(text):
            self.composer.append_to_history()
            self.composer.reset()

    def _scroll(self, direction: int) -> None:
        self._timeline.scroll(direction)
        if direction > 0 and self._timeline.seen.above < _AHEAD:
            self._read_back()

    def _to_the_end(self) -> None:
        self._conversation.shown.place = None
        self._conversation.settle()

    def _step(self, by: int) -> None:
        if by:
            self._conversation.step(by)
        else:
            self._conversation.next_unread()

    def _last_message(self) -> bool:
        """Puts the person's last message into the composer, to be changed; False: there is none."""
        message = self._conversation.shown.last_of(self._conversation.me.id)
        if message is None:
            return False
        self.composer.text = f"/edit {message.seq} {message.text}"
        self.composer.cursor_position = len(self.composer.text)
        return True

    def _go(self, number: int) -> None:
        rooms = list(self._conversation.rooms)
        if number <= len(rooms):
            self._conversation.look_at(rooms[number - 1])
