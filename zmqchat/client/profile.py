"""Profiles: who a person is towards one realm, on disk, for any number of processes at once.

A profile is a directory: `profile.json` (join link and name), `device` (the secret half of the
device's CURVE key, mode 0600), the outbox and the cache. They live under `$ZMQCHAT_HOME` or the
platform's data directory; `current` names the one that is used when none is asked for.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from zmqchat.errors import ChatError, Code
from zmqchat.protocol.names import normalise_user
from zmqchat.runtime.places import home
from zmqchat.security import keyfiles
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, parse

_KIND = "curve-secret"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CURRENT = "current"


class _Saved(msgspec.Struct, frozen=True):
    """The content of profile.json."""

    link: str
    name: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A person in a realm: where it is, its key (in `link`), the name there, and this device."""

    directory: Path
    link: JoinLink
    name: str
    device: KeyPair

    @property
    def label(self) -> str:
        """What the profile is called on this machine."""
        return self.directory.name

    @property
    def cache(self) -> Path:
        """The file of the timelines."""
        return self.directory / "cache.db"

    @property
    def outbox(self) -> Path:
        """The directory of what is not sent yet: a file for each process."""
        return self.directory / "outbox"


def _profiles() -> Path:
    return home() / "profiles"


def _directory(label: str) -> Path:
    if not _NAME.fullmatch(label):
        raise ChatError(
            Code.BAD_PROFILE,
            f"{label!r} cannot be a profile's name: letters, digits, '.', '_' and '-', "
            "beginning with a letter or digit, at most 64.",
        )
    return _profiles() / label


def label_for(link: JoinLink, name: str) -> str:
    """What to call a person's profile: as the saved one, else by the name if that is free.

    Names may have any letters, and file names may not.
    """
    for label in labels():
        with suppress(ChatError):  # one that is damaged keeps nobody from having another
            saved = load(label)
            if (saved.link.key, saved.name) == (link.key, name):
                return label
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "profile"
    if plain == name and not (_directory(plain) / "profile.json").exists():
        return plain
    return f"{plain[:40]}-{blake2b(link.key + name.encode(), digest_size=4).hexdigest()}"


def prepare(label: str, link: JoinLink, name: str) -> Profile:
    """A profile that is about to join: its device's key is made, and kept if it exists already.

    Nothing names it until `save`. ChatError(BAD_PROFILE) where the label is another person's, and
    UsageError(NAME_INVALID) where nobody can be called so: neither leaves anything behind.
    """
    directory = _directory(label)
    saved = _saved(directory)
    if saved is not None and (parse(saved.link).key, saved.name) != (link.key, name):
        raise ChatError(
            Code.BAD_PROFILE,
            f"The profile {label!r} is {saved.name!r} at {parse(saved.link).address} already. "
            "Choose another with --profile, or remove it: zmqchat profile remove " + label,
        )
    if saved is None:
        normalise_user(name)
    keyfiles.make_directory(directory)
    keyfiles.create(directory / "device", _KIND, KeyPair.generate().secret.hex())
    return Profile(directory, link, name, _device(directory))


def _saved(directory: Path) -> _Saved | None:
    """What was saved there, if it can be read: a damaged file is mended by joining again."""
    try:
        return msgspec.json.decode((directory / "profile.json").read_bytes(), type=_Saved)
    except (OSError, msgspec.MsgspecError):
        return None


def save(profile: Profile) -> None:
    """Keeps a profile that has joined, whole or not at all."""
    path = profile.directory / "profile.json"
    temporary = path.with_name(f".profile.{os.getpid()}")
    temporary.write_bytes(msgspec.json.encode(_Saved(str(profile.link), profile.name)))
    temporary.chmod(0o600)
    temporary.replace(path)


def load(label: str | None = None) -> Profile:
    """A saved profile, or the current one; ChatError(BAD_PROFILE) where there is none."""
    label = label or current()
    if label is None:
        raise _none_in_use()
    directory = _directory(label)
    try:
        saved = msgspec.json.decode((directory / "profile.json").read_bytes(), type=_Saved)
    except FileNotFoundError:
        raise ChatError(
            Code.BAD_PROFILE, f"There is no profile {label!r}. See: zmqchat profile list"
        ) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise ChatError(
            Code.BAD_PROFILE,
            f"The profile {label!r} cannot be read ({error}). Its key is untouched: "
            f"join again with --profile {label}.",
        ) from None
    return Profile(directory, parse(saved.link), saved.name, _device(directory))


def _none_in_use() -> ChatError:
    known = ", ".join(labels())
    if known:
        advice = f"None of your profiles is in use ({known}). Choose one: zmqchat profile use P"
        return ChatError(Code.BAD_PROFILE, advice)
    return ChatError(Code.BAD_PROFILE, "You have not joined yet: zmqchat join LINK --name NAME")


def labels() -> list[str]:
    """The names of all saved profiles."""
    return sorted(path.parent.name for path in _profiles().glob("*/profile.json"))


def current() -> str | None:
    """The profile in use: the chosen one, or the only one."""
    try:
        chosen = (_profiles() / _CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        chosen = ""
    known = labels()
    if chosen in known:
        return chosen
    return known[0] if len(known) == 1 else None


def use(label: str) -> None:
    """Makes a saved profile the current one."""
    load(label)
    temporary = _profiles() / f".current.{os.getpid()}"
    temporary.write_text(label + "\n", encoding="utf-8")
    temporary.replace(_profiles() / _CURRENT)


def remove(label: str) -> None:
    """Deletes a profile with its device key and cache: its name cannot be used from here again.

    One that is damaged can be deleted too; ChatError(BAD_PROFILE) where there is none.
    """
    if label not in labels():
        load(label)
    directory = _directory(label)
    while directory.exists():
        with suppress(FileNotFoundError):  # a session that is just ending removes files as well
            shutil.rmtree(directory)


def _device(directory: Path) -> KeyPair:
    try:
        return KeyPair.from_secret(bytes.fromhex(keyfiles.read(directory / "device", _KIND)))
    except ValueError:
        raise keyfiles.damaged(directory / "device") from None
