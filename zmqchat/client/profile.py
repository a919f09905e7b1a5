"""Profiles: who a person is towards one realm, on disk, for any number of processes at once.

A profile is a directory: `profile.json` (join link and name) and a copy of it, `device` (the secret
half of the device's CURVE key, mode 0600), the outbox and the cache. A name is lost with its key,
and a key with knowing whose it is: so that is written twice. Profiles live under `$ZMQCHAT_HOME`
or the platform's data directory; `current` names the one that is used when none is asked for.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import msgspec

from zmqchat.errors import ChatError, Code
from zmqchat.protocol.names import normalise_user
from zmqchat.runtime.files import write_whole
from zmqchat.runtime.places import home
from zmqchat.security import keyfiles
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, parse

_KIND = "curve-secret"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CURRENT = "current"
_SAVED = "profile.json"
_COPY = "profile.copy.json"  # as far as a join has come; read where profile.json is damaged


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
    fresh: bool = field(default=False, compare=False)
    """Whether the device's key was made just now, so that no server can know it yet."""

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
    """What to call a person's profile: as the one that is there, else by the name if that is free.

    One whose key is there is theirs also if its join was cut short, or its profile.json is damaged.
    Names may have any letters, and file names may not.
    """
    for directory in sorted(path.parent for path in _profiles().glob("*/device")):
        if _is_of(_saved(directory), link, name):
            return directory.name
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "profile"
    if plain == name and _saved(_directory(plain)) is None:  # none, or nobody knows any more whose
        return plain
    return f"{plain[:40]}-{blake2b(link.key + name.encode(), digest_size=4).hexdigest()}"


def prepare(label: str, link: JoinLink, name: str) -> Profile:
    """A profile that is about to join: its device's key is made, and kept if it exists already.

    It is none until `save`. ChatError(BAD_PROFILE) where the label is another person's, and
    UsageError(NAME_INVALID) where nobody can be called so: neither leaves anything behind.
    """
    directory = _directory(label)
    saved = _saved(directory)
    if saved is not None and not _is_of(saved, link, name):
        raise ChatError(
            Code.BAD_PROFILE,
            f"The profile {label!r} is {saved.name!r} at {_address(saved)} already. "
            "Choose another with --profile, or remove it: zmqchat profile remove " + label,
        )
    if saved is None:
        normalise_user(name)
    keyfiles.make_directory(directory)
    key = directory / "device"
    fresh = not keyfiles.exists(key)
    keyfiles.create(key, _KIND, KeyPair.generate().secret.hex())
    profile = Profile(directory, link, name, _device(directory), fresh)
    _keep(profile, _COPY)
    return profile


def discard(profile: Profile) -> None:
    """Takes back what `prepare` made for a name that the server then refused."""
    if profile.fresh and not (profile.directory / _SAVED).exists():
        _delete(profile.directory)


def _is_of(saved: _Saved | None, link: JoinLink, name: str) -> bool:
    return saved is not None and (parse(saved.link).key, saved.name) == (link.key, name)


def _address(saved: _Saved) -> str:
    return parse(saved.link).address


def _saved(directory: Path) -> _Saved | None:
    """Whose a profile is, from its file or the copy; None where neither can be read."""
    for name in (_SAVED, _COPY):
        with suppress(OSError, msgspec.MsgspecError, ChatError):
            saved = msgspec.json.decode((directory / name).read_bytes(), type=_Saved)
            parse(saved.link)
            return saved
    return None


def save(profile: Profile) -> None:
    """Keeps a profile that has joined; nothing is written where it is kept so already."""
    _keep(profile, _COPY)
    _keep(profile, _SAVED)


def _keep(profile: Profile, name: str) -> None:
    path = profile.directory / name
    content = msgspec.json.encode(_Saved(str(profile.link), profile.name))
    with suppress(OSError):
        if path.read_bytes() == content:
            return
    try:
        write_whole(path, content)
    except OSError as error:
        raise ChatError(
            Code.STORAGE_FAILED,
            f"The profile's file {path} cannot be written: {error.strerror}. Its key is safe; see "
            "that the disk has room, and try again.",
        ) from None


def load(label: str | None = None) -> Profile:
    """A saved profile, or the current one; ChatError(BAD_PROFILE) where there is none."""
    label = label or current()
    if label is None:
        raise _none_in_use()
    directory = _directory(label)
    if not (directory / _SAVED).exists():
        raise ChatError(
            Code.BAD_PROFILE, f"There is no profile {label!r}. See: zmqchat profile list"
        )
    saved = _saved(directory)
    if saved is None:
        raise ChatError(
            Code.BAD_PROFILE,
            f"The profile {label!r} cannot be read: its profile.json and the copy are damaged. Its "
            f"key is untouched: join again with --profile {label}.",
        )
    return Profile(directory, parse(saved.link), saved.name, _device(directory))


def _none_in_use() -> ChatError:
    known = ", ".join(labels())
    if known:
        advice = f"None of your profiles is in use ({known}). Choose one: zmqchat profile use P"
        return ChatError(Code.BAD_PROFILE, advice)
    return ChatError(Code.BAD_PROFILE, "You have not joined yet: zmqchat join LINK --name NAME")


def labels() -> list[str]:
    """The names of all saved profiles."""
    return sorted(path.parent.name for path in _profiles().glob(f"*/{_SAVED}"))


def current() -> str | None:
    """The profile in use: the chosen one, or the only one."""
    try:
        chosen = (_profiles() / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        chosen = ""
    known = labels()
    if chosen in known:
        return chosen
    return known[0] if len(known) == 1 else None


def use(label: str) -> None:
    """Makes a saved profile the current one."""
    load(label)
    write_whole(_profiles() / _CURRENT, f"{label}\n".encode())


def remove(label: str) -> None:
    """Deletes a profile with its device key and cache: its name cannot be used from here again.

    One that is damaged can be deleted too; ChatError(BAD_PROFILE) where there is none.
    """
    if label not in labels():
        load(label)
    _delete(_directory(label))


def _delete(directory: Path) -> None:
    while directory.exists():
        with suppress(FileNotFoundError):  # a session that is just ending removes files as well
            shutil.rmtree(directory)


def _device(directory: Path) -> KeyPair:
    try:
        return KeyPair.from_secret(bytes.fromhex(keyfiles.read(directory / "device", _KIND)))
    except ValueError:
        raise keyfiles.damaged(directory / "device") from None
