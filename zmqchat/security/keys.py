"""A realm's keys, and where they live: `DIR/keys/NAME`, one key a file (`keyfiles`).

Every key has one use. A broker host holds `BrokerKeys` and nothing else, so that whoever takes a
broker can neither publish, nor sign, nor read. A broker-kit is a directory with those three files.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import nacl.public
from zmq.utils import z85

from zmqchat.protocol.limits import KEY_BYTES
from zmqchat.security import keyfiles


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A CURVE key pair: two times 32 bytes."""

    public: bytes
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> KeyPair:
        """A new pair from the system's randomness."""
        return cls.from_secret(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_secret(cls, secret: bytes) -> KeyPair:
        """The pair of a 32-byte secret key."""
        return cls(bytes(nacl.public.PrivateKey(secret).public_key), secret)

    @property
    def public_z85(self) -> bytes:
        """The public key as libzmq's CURVE options take it."""
        return to_z85(self.public)

    @property
    def secret_z85(self) -> bytes:
        """The secret key as libzmq's CURVE options take it."""
        return to_z85(self.secret)


def to_z85(key: bytes) -> bytes:
    """32 bytes of key as the 40 characters that libzmq's CURVE options take."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return z85.encode(key)


@dataclass(frozen=True, slots=True)
class BrokerKeys:
    """What a broker holds: its own pair, the publisher's public key, the token key (32 bytes)."""

    broker: KeyPair
    publisher: bytes
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RealmKeys:
    """What a server's data directory holds.

    `realm` is the CURVE pair of ROUTER, `publisher` that of the server's XPUB, `broker` that of
    the broker's XSUB, `signing` an Ed25519 seed, `token` the MAC key of listening tokens,
    `operator` the CURVE pair of the administering device, `join` the join link's token (text).
    """

    realm: KeyPair
    publisher: KeyPair
    broker: KeyPair
    signing: bytes = field(repr=False)
    token: bytes = field(repr=False)
    operator: KeyPair
    join: str = field(repr=False)

    @property
    def for_broker(self) -> BrokerKeys:
        """As much of it as a broker may hold."""
        return BrokerKeys(self.broker, self.publisher.public, self.token)


@dataclass(frozen=True, slots=True)
class _Place:
    """One key file's name, and the kind that its content must say."""

    name: str
    kind: str


_REALM = _Place("realm", "curve-secret")
_PUBLISHER = _Place("publisher", "curve-secret")
_BROKER = _Place("broker", "curve-secret")
_SIGNING = _Place("signing", "ed25519-seed")
_TOKEN = _Place("token", "mac-key")
_OPERATOR = _Place("operator", "curve-secret")
_JOIN = _Place("join", "join-token")
_REALM_ID = _Place("realm-id", "realm-id")  # no key: which realm's database these keys are for
_PUBLISHER_PUBLIC = _Place("publisher-public", "curve-public")  # written last: the set is complete


_SECRETS = (_REALM, _PUBLISHER, _BROKER, _SIGNING, _TOKEN, _OPERATOR)
_REALMS_OWN = (_REALM, _PUBLISHER, _SIGNING, _OPERATOR, _JOIN)  # which no broker-kit has
DATABASE = "zmqchat.db"
"""What a server's own database is called in its data directory."""


def keys_directory(directory: Path) -> Path:
    """Where a data directory or broker-kit keeps its keys."""
    return directory / "keys"


def has_realm(directory: Path) -> bool:
    """Whether `directory` is a realm's data directory (and no broker-kit, and not empty)."""
    return keyfiles.exists(_path(directory, _REALM))


def ensure_realm_keys(directory: Path) -> RealmKeys:
    """The realm's keys, which are made where there are none; safe in several processes at once.

    ChatError(DATA_DIRECTORY) where the directory is a broker-kit, a key of a complete set is gone
    or all of them while the database is there, or a file cannot be trusted.
    """
    if _is_broker_kit(directory):
        raise keyfiles.fault(
            f"{directory} is a broker-kit and has no realm: only `zmqchat broker` runs from it"
        )
    if not keyfiles.exists(_path(directory, _PUBLISHER_PUBLIC)):
        _refuse_lost(directory)
        _make_realm_keys(directory)
    return load_realm_keys(directory)


def replace_lost_keys(directory: Path) -> RealmKeys:
    """New keys in place of all that are gone; those that are there stay as they are.

    Whoever trusted a lost one has to be told of the new.
    """
    with suppress(FileNotFoundError):  # it names the lost pair, or is made again as it was
        _path(directory, _PUBLISHER_PUBLIC).unlink()
    _make_realm_keys(directory)
    return load_realm_keys(directory)


def realm_id(directory: Path) -> bytes | None:
    """The id of the realm that these keys are for; None before its first start."""
    path = _path(directory, _REALM_ID)
    if not keyfiles.exists(path):
        return None
    try:
        return bytes.fromhex(keyfiles.read(path, _REALM_ID.kind))
    except ValueError:
        raise keyfiles.damaged(path) from None


def keep_realm_id(directory: Path, realm: bytes) -> None:
    """Notes beside the keys which realm they are for, once and for all."""
    keyfiles.create(_path(directory, _REALM_ID), _REALM_ID.kind, realm.hex())


def forget_realm_id(directory: Path) -> None:
    """Lets the keys be another realm's: of the one that the next start makes."""
    with suppress(FileNotFoundError):
        _path(directory, _REALM_ID).unlink()


def load_realm_keys(directory: Path) -> RealmKeys:
    """The realm's keys; ChatError(DATA_DIRECTORY) where one is missing or cannot be trusted."""
    keyfiles.check_directory(keys_directory(directory))
    publisher = KeyPair.from_secret(_read(directory, _PUBLISHER))
    if publisher.public != _read(directory, _PUBLISHER_PUBLIC):
        raise keyfiles.damaged(_path(directory, _PUBLISHER_PUBLIC))
    return RealmKeys(
        realm=KeyPair.from_secret(_read(directory, _REALM)),
        publisher=publisher,
        broker=KeyPair.from_secret(_read(directory, _BROKER)),
        signing=_read(directory, _SIGNING),
        token=_read(directory, _TOKEN),
        operator=KeyPair.from_secret(_read(directory, _OPERATOR)),
        join=keyfiles.read(_path(directory, _JOIN), _JOIN.kind),
    )


def load_broker_keys(directory: Path) -> BrokerKeys:
    """A broker's keys, from a data directory or a broker-kit; reads three files and no others."""
    keyfiles.check_directory(keys_directory(directory))
    return BrokerKeys(
        broker=KeyPair.from_secret(_read(directory, _BROKER)),
        publisher=_read(directory, _PUBLISHER_PUBLIC),
        token=_read(directory, _TOKEN),
    )


def ensure_broker_keys(directory: Path) -> BrokerKeys:
    """A broker's keys: of the broker-kit or realm in `directory`, or of one that is made there."""
    if _is_broker_kit(directory):
        return load_broker_keys(directory)
    return ensure_realm_keys(directory).for_broker


def write_broker_kit(keys: BrokerKeys, directory: Path) -> None:
    """Writes what a broker host needs into the new or empty `directory`, and nothing more."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise keyfiles.fault(f"{directory} is not empty: nothing was written; name a new directory")
    keyfiles.make_directory(keys_directory(directory))
    _create(directory, _BROKER, keys.broker.secret)
    _create(directory, _TOKEN, keys.token)
    _create(directory, _PUBLISHER_PUBLIC, keys.publisher)


def _is_broker_kit(directory: Path) -> bool:
    return keyfiles.exists(_path(directory, _PUBLISHER_PUBLIC)) and not any(
        keyfiles.exists(_path(directory, place)) for place in _REALMS_OWN
    )


def _refuse_lost(directory: Path) -> None:
    """A realm that was there has all its keys: new ones would make strangers of its clients."""
    lived = keyfiles.exists(directory / DATABASE) or keyfiles.exists(_path(directory, _REALM_ID))
    for place in (*_SECRETS, _JOIN):
        if lived and not keyfiles.exists(_path(directory, place)):
            raise keyfiles.fault(
                f"{_path(directory, place)} is missing beside the realm that it belongs to; "
                "nothing was changed: restore it from your copy of the keys, or, where there is "
                f"none, make new ones with `zmqchat admin new-keys --data {directory}`; everybody "
                "needs a new join link then"
            )


def _make_realm_keys(directory: Path) -> None:
    keyfiles.make_directory(keys_directory(directory))
    for place in _SECRETS:
        _create(directory, place, secrets.token_bytes(KEY_BYTES))
    keyfiles.create(_path(directory, _JOIN), _JOIN.kind, secrets.token_urlsafe(16))
    publisher = KeyPair.from_secret(_read(directory, _PUBLISHER))
    _create(directory, _PUBLISHER_PUBLIC, publisher.public)


def _path(directory: Path, place: _Place) -> Path:
    return keys_directory(directory) / place.name


def _create(directory: Path, place: _Place, key: bytes) -> None:
    keyfiles.create(_path(directory, place), place.kind, key.hex())


def _read(directory: Path, place: _Place) -> bytes:
    path = _path(directory, place)
    try:
        key = bytes.fromhex(keyfiles.read(path, place.kind))
    except ValueError:
        raise keyfiles.damaged(path) from None
    if len(key) != KEY_BYTES:
        raise keyfiles.damaged(path)
    return key
