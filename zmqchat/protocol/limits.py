"""Every size and count that the protocol bounds; checked by client, server and socket alike."""

from __future__ import annotations

VERSION = 1
"""The protocol version that this code speaks."""

SUITE = "AES-256-GCM, BLAKE3"
"""What seals frames and hashes bodies. The welcome names it: another one is not understood."""

TEXT_BYTES = 64 * 1024
"""One message's text, in UTF-8 bytes."""

BODY_BYTES = TEXT_BYTES + 4096
"""One event's encoded body: the longest text with its fields around it."""

REQUEST_BYTES = 1024 * 1024
"""One request frame. `MAXMSGSIZE` of the ROUTER is a little above (`SOCKET_SLACK`)."""

REPLY_BYTES = 4 * 1024 * 1024
"""One reply frame; a welcome with thousands of rooms is the largest."""

FRAME_BYTES = 256 * 1024
"""Published frames are split here, so that big messages do not delay small ones."""

SEALED_BYTES = FRAME_BYTES + BODY_BYTES + 64 * 1024
"""The largest sealed payload: a frame that was just below its bound and took one more event."""

SOCKET_SLACK = 1024
"""What `MAXMSGSIZE` allows above a limit, so that a coded error is sent and no connection cut."""

SUBSCRIPTION_BYTES = 512
"""One subscription on the broker's XPUB."""

VERSIONS_PER_HELLO = 64
"""Protocol versions in one `hello`."""

SENDS_PER_REQUEST = 1024
"""Items in one `send` request."""

SENDS_IN_FLIGHT = 4096
"""Unacknowledged sends of one session; the server answers `busy` beyond."""

ROOMS_PER_CATCH_UP = 256
"""Spans in one `catch-up` request, and rooms in one `open-rooms` request."""

CATCH_UP_EVENTS = 2000
"""Events in one `catch-up` reply, all spans together."""

CATCH_UP_BYTES = 1024 * 1024
"""Bodies in one `catch-up` reply, all spans together; one event at least is always returned."""

CHAINS_PER_REQUEST = 64
"""Seqs in one `chains` request."""

HISTORY_MESSAGES = 200
"""Messages in one `history` reply."""

HISTORY_BYTES = 1024 * 1024
"""Bodies in one `history` reply; one message at least is always returned."""

LISTED_PER_PAGE = 256
"""Lines in one reply with a list: of rooms, people, accounts, invitations."""

ROOMS_PER_USER = 10_000
"""Rooms that one user is a member of: a heartbeat may have to tell of all of them."""

NAME_CHARACTERS = 32
"""A user's name."""

ROOM_NAME_CHARACTERS = 64
"""A room's name."""

DESCRIPTION_CHARACTERS = 1024
"""A room's description."""

LABEL_CHARACTERS = 64
"""A device's label, and the client's own name in `hello`."""

SEND_ID_BYTES = 16
"""A send id is a UUID (version 7, so that ids sort by time)."""

SALT_BYTES = 32
"""The salt of a body's digest, which is the digest's key."""

HASH_BYTES = 32
"""A digest (BLAKE3) and a chain (BLAKE2b-256)."""

KEY_BYTES = 32
"""A key: of CURVE, of Ed25519, of sealing."""

HANDLE_BYTES = 4
"""A SUB topic: the counter value of a room's epoch."""

BARRIER_BYTES = 9
"""A barrier topic: 0xff and an 8-byte nonce."""

EMOJI_CHARACTERS = 32
"""A reaction: one emoji, which may be many code points, or a short word."""

REACTIONS_PER_MESSAGE = 2000
"""Reactions on one message, of everybody together."""

REACTIONS_PER_PERSON = 20
"""Reactions on one message, of one person."""

PINS_PER_ROOM = 100
"""Pinned messages of one room."""

MENTIONS_PER_MESSAGE = 50
"""Places in one message where somebody may be mentioned; those after them mention nobody."""

EVERYBODY_MEMBERS = 50
"""In rooms with more members only those who lead the room mention everybody, with `@room`."""

NAMES_PER_REQUEST = 64
"""Names in one `find-people` request."""

ATTACHMENTS_PER_MESSAGE = 32
"""Files of one message."""

FILE_NAME_CHARACTERS = 128
"""What the sender of a file calls it."""

DIRECT_MEMBERS = 16
"""People in a direct room, the asker included."""

ROOM_REFERENCE_CHARACTERS = 1_024
"""Characters of what a room is asked for by: the names of so many people, with blanks."""

SEARCH_CHARACTERS = 256
"""A search query."""

SEARCH_RESULTS = 100
"""Messages in one `search-results` reply."""

TYPING_MEMBERS = 50
"""In rooms with more members nobody is told who is typing."""

DISPLAY_CHARACTERS = 64
"""The name that a person wants to be shown by."""

STATUS_CHARACTERS = 128
"""A person's status text."""

PICTURE_BYTES = 64 * 1024
"""A person's picture: PNG, JPEG or WebP."""

PASSWORD_CHARACTERS = 256
"""The longest password; `PASSWORD_SHORTEST` is the shortest."""

PASSWORD_SHORTEST = 8
"""The shortest password, in characters."""

DEVICES_PER_USER = 64
"""Devices that are in, of one user."""

INVITES_OPEN = 1000
"""Invitations of a realm that can still be used."""

IGNORED_PER_USER = 1000
"""People that one user ignores."""
