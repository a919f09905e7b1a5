"""Messages and what is done to them, between clients and a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from datetime import timedelta

import pytest

import zmqchat
from tests.client.waiting import live
from tests.support.realm import Realm
from tests.support.waiting import eventually_async
from zmqchat.client import Chat, Folding, Reaction, open_profile, unsent
from zmqchat.errors import ChatError, Code, UsageError
from zmqchat.security.links import parse_message

pytestmark = pytest.mark.filterwarnings("error")


async def follow(chat: Chat, folding: Folding) -> None:
    async with aclosing(chat.batches("general")) as batches:
        async for batch in batches:
            folding.apply(batch)


def test_what_happens_to_a_message_is_read_and_folded_alike(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(alice, bob)
            first = await alice.send("general", "hello @bob")
            folding = Folding(await bob.history("general"), {"bob": bob.me.id}.get)
            following = asyncio.ensure_future(follow(bob, folding))
            answer = await bob.send("general", "hi", reply_to=first.seq)
            again = await alice.send("general", "you", reply_to=answer.seq)
            await alice.edit("general", first.seq, "hello, @bob")
            await bob.react("general", first.seq, "👍")
            await alice.react("general", first.seq, "👍")
            await bob.react("general", first.seq, "tada")
            await bob.react("general", first.seq, "tada", remove=True)
            await alice.pin("general", first.seq)
            await alice.redact("general", again.seq)
            last = await alice.edit("general", first.seq, "good morning, @bob")

            page = await alice.history("general")
            root = next(m for m in page if m.seq == first.seq)
            assert root.text == "good morning, @bob"
            assert root.edited_at == last.sent_at
            assert root.reactions == (Reaction("👍", (bob.me, alice.me)),)
            assert (root.pinned, root.replies, root.mentions) == (True, 1, (bob.me.id,))
            assert root.replied_at == again.sent_at
            assert [m.seq for m in await bob.pins("general")] == [first.seq]
            thread = await bob.thread("general", answer.seq)
            assert [(m.seq, m.root, m.redacted) for m in thread] == [
                (first.seq, 0, False),
                (answer.seq, first.seq, False),
                (again.seq, first.seq, True),
            ]
            detail = await bob.message("general", first.seq)
            assert detail.message == root
            assert [e.text for e in detail.edits] == ["hello, @bob", "good morning, @bob"]
            gone = next(m for m in page if m.seq == again.seq)
            assert (gone.text, gone.redacted, gone.root) == (None, True, first.seq)

            await eventually_async(lambda: folding.seq == last.seq)
            following.cancel()
            assert [folding.messages[m.seq] for m in page] == page

            with pytest.raises(ChatError) as refused:
                await bob.edit("general", first.seq, "mine")
            assert refused.value.code is Code.FORBIDDEN
            link = parse_message(bob.link_to("#general", first.seq))
            assert (link.room, link.seq) == (first.room_id, first.seq)

    asyncio.run(run())


def test_what_is_redacted_is_nowhere_in_the_profiles(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
        ):
            await live(alice, bob)
            await alice.send("general", "something before")
            told = await alice.send("general", "the unmentionable word")
            await alice.edit("general", told.seq, "the unmentionable word, again")
            await eventually_async(lambda: (bob.complete_to("general") or 0) > told.seq)
            assert found_in_profiles(b"unmentionable")
            await alice.redact("general", told.seq)
            await eventually_async(lambda: not found_in_profiles(b"unmentionable"))
            assert found_in_profiles(b"something before")

    asyncio.run(run())


def found_in_profiles(text: bytes) -> bool:
    from zmqchat.runtime.places import home

    files = (path for path in (home() / "profiles").rglob("*") if path.is_file())
    return any(text in path.read_bytes() for path in files)


def test_offline_the_profile_folds_as_the_server_does(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            await live(alice)
            first = await alice.send("general", "one")
            answer = await alice.send("general", "two", reply_to=first.seq)
            await alice.edit("general", first.seq, "uno")
            await alice.react("general", answer.seq, "ok")
            last = await alice.pin("general", answer.seq)
            page, thread = await alice.history("general"), await alice.thread("general", first.seq)
            detail = await alice.message("general", first.seq)
            await eventually_async(lambda: alice.complete_to("general") == last.seq)
        realm.stop()
        async with open_profile(timeout=None) as offline:
            assert await offline.history("general") == page
            assert await offline.thread("general", answer.seq) == thread
            held = await offline.message("general", first.seq)
            assert (held.message, held.edits) == (detail.message, detail.edits)
            assert await offline.history("general", limit=1) == page[1:]

    asyncio.run(run())
    realm.start()


def test_a_direct_room_is_opened_by_the_names_of_its_people(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob") as bob,
            zmqchat.connect(realm.link, "carol", ephemeral=True),
        ):
            await live(alice, bob)
            sent = await alice.send("@Bob", "psst")
            assert sent.room == "@bob"
            await eventually_async(lambda: "@alice" in bob.joined)
            assert [m.text for m in await bob.history("@alice")] == ["psst"]
            three = await alice.direct("carol", "bob")
            assert three == "@bob,carol"
            await alice.send("@carol,bob", "you two")
            assert [m.text for m in await alice.history("@bob,carol")] == ["you two"]
            with pytest.raises(ChatError) as unknown:
                await alice.send("@nobody-here", "x")
            assert unknown.value.code is Code.NOT_FOUND

    asyncio.run(run())


def test_rooms_are_described_renamed_archived_and_led(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "alice") as alice,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live(alice, bob)
            await alice.create("lab", private=True)
            await alice.invite("lab", "bob")
            await alice.describe("lab", "experiments")
            await alice.appoint("lab", "bob", "moderator")
            await alice.rename("lab", "laboratory")
            await eventually_async(lambda: "laboratory" in bob.joined)
            await eventually_async(lambda: "laboratory" in alice.joined)
            (entry,) = [r for r in await bob.rooms() if r["name"] == "laboratory"]
            assert (entry["description"], entry["archived"]) == ("experiments", False)
            roles = {p["name"]: p["role"] for p in await bob.who("laboratory")}
            assert roles == {"alice": "owner", "bob": "moderator"}
            await alice.archive("laboratory")
            with pytest.raises(ChatError) as closed:
                await bob.send("laboratory", "too late")
            assert closed.value.code is Code.FORBIDDEN
            await alice.archive("laboratory", undo=True)
            await bob.send("laboratory", "open again")

    asyncio.run(run())


def test_an_invitation_by_whom_one_ignores_waits_until_one_enters_or_declines(realm: Realm) -> None:
    async def run() -> None:
        async with (
            zmqchat.connect(realm.link, "mallory") as mallory,
            zmqchat.connect(realm.link, "bob", ephemeral=True) as bob,
        ):
            await live(mallory, bob)
            await bob.ignore("mallory")
            for room in ("den", "pit"):
                await mallory.create(room, private=True)
                await mallory.send(room, "welcome")
                await mallory.invite(room, "bob")
                assert [p["name"] for p in await mallory.who(room)] == ["mallory"]
            rows = {row["name"]: row for row in await bob.rooms()}
            seen = {name: (row["member"], row["invited"]) for name, row in rows.items()}
            assert seen == {"general": (True, False), "den": (False, True), "pit": (False, True)}
            assert bob.joined == ["general"]
            for act in (bob.history("den"), bob.send("den", "hello")):
                with pytest.raises(ChatError, match="not in") as refused:
                    await act
                assert refused.value.code is Code.FORBIDDEN
            await bob.enter("den")
            assert [m.text for m in await bob.history("den") if m.type == "posted"] == ["welcome"]
            await bob.leave("pit")
            rows = {row["name"]: row for row in await bob.rooms()}
            assert {name: row["member"] for name, row in rows.items()} == {
                "general": True,
                "den": True,
            }

    asyncio.run(run())


def test_what_is_said_is_found_where_one_may_read(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            for number in range(5):
                await alice.send("general", f"needle {number}")
            await alice.send("general", "hay")
            found = await alice.search("needle", limit=3)
            assert [m.text for m in found] == ["needle 4", "needle 3", "needle 2"]
            assert {m.room for m in found} == {"general"}
            pages = [page async for page in alice.found("needle", "general")]
            assert [m.text for page in pages for m in page][-1] == "needle 0"

    asyncio.run(run())


@pytest.fixture(params=["Etc/GMT-14", "Etc/GMT+12"])  # in one of them it is not the day of UTC
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The computer is in this time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_day_is_the_day_of_whoever_searches(realm: Realm, zone: str) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            sent = await alice.send("general", "needle")
            today = sent.sent_at.astimezone().date()
            tomorrow = today + timedelta(days=1)
            for query, number in [
                (f"needle after:{today}", 1),
                (f"needle before:{today}", 0),
                (f"needle after:{tomorrow}", 0),
                (f"needle before:{tomorrow} after:{today}", 1),
                ("needle after:0001-01-01", 1),
            ]:
                assert len(await alice.search(query)) == number, query

    asyncio.run(run())


def test_an_emoji_is_one_however_it_is_written(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            first = await alice.send("general", "look")
            await alice.react("general", first.seq, "\u2764")
            event = unsent(
                alice.where(first.room_id), alice.me, "reacted", target=first.seq, emoji="👍\ufe0f"
            )
            await (await alice.submit(event))
            with pytest.raises(ChatError) as again:
                await alice.react("general", first.seq, "\u2764\ufe0f")
            assert again.value.code is Code.FORBIDDEN
            shown = (await alice.message("general", first.seq)).message
            assert [one.emoji for one in shown.reactions] == ["\u2764\ufe0f", "👍"]
            for emoji in ("\u2764\ufe0e", "👍"):
                await alice.react("general", first.seq, emoji, remove=True)
            assert (await alice.message("general", first.seq)).message.reactions == ()
            with pytest.raises(UsageError):
                await alice.react("general", first.seq, "\u200b")
            await alice.set_profile(status="at sea \U0001fae8")

    asyncio.run(run())


@pytest.mark.parametrize("wrong", ["a\0b", "half \ud83e"])
def test_what_can_be_no_text_is_refused_before_it_is_sent(realm: Realm, wrong: str) -> None:
    async def run() -> None:
        with pytest.raises(UsageError):
            async with zmqchat.connect(realm.link, "bob", ephemeral=True, device=wrong):
                pass
        async with zmqchat.connect(realm.link, "alice") as alice:
            await alice.send("general", "foo")
            for doing in (
                alice.send("general", wrong),
                alice.edit("general", 2, wrong),
                alice.react("general", 2, wrong),
                alice.search(wrong),
                alice.create("dev", description=wrong),
                alice.set_profile(status=wrong),
                alice.set_password(wrong),
                alice.ignore(wrong),
            ):
                with pytest.raises(UsageError) as refused:
                    await asyncio.wait_for(doing, 20)
                assert "nothing was sent" in refused.value.message
            assert [found.text for found in await alice.search("foo")] == ["foo"]

    asyncio.run(run())


def test_what_is_submitted_again_under_its_id_is_in_the_log_once(realm: Realm) -> None:
    async def run() -> None:
        async with zmqchat.connect(realm.link, "alice") as alice:
            await live(alice)
            general = await alice.find("general")
            event = unsent(general, alice.me, "posted", text="once")
            first = await (await alice.submit(event))
            again = await (await alice.submit(event))
            assert first.id == again.id == event.id
            assert (first.seq, first.text) == (again.seq, "once")
            reaction = unsent(general, alice.me, "reacted", target=first.seq, emoji="ok")
            await (await alice.submit(reaction))
            (message,) = await alice.history("general")
            assert (message.text, message.reactions) == ("once", (Reaction("ok", (alice.me,)),))
            with pytest.raises(ChatError, match="empty"):
                await alice.submit(unsent(general, alice.me, "edited", target=2, text=" "))

    asyncio.run(run())
