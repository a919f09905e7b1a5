"""Why somebody could not get in: what happened, and what to do, in plain words."""

from __future__ import annotations

from zmqchat.errors import ChatError, Code
from zmqchat_gui.viewmodels import words

WANT_PASSWORD = frozenset({Code.NAME_TAKEN, Code.BAD_CREDENTIALS, Code.LINK_CODE_NEEDED})
"""A device that is in, or the password, would help."""

_EXPLAINED = {
    Code.BAD_CREDENTIALS: (
        "The password or code is not right.",
        "Type it again, or let a device of yours show a fresh link code: each is good once.",
    ),
    Code.LINK_CODE_NEEDED: (
        "Today this name's password is not taken from here: too many wrong ones were tried.",
        (
            "Let a device of yours show a link code and type that, or connect from where you came "
            "in before. An administrator can make a recovery code."
        ),
    ),
    Code.NAME_TAKEN: (
        "This name belongs to somebody else.",
        (
            "Choose another name; if it is yours, give its password, or a link code that a device "
            "of yours shows."
        ),
    ),
    Code.DEVICE_REMOVED: (
        "This device was removed from the account.",
        (
            "Disconnect from that server, forget it in the list above, and connect anew with the "
            "password or a link code. What this device holds is safe until then."
        ),
    ),
    Code.UNREACHABLE: (
        "The server does not answer.",
        "See that it runs, and that this computer is in the same network. Nothing was sent.",
    ),
    Code.KEY_MISMATCH: (
        "Somebody else answers at this address: the key is not that of the link.",
        (
            "Nothing was sent. Ask for a fresh join link; if nobody changed the server's keys, "
            "this is not your server."
        ),
    ),
    Code.REGISTRATION_CLOSED: (
        "This server takes nobody new with this link.",
        "Ask whoever runs it for a fresh link or an invitation.",
    ),
    Code.UNSUPPORTED_VERSION: (
        "The server speaks another version.",
        "One of the two needs an update.",
    ),
}


_NOT_INVITED = (
    "This invitation is not good, or not any more.",
    "It lets one name in, and for a limited time: ask an administrator for a new one.",
)

_NOT_WRITTEN = "See that this computer's disk can be written and has room. Nothing was sent."

_ADVICE = {
    Code.NAME_INVALID: "Choose another name.",
    Code.DATA_DIRECTORY: _NOT_WRITTEN,
}


def explained(error: ChatError, *, invited: bool = False) -> tuple[str, str]:
    """What happened, and what to do; `invited`: what was given is an invitation."""
    text, advice = _EXPLAINED.get(error.code, (_sentence(error.message), ""))
    if invited and error.code is Code.BAD_CREDENTIALS:
        text, advice = _NOT_INVITED
    advice = advice or _ADVICE.get(error.code, "")
    return words.say(text), words.say(advice) if advice else ""


def _sentence(text: str) -> str:
    """A message as the command line has it, behind its name, as a sentence of its own."""
    return text[:1].upper() + text[1:].rstrip(".") + "."
