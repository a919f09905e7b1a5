"""Between the network's thread and the window's: requests go one way, batches of updates the other.

Nothing here knows a view-model. The network thread has the one asyncio loop and all sockets; the
window's thread never waits for it.
"""
