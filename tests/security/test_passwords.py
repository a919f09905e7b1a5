"""Passwords: argon2id with libsodium's parameters, and nothing told to those who guess."""

from __future__ import annotations

import pytest

from zmqchat.errors import UsageError
from zmqchat.protocol.limits import PASSWORD_CHARACTERS, PASSWORD_SHORTEST
from zmqchat.security import passwords
from zmqchat.security.passwords import check_password, hash_password, verify_password

_GOOD = "correct horse"


def test_a_password_fits_its_hash_and_no_other_does() -> None:
    hashed = hash_password(_GOOD)
    assert verify_password(hashed, _GOOD)
    assert not verify_password(hashed, "correct horsf")
    assert not verify_password(hashed, "")
    assert not verify_password(hashed, "x" * 10_000)
    assert _GOOD not in hashed


def test_the_hash_is_salted_and_names_its_parameters() -> None:
    hashed = hash_password(_GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert hash_password(_GOOD) != hashed


@pytest.mark.parametrize("hashed", ["", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$aa$bb"])
def test_what_is_no_hash_fits_nothing(hashed: str) -> None:
    assert not verify_password(hashed, _GOOD)


def test_without_a_hash_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []

    def fits(hashed: str, prepared: bytes) -> bool:
        worked.append(hashed)
        return True

    monkeypatch.setattr(passwords, "_fits", fits)
    assert not verify_password("", _GOOD)
    assert not verify_password("", "")
    assert [hashed[:31] for hashed in worked] == ["$argon2id$v=19$m=65536,t=2,p=1$"] * 2


def test_the_decoys_own_password_lets_nobody_in() -> None:
    assert not verify_password("", passwords._DECOY)


def test_a_password_is_the_same_from_any_keyboard() -> None:
    hashed = hash_password("re\u0301sume\u0301\u00a0für uns")
    assert verify_password(hashed, "résumé für uns")


@pytest.mark.parametrize(
    "password",
    ["", "x" * (PASSWORD_SHORTEST - 1), "x" * (PASSWORD_CHARACTERS + 1), "with\nnewline",
     "nul\x00character"],
)  # fmt: skip
def test_what_cannot_be_a_password_is_refused_and_not_repeated(password: str) -> None:
    for attempt in (check_password, hash_password):
        with pytest.raises(UsageError) as refused:
            attempt(password)
        assert "nothing was changed" in refused.value.message
        assert not password or password not in refused.value.message


def test_the_bounds_are_passwords() -> None:
    check_password("x" * PASSWORD_SHORTEST)
    check_password("x" * PASSWORD_CHARACTERS)
