"""Ports: free, consecutive, and disjoint between processes."""

from __future__ import annotations

import socket
import subprocess
import sys

from tests.support import ports
from tests.support.ports import free_port, free_ports


def test_a_run_of_ports_can_be_bound() -> None:
    first = free_ports(3)
    sockets = [socket.create_server(("127.0.0.1", first + step)) for step in range(3)]
    for listener in sockets:
        listener.close()


def test_no_port_is_handed_out_twice() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50


def test_another_process_does_not_get_what_this_one_holds() -> None:
    port = free_port()
    ask = f"from tests.support import ports; print(ports._claim_one({port}))"
    answer = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True
    ).stdout
    assert answer.strip() == "False"


def test_a_port_in_use_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        assert not ports._is_free(listener.getsockname()[1])
