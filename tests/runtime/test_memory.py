"""What was freed is there for the next message."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys

import pytest

from zmqchat.runtime.memory import keep_freed, survivors_left_alone

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


def test_the_collector_looks_once_at_what_stays_and_still_takes_what_goes() -> None:
    class Cycle:
        gone = 0

        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            Cycle.gone += 1

    with survivors_left_alone():
        stays = [[number] for number in range(1_000)]
        gc.collect()
        looked_at = {id(each) for each in gc.get_objects()}
        assert not any(id(each) in looked_at for each in stays)
        Cycle()
        gc.collect()
        assert Cycle.gone == 1
    assert not gc.get_freeze_count()
