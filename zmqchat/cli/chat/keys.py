"""The composer, and what keys do in the terminal client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from prompt_toolkit.buffer import Buffer, CompletionState
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from zmqchat.cli.chat.commands import Names
from zmqchat.cli.chat.model import Conversation


@dataclass(frozen=True, slots=True)
class Actions:
    """What keys ask of the screen."""

    send: Callable[[], None]
    scroll: Callable[[int], None]
    """A page back (1) or forward (-1)."""
    to_the_end: Callable[[], None]
    step: Callable[[int], None]
    """The next room (1), the one before (-1), the next one with something unread (0)."""
    go: Callable[[int], None]
    """The room with this number, from 1."""
    change_last: Callable[[], bool]
    """Puts one's last message into the composer; False where there is none."""


def composer(conversation: Conversation) -> Buffer:
    """Where a person writes: several lines, history, completion while typing."""
    return Buffer(
        completer=Names(conversation),
        complete_while_typing=True,
        history=InMemoryHistory(),
        multiline=True,
    )


def key_bindings(text: Buffer, actions: Actions) -> KeyBindings:
    """All keys that mean something besides editing."""
    keys = KeyBindings()

    def bind(action: Callable[[], None], *names: tuple[str, ...]) -> None:
        for name in names:
            keys.add(*name)(lambda _event: action())

    _bind_writing(keys, text, actions)
    _bind_leaving(keys, text)
    bind(partial(actions.scroll, 1), ("pageup",))
    bind(partial(actions.scroll, -1), ("pagedown",))
    bind(partial(actions.step, -1), ("escape", "up"), ("c-p",))
    bind(partial(actions.step, 1), ("escape", "down"), ("c-n",))
    bind(partial(actions.step, 0), ("escape", "a"))
    for number in range(1, 10):
        bind(partial(actions.go, number), ("escape", str(number)))
    return keys


def _bind_writing(keys: KeyBindings, text: Buffer, actions: Actions) -> None:
    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        state = text.complete_state
        if state is not None and state.current_completion is not None:
            text.complete_state = None  # it was chosen; the next Enter sends
        else:
            actions.send()

    @keys.add("escape", "enter")
    @keys.add("c-j")
    def _new_line(event: KeyPressEvent) -> None:
        text.insert_text("\n")

    @keys.add("up", filter=Condition(lambda: not text.text))
    def _change_last(event: KeyPressEvent) -> None:
        if not actions.change_last():
            text.auto_up()

    @keys.add("tab")
    def _complete(event: KeyPressEvent) -> None:
        complete(text)

    @keys.add("s-tab")
    def _complete_back(event: KeyPressEvent) -> None:
        text.complete_previous()

    @keys.add("end")
    @keys.add("c-end")
    def _to_the_end(event: KeyPressEvent) -> None:
        actions.to_the_end()
        text.cursor_position += text.document.get_end_of_line_position()


def complete(text: Buffer) -> None:
    """The next completion; at once, since a person who types on does not wait for a menu."""
    if text.complete_state is None:
        asked = CompleteEvent(completion_requested=True)
        found = list(text.completer.get_completions(text.document, asked))
        if len(found) == 1:
            text.apply_completion(found[0])
            return
        if not found:
            return
        text.complete_state = CompletionState(text.document, found)
    text.complete_next()


def _bind_leaving(keys: KeyBindings, text: Buffer) -> None:
    @keys.add("c-c")
    def _clear_or_leave(event: KeyPressEvent) -> None:
        if text.text:
            text.append_to_history()
            text.reset()
        else:
            event.app.exit()

    @keys.add("c-d", filter=Condition(lambda: not text.text))
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit()

    @keys.add("c-z")
    def _suspend(event: KeyPressEvent) -> None:
        event.app.suspend_to_background()
