"""Messages of people and of the bot: posting, editing, deleting and reading them, with their limits."""

import asyncio
import io
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Limits, Sandbox, Upload
from tests.sandbox.conftest import Client, Rest


@pytest.fixture
def limits() -> Limits:
    """Windows so short that plain HTTP is not limited here; limits have tests of their own."""
    return Limits.fast(scale=0.0)


def path(sandbox: Sandbox, *more: object) -> str:
    return "/".join([f"/channels/{sandbox.general.id}/messages", *map(str, more)])


async def test_a_reply_reaches_the_channel_and_comes_back_to_the_bot(
    sandbox: Sandbox, client: Client
) -> None:
    ana = sandbox.person("Ana", nick="Annie")
    asked = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
    heard = await client.event_like("message")
    assert heard.author.display_name == "Annie"
    assert heard.mentions == [heard.guild.me]

    await heard.reply("hi", mention_author=True)

    reply = await sandbox.general.wait_for(lambda message: message.author is sandbox.bot)
    assert reply.content == "hi"
    assert reply.reference is not None
    assert reply.reference.message_id == asked.id
    assert reply.pinged == {ana.id}
    own = await client.event_like("message", lambda message: message.author == client.user)
    assert own.reference.resolved.id == asked.id


async def test_edits_are_recorded_and_sent_to_the_bot(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    message = await channel.send("one")
    await message.edit(content="two")
    await message.edit(content="three")
    posted = sandbox.general.messages[message.id]
    assert [revision.content for revision in posted.revisions] == ["one", "two", "three"]
    after = await client.event_like("raw_message_edit", nth=2)
    assert after.message.content == "three"
    assert after.message.edited_at is not None


async def test_a_person_edits_and_deletes(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    message = ana.say(sandbox.general, "helo")
    ana.edit(message, "hello")
    edited = await client.event_like("message_edit")
    assert edited.content == "helo"
    ana.delete(message)
    gone = await client.event_like("raw_message_delete")
    assert gone.message_id == message.id
    assert gone.guild_id == sandbox.guild.id


async def test_the_bot_deletes_its_own_messages_and_others_in_bulk(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)
    first, second, third = [await channel.send(str(number)) for number in range(3)]
    await first.delete()
    with pytest.raises(discord.Forbidden):
        await channel.delete_messages([second, third])
    role = sandbox.role("cleaners", discord.Permissions(manage_messages=True).value)
    sandbox.give(sandbox.bot, role)
    await channel.delete_messages([second, third])
    assert sandbox.general.history == []
    bulk = await client.event_like("raw_bulk_message_delete")
    assert bulk.message_ids == {second.id, third.id}


async def test_history_is_read_before_after_and_around(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    said = [ana.say(sandbox.general, str(number)) for number in range(10)]
    channel = client.get_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)
    middle = discord.Object(said[5].id)

    async def read(**options: Any) -> list[str]:
        return [message.content async for message in channel.history(**options)]

    assert await read(limit=3) == ["9", "8", "7"]
    assert await read(limit=3, before=middle) == ["4", "3", "2"]
    assert await read(limit=3, after=middle) == ["6", "7", "8"]
    assert await read(limit=3, around=middle) == ["6", "5", "4"]
    assert (await channel.fetch_message(said[0].id)).content == "0"


async def test_typing_is_shown_until_the_message(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    async with channel.typing():
        event = await sandbox.world.events.wait_for("TYPING_START")
        assert event.data["user_id"] == str(sandbox.bot.id)
        assert sandbox.who_types(sandbox.general) == [sandbox.bot]
        sandbox.clock.advance(10)
        assert sandbox.who_types(sandbox.general) == []
    await channel.typing()
    assert sandbox.who_types(sandbox.general) == [sandbox.bot]
    await channel.send("done")
    assert sandbox.who_types(sandbox.general) == []


async def test_another_bots_embeds_are_seen(sandbox: Sandbox, client: Client) -> None:
    robot = sandbox.person("Robot", bot=True)
    robot.say(sandbox.general, embeds=[{"title": "Build", "description": "passed"}])
    heard = await client.event_like("message")
    assert heard.author.bot
    assert (heard.embeds[0].title, heard.embeds[0].description) == ("Build", "passed")


async def test_a_repeated_nonce_returns_the_first_message(sandbox: Sandbox, rest: Rest) -> None:
    body = {"content": "once", "nonce": "abc", "enforce_nonce": True}
    first, second = await rest("POST", path(sandbox), body), await rest("POST", path(sandbox), body)
    assert first.body["id"] == second.body["id"]
    assert first.body["nonce"] == "abc"
    sandbox.clock.advance(301)
    third = await rest("POST", path(sandbox), body)
    assert third.body["id"] != first.body["id"]
    assert len(sandbox.general.history) == 2


async def test_attachments_are_stored_and_served(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, files=[("notes.txt", "héllo".encode()), ("picture.png", b"\x89PNG")])
    message = await client.event_like("message")
    text, picture = message.attachments
    assert (text.filename, text.size, text.content_type) == ("notes.txt", 6, "text/plain; charset=utf-8")
    assert picture.content_type == "image/png"
    assert (await text.read()).decode() == "héllo"

    sent = await message.channel.send(
        file=discord.File(io.BytesIO(b"all of it"), "answer.md", description="the whole")
    )
    stored = sandbox.general.messages[sent.id].attachments[0]
    assert (stored.data, stored.filename, stored.description) == (b"all of it", "answer.md", "the whole")
    assert stored.content_type.startswith("text/markdown")


async def test_an_edit_keeps_only_the_attachments_it_lists(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    message = await channel.send(
        "two files", files=[discord.File(io.BytesIO(b"1"), "a"), discord.File(io.BytesIO(b"2"), "b")]
    )
    message = await message.edit(content="still two")
    assert [a.filename for a in message.attachments] == ["a", "b"]
    message = await message.edit(attachments=[message.attachments[1], discord.File(io.BytesIO(b"3"), "c")])
    assert [a.filename for a in message.attachments] == ["b", "c"]


async def test_an_unknown_attachment_is_not_found(sandbox: Sandbox) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{sandbox.world.base_url}/attachments/1/2/x.txt") as response,
    ):
        assert response.status == 404


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, 50006, None),
        ({"content": " \n "}, 50006, None),
        ({"content": "x" * 2001}, 50035, "content"),
        ({"content": "🎈" * 2001}, 50035, "content"),
        ({"content": {"a": 1}}, 50035, "content"),
        ({"content": "x", "nonce": "n" * 26}, 50035, "nonce"),
        ({"embeds": [{"title": "t" * 257}]}, 50035, "embeds"),
        ({"embeds": [{"description": "d" * 4000}, {"description": "d" * 2001}]}, 50035, "embeds"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, 50035, "embeds"),
        ({"embeds": [{"title": "t"}] * 11}, 50035, "embeds"),
        ({"content": "x", "message_reference": {"message_id": 1}}, 50035, "message_reference"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            50035,
            "allowed_mentions",
        ),
        ({"content": "x", "flags": 1 << 15}, 50035, "content"),
        ([], 50035, None),
    ],
)
async def test_a_wrong_body_is_refused_with_its_code_and_field(
    sandbox: Sandbox, rest: Rest, body: Any, code: int, field: str | None
) -> None:
    answer = await rest("POST", path(sandbox), body)
    assert (answer.status, answer.code) == (400, code)
    assert field is None or field in answer.body["errors"]
    assert sandbox.general.history == []


@pytest.mark.parametrize("text", ["x" * 2000, "🎈" * 2000, "  x\n "])
async def test_length_is_counted_in_characters_and_the_ends_are_trimmed(
    sandbox: Sandbox, rest: Rest, text: str
) -> None:
    answer = await rest("POST", path(sandbox), {"content": text})
    assert answer.status == 200
    assert answer.body["content"] == text.strip()


async def test_a_reply_to_a_deleted_message_may_become_a_plain_message(sandbox: Sandbox, rest: Rest) -> None:
    reference = {"message_id": "1", "fail_if_not_exists": False}
    answer = await rest("POST", path(sandbox), {"content": "x", "message_reference": reference})
    assert answer.status == 200
    assert "message_reference" not in answer.body


async def test_unknown_ids_have_an_error_code_each(sandbox: Sandbox, rest: Rest) -> None:
    assert (await rest("GET", "/channels/1")).code == 10003
    assert (await rest("GET", "/guilds/1")).code == 10004
    assert (await rest("GET", f"/guilds/{sandbox.guild.id}/members/1")).code == 10007
    assert (await rest("GET", "/users/1")).code == 10013
    for method in ("GET", "PATCH", "DELETE"):
        gone = await rest(method, path(sandbox, 1), {"content": "x"} if method == "PATCH" else None)
        assert (gone.status, gone.code) == (404, 10008)
    assert (await rest("GET", "/channels/abc")).code == 50035
    assert (await rest("GET", "/nothing/here")).body == {"message": "404: Not Found", "code": 0}


async def test_only_the_author_edits(sandbox: Sandbox, rest: Rest) -> None:
    theirs = sandbox.person("Ana").say(sandbox.general, "mine")
    answer = await rest("PATCH", path(sandbox, theirs.id), {"content": "yours"})
    assert (answer.status, answer.code) == (403, 50005)


async def test_an_edited_message_must_not_be_empty(sandbox: Sandbox, rest: Rest) -> None:
    own = (await rest("POST", path(sandbox), {"content": "x"})).body["id"]
    answer = await rest("PATCH", path(sandbox, own), {"content": ""})
    assert (answer.status, answer.code) == (400, 50006)
    assert sandbox.general.messages[int(own)].content == "x"


async def test_old_messages_can_be_edited_only_a_few_times(sandbox: Sandbox, rest: Rest) -> None:
    own = (await rest("POST", path(sandbox), {"content": "x"})).body["id"]
    sandbox.clock.advance(3700)
    answers = [await rest("PATCH", path(sandbox, own), {"content": str(number)}) for number in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[-1].code == 30046


async def test_files_that_are_too_large_are_refused(sandbox: Sandbox, client: Client) -> None:
    channel = client.get_partial_messageable(sandbox.general.id)
    most = sandbox.world.limits.attachment_bytes
    with pytest.raises(discord.HTTPException) as one_file:
        await channel.send(file=discord.File(io.BytesIO(bytes(most + 1)), "large"))
    with pytest.raises(discord.HTTPException) as whole_request:
        await channel.send(files=[discord.File(io.BytesIO(bytes(most)), str(number)) for number in range(3)])
    for refused in (one_file.value, whole_request.value):
        assert (refused.status, refused.code) == (413, 40005)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": "Bot wrong"}, 401, 0),
        ({"Authorization": ""}, 401, 0),
        ({"User-Agent": "curl/8"}, 403, 40333),
        ({"Content-Type": "text/plain"}, 400, 50035),
    ],
)
async def test_requests_need_token_agent_and_type(
    sandbox: Sandbox, rest: Rest, headers: dict[str, str], status: int, code: int
) -> None:
    answer = await rest("POST", path(sandbox), {"content": "x"}, headers=headers)
    assert (answer.status, answer.code) == (status, code)


async def test_bad_json_has_its_own_error_code(sandbox: Sandbox, rest: Rest) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            sandbox.api_url + path(sandbox),
            data="{",
            headers={
                "Authorization": f"Bot {sandbox.token}",
                "User-Agent": "DiscordBot (x, 1)",
                "Content-Type": "application/json",
            },
        ) as response,
    ):
        assert (response.status, (await response.json())["code"]) == (400, 50109)


async def test_reactions_are_counted_once_per_user(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    message = ana.say(sandbox.general, "nice")
    ana.react(message, "👍")
    heard = await client.event_like("message")
    await heard.add_reaction("👍")
    await heard.add_reaction("👍")
    assert message.reactions == {"👍": [ana.id, sandbox.bot.id]}
    assert client.user is not None
    await heard.remove_reaction("👍", client.user)
    assert message.reactions == {"👍": [ana.id]}
    assert (await client.event_like("raw_reaction_add")).user_id == ana.id


async def message_like(client: Client, author: int) -> discord.Message:
    found = await client.event_like("message", lambda message: message.author.id == author)
    assert isinstance(found, discord.Message)
    return found


async def test_a_poll_and_stickers_reach_a_client(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, poll=("Tea or coffee?", ["tea", "coffee"]), stickers=["Wave"])
    message = await message_like(client, ana.id)
    assert message.poll is not None
    assert message.poll.question == "Tea or coffee?"
    assert [answer.text for answer in message.poll.answers] == ["tea", "coffee"]
    assert [sticker.name for sticker in message.stickers] == ["Wave"]


async def test_a_forwarded_message_is_a_copy_without_its_author(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    other = sandbox.channel("other")
    said = ben.say(other, "the train leaves at nine", files=[("plan.txt", b"platform 4")])
    ana.forward(said, sandbox.general)
    message = await message_like(client, ana.id)
    assert message.reference is not None
    assert message.reference.type is discord.MessageReferenceType.forward
    (snapshot,) = message.message_snapshots
    assert snapshot.content == "the train leaves at nine"
    assert [file.filename for file in snapshot.attachments] == ["plan.txt"]
    ben.delete(said)
    fetched = await client.get_partial_messageable(sandbox.general.id).fetch_message(message.id)
    assert fetched.message_snapshots[0].content == "the train leaves at nine"


async def test_a_bots_own_role_has_its_tags(sandbox: Sandbox, client: Client) -> None:
    role = sandbox.bot_role()
    await client.event_like("guild_role_create")
    guild = client.get_guild(sandbox.guild.id)
    assert guild is not None
    assert guild.self_role is not None
    assert guild.self_role.id == role.id
    assert guild.self_role.managed


async def test_a_file_may_claim_a_wrong_size_and_never_end(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    lies = Upload("a b#?.txt", "text/plain", b"x" * 1000, announced_size=3, pause_s=0.0)
    ana.say(sandbox.general, files=[lies])
    (attachment,) = (await message_like(client, ana.id)).attachments
    assert attachment.size == 3
    got = 0
    async with (
        asyncio.timeout(10),
        aiohttp.ClientSession() as session,
        session.get(attachment.url) as response,
    ):
        while got < 100_000:
            got += len(await response.content.readany())
