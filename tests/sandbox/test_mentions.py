"""Whom a text mentions and whom it pings."""

import discord
import pytest

from bot.sandbox import Permission, Sandbox, SandboxError
from tests.sandbox.conftest import Client


async def test_people_roles_and_everyone_are_parsed(sandbox: Sandbox) -> None:
    ana, ben, cem = (sandbox.person(name) for name in ("Ana", "Ben", "Cem"))
    role = sandbox.role("team", mentionable=True)
    sandbox.give(cem, role)
    message = ana.say(sandbox.general, f"{ben.mention} {role.mention} <@!{ben.id}> <@1>")
    assert message.mentions == [ben.user]
    assert message.mention_roles == [role]
    assert message.pinged == {ben.id, cem.id}
    everyone = ana.say(sandbox.general, "@here now")
    assert everyone.mention_everyone
    assert {ben.id, cem.id, sandbox.bot.id} <= everyone.pinged


async def test_mentions_in_code_do_not_count(sandbox: Sandbox) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    message = ana.say(sandbox.general, f"`{ben.mention}` and\n```\n@everyone\n```")
    assert not message.pinged
    assert not message.mentions


async def test_without_permission_everyone_is_plain_text(sandbox: Sandbox) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    role = sandbox.role("team")
    sandbox.give(ben, role)
    sandbox.deny(sandbox.general, sandbox.guild.roles[sandbox.guild.id], Permission.MENTION_EVERYONE)
    message = ana.say(sandbox.general, f"@everyone {role.mention}")
    assert not message.mention_everyone
    assert not message.pinged


async def test_allowed_mentions_decide_what_the_bot_pings(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    channel = client.get_partial_messageable(sandbox.general.id)
    text = f"@everyone {ana.mention} {ben.mention}"

    async def pinged(allowed: discord.AllowedMentions) -> frozenset[int]:
        sent = await channel.send(text, allowed_mentions=allowed)
        return sandbox.general.messages[sent.id].pinged

    assert await pinged(discord.AllowedMentions.none()) == set()
    assert await pinged(
        discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(ana.id)])
    ) == {ana.id}
    assert {ana.id, ben.id} <= await pinged(discord.AllowedMentions.all())


async def test_a_reply_pings_its_author_only_when_asked_to(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    ana.say(sandbox.general, "hello")
    heard = await client.event_like("message")
    loud = await heard.reply("hi", mention_author=True)
    quiet = await heard.reply("hi", mention_author=False)
    assert sandbox.general.messages[loud.id].pinged == {ana.id}
    assert not sandbox.general.messages[quiet.id].pinged


async def test_edits_mention_but_never_ping(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    sent = await client.get_partial_messageable(sandbox.general.id).send("soon")
    await sent.edit(content=f"{ana.mention} done", allowed_mentions=discord.AllowedMentions(users=True))
    message = sandbox.general.messages[sent.id]
    assert message.mentions == [ana.user]
    assert not message.pinged


async def test_silent_messages_ping_nobody(sandbox: Sandbox, client: Client) -> None:
    ana = sandbox.person("Ana")
    sent = await client.get_partial_messageable(sandbox.general.id).send(ana.mention, silent=True)
    assert not sandbox.general.messages[sent.id].pinged


async def test_the_rules_apply_to_people_too(sandbox: Sandbox) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    message = ana.say(sandbox.general, "hello")
    with pytest.raises(SandboxError, match="at most 2000"):
        ana.say(sandbox.general, "x" * 2001)
    with pytest.raises(SandboxError, match="empty"):
        ana.say(sandbox.general, " ")
    with pytest.raises(SandboxError, match="cannot edit"):
        ben.edit(message, "bye")
    with pytest.raises(SandboxError, match="may not delete"):
        ben.delete(message)
    sandbox.deny(sandbox.general, ben, Permission.SEND_MESSAGES)
    with pytest.raises(SandboxError, match="Missing Permissions"):
        ben.say(sandbox.general, "hello?")
    ana.delete(message)
    with pytest.raises(SandboxError, match="deleted"):
        ana.edit(message, "again")
