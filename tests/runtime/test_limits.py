"""Open files: as many as the system allows, and some of them not for connections."""

from __future__ import annotations

import resource

import pytest

from zmqchat.runtime.limits import connections_within, raise_open_files


def test_the_limit_is_raised_to_the_hard_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        assert raise_open_files() == hard
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    ("open_files", "connections"), [(1_048_576, 943_718), (1024, 921), (256, 192), (10, 1)]
)
def test_some_are_kept_free(open_files: int, connections: int) -> None:
    assert connections_within(open_files) == connections
