"""What was freed is there for the next message."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from zmqchat.runtime.memory import keep_freed

_FAULTS = """
import resource
from zmqchat.runtime.memory import keep_freed
{call}
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def messages():
    for _ in range(200):
        held = [bytearray(300_000) for _ in range(8)]
messages()
before = faults()
messages()
print(faults() - before)
"""


def _faults(call: str) -> int:
    script = _FAULTS.format(call=call)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(resource, "RUSAGE_THREAD"), reason="of Linux")
def test_large_messages_take_no_page_faults_again_and_again() -> None:
    if not keep_freed():
        pytest.skip("the C library is not glibc")
    assert _faults("keep_freed()") < _faults("") / 10
