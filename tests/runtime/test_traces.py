"""A traceback for a log says where and what kind, of errors and their causes, and no value."""

from __future__ import annotations

import pytest

from zmqchat.errors import Code, Refused
from zmqchat.runtime.traces import kind, trace

_SECRET = "the password is swordfish"


def _fails(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - any kind
        return caught


def _caused(how: str) -> BaseException:
    try:
        try:
            raise KeyError(_SECRET)
        except KeyError as error:
            if how == "cause":
                raise ValueError(_SECRET) from error
            raise ValueError(_SECRET)  # noqa: B904 - the context is what is tested
    except ValueError as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (ValueError(_SECRET), "ValueError"),
        (KeyError(_SECRET), "KeyError"),
        (UnicodeEncodeError("ascii", _SECRET, 0, 1, _SECRET), "UnicodeEncodeError"),
        (Refused(Code.FORBIDDEN, _SECRET), "Refused: forbidden"),
        (OSError(28, _SECRET, _SECRET), "OSError: No space left on device"),
        (OSError(_SECRET), "OSError"),
        (OSError(_SECRET, _SECRET), "OSError"),
    ],
)
def test_an_error_is_its_kind_and_its_place(error: Exception, named: str) -> None:
    text = trace(_fails(error))
    assert kind(error) == named
    assert text.splitlines()[-1] == named
    assert "in _fails" in text
    assert _SECRET not in text


def test_what_was_noted_at_an_error_is_not_told() -> None:
    error = ValueError()
    error.add_note(_SECRET)
    assert _SECRET not in trace(error)


@pytest.mark.parametrize("how", ["cause", "context"])
def test_causes_come_first(how: str) -> None:
    text = trace(_caused(how))
    assert text.index("KeyError") < text.index("ValueError")
    assert _SECRET not in text


def test_a_group_has_all_of_its_errors() -> None:
    group = ExceptionGroup(_SECRET, [_fails(KeyError(_SECRET)), ValueError(_SECRET)])
    text = trace(group)
    assert "ExceptionGroup" in text
    assert "  | KeyError" in text
    assert "  | ValueError" in text
    assert _SECRET not in text


def test_errors_that_cause_each_other_end() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert trace(one).count("ValueError") == 1
