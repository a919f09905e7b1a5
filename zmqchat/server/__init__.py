"""The server: a ROUTER that authenticates, decides, commits, acknowledges, seals and publishes.

`loop` moves bytes, `sessions` knows who is connected, `committer` writes, `publisher` seals;
`app` puts them together. Decisions are made in `zmqchat.domain`.
"""
