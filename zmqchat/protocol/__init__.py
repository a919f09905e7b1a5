"""The wire protocol, version 1, as pure values: what travels, how it is encoded, how large it is.

`docs/protocol.md` is the authority; this package is its implementation and
`tests/protocol/test_document.py` holds the two together byte for byte. Nothing here knows a socket.
"""
