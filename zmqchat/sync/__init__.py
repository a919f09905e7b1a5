"""The client's state machine, pure: inputs in, effects out; no sockets, no clock, no chance.

`Machine` is the entrance. A shell reports what it saw (a reply, opened frames, a barrier, the time)
and executes the effects that come back, in their order. Time is monotonic seconds as an argument;
cryptography, jitter and nonces are injected.
"""
