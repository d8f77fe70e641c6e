"""Who is answered, and where: by the server's policy, the person's quota and what the bot may do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.client import words
from bot.errors import StoreError
from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Channel, Fault, Permission, Person, Sandbox
from tests.client.conftest import Bot, Start
from tests.client.watching import by_bot, shown, shown_like, stored

ANSWER = "I hear you well."

MEMBER = "/guilds/{guild}/members/{user}"


async def set_policy(bot: Bot, sandbox: Sandbox, **rules: Any) -> None:
    await bot.store.set_policy(sandbox.guild.id, ServerPolicy(**rules))


async def heard_next(sandbox: Sandbox, person: Person) -> None:
    """A marker in a direct message: once it is answered, all before it has been heard."""
    direct = person.open_dm()
    person.say(direct, "now")
    await shown(sandbox, direct, ANSWER)


def channel_blocked(sandbox: Sandbox, ana: Person) -> dict[str, Any]:
    return {"blocked_channels": {sandbox.general.id}}


def another_allowed(sandbox: Sandbox, ana: Person) -> dict[str, Any]:
    return {"allowed_channels": {sandbox.channel("other").id}}


def role_blocked(sandbox: Sandbox, ana: Person) -> dict[str, Any]:
    role = sandbox.role("muted")
    sandbox.give(ana, role)
    return {"blocked_roles": {role.id}}


def another_role_allowed(sandbox: Sandbox, ana: Person) -> dict[str, Any]:
    return {"allowed_roles": {sandbox.role("friends").id}}


Rules = Callable[[Sandbox, Person], dict[str, Any]]
refused = pytest.mark.parametrize(
    ("rules", "said"),
    [
        (channel_blocked, words.permissions.CHANNEL_BLOCKED),
        (another_allowed, words.permissions.CHANNEL_NOT_ALLOWED),
        (role_blocked, words.permissions.ROLE_BLOCKED),
        (another_role_allowed, words.permissions.ROLE_NOT_ALLOWED),
    ],
)


@refused
@pytest.mark.parametrize("in_thread", [False, True])
async def test_who_may_not_is_told_why_once(
    sandbox: Sandbox, start: Start, rules: Rules, said: str, in_thread: bool
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    place = ana.start_thread(sandbox.general, "plans") if in_thread else sandbox.general
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, **rules(sandbox, ana))
        for _ in range(3):
            ana.say(place, f"{sandbox.bot.mention} hello")
        await shown_like(sandbox, place, said)
        await heard_next(sandbox, ben)
        assert len(bot.engine.prompts) == 1  # the marker's
    assert len(by_bot(sandbox, place)) == 1


async def test_who_has_an_allowed_role_is_answered(sandbox: Sandbox, start: Start) -> None:
    ana, friends = sandbox.person("Ana"), sandbox.role("friends")
    sandbox.give(ana, friends)
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, allowed_roles={friends.id})
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)


async def test_rules_of_a_server_do_not_hold_in_direct_messages(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, allowed_channels={1}, allowed_roles={1})
        await heard_next(sandbox, ana)
        assert len(bot.engine.prompts) == 1


async def missed_by_the_bot(sandbox: Sandbox, bot: Bot, ana: Person) -> None:
    """Something said while there is no session, which comes without the roles of who said it."""
    await sandbox.gateway.invalidate()
    ana.say(sandbox.general, f"{sandbox.bot.mention} hello")


@pytest.mark.parametrize("known", [True, False])
async def test_roles_that_the_event_does_not_tell_are_asked_for_and_unknown_ones_are_a_no(
    sandbox: Sandbox, start: Start, known: bool
) -> None:
    ana, friends = sandbox.person("Ana"), sandbox.role("friends")
    sandbox.give(ana, friends)
    if not known:
        sandbox.faults.add(Fault("GET", MEMBER, status=403, times=None))
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, allowed_roles={friends.id})
        await missed_by_the_bot(sandbox, bot, ana)
        await shown_like(sandbox, sandbox.general, ANSWER if known else words.permissions.UNKNOWN, 15)
        assert len(bot.engine.prompts) == int(known)


async def test_who_asks_too_fast_is_told_when_to_ask_again(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER, quota=Quota(requests_a_minute=1)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} one")
        ana.say(sandbox.general, f"{sandbox.bot.mention} two")
        await shown_like(sandbox, sandbox.general, "the limit is 1 a minute")
        ben.say(sandbox.general, f"{sandbox.bot.mention} three")
        await stored(bot.store, sandbox.general, count=2)
    assert len(by_bot(sandbox, sandbox.general)) == 3


async def free(sandbox: Sandbox, ana: Person) -> Channel:
    return sandbox.general


async def thread_of_free(sandbox: Sandbox, ana: Person) -> Channel:
    return ana.start_thread(sandbox.general, "plans")


@pytest.mark.parametrize("where", [free, thread_of_free])
async def test_in_a_free_channel_no_mention_is_needed(
    sandbox: Sandbox, start: Start, where: Callable[[Sandbox, Person], Awaitable[Channel]]
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        place = await where(sandbox, ana)
        ana.say(place, "not yet")
        await heard_next(sandbox, ben)
        await set_policy(bot, sandbox, free_channels={sandbox.general.id})
        ana.say(place, "hello there")
        await stored(bot.store, place)
        said = ana.say(place, f"{ben.mention} and you?")
        ben.say(place, "me too", reply_to=said)
        sandbox.allow(sandbox.general, ana, Permission.MENTION_EVERYONE)
        ana.say(place, "@everyone lunch")
        ana.say(place, files=[("meme.png", b"png")])
        await heard_next(sandbox, ana)
        assert len(by_bot(sandbox, place)) == 1


async def test_in_a_free_channel_who_may_not_is_left_alone(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, free_channels={sandbox.general.id}, allowed_roles={1})
        ana.say(sandbox.general, "hello there")
        await heard_next(sandbox, ana)
    assert by_bot(sandbox, sandbox.general) == []


async def test_in_a_free_channel_who_asks_too_fast_is_told_once(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER, quota=Quota(requests_a_minute=1)) as bot:
        await set_policy(bot, sandbox, free_channels={sandbox.general.id})
        for number in range(4):
            ana.say(sandbox.general, f"number {number}")
        await heard_next(sandbox, ben)
        await stored(bot.store, sandbox.general)
    said = by_bot(sandbox, sandbox.general)
    assert len(said) == 2
    assert len([text for text in said if "the limit is 1 a minute" in text]) == 1


async def test_nobody_is_written_to_because_of_what_was_said_to_nobody(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    sandbox.deny(sandbox.general, sandbox.bot, Permission.SEND_MESSAGES)
    async with start(ANSWER) as bot:
        await set_policy(bot, sandbox, free_channels={sandbox.general.id})
        ana.say(sandbox.general, "hello")
        await heard_next(sandbox, ben)
    assert not ana.open_dm().history


async def test_trouble_with_the_database_is_told_to_those_alone_who_call_the_bot(
    sandbox: Sandbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> ServerPolicy:
        raise StoreError("The disk is full.")

    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        monkeypatch.setattr(bot.services.policies, "policy", fail)
        ana.say(sandbox.general, "nice weather")
        called = ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        told = await shown_like(sandbox, sandbox.general, "The disk is full.")
    assert told.reference is not None
    assert told.reference.message_id == called.id


@pytest.mark.parametrize("mentionable", [True, False])
async def test_the_bots_own_role_calls_it(sandbox: Sandbox, start: Start, mentionable: bool) -> None:
    ana, role = sandbox.person("Ana"), sandbox.bot_role()
    role.mentionable = mentionable
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{role.mention} hello")
        await stored(bot.store, sandbox.general)
        assert bot.engine.tokenizer.decode(bot.engine.prompts[0]).endswith("hello")
        assert role.mention not in bot.engine.tokenizer.decode(bot.engine.prompts[0])


@pytest.mark.parametrize("in_thread", [False, True])
async def test_where_the_bot_may_not_write_the_person_is_told_in_a_direct_message(
    sandbox: Sandbox, start: Start, in_thread: bool, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.person("Ana")
    lacking = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    sandbox.deny(sandbox.general, sandbox.bot, lacking)
    place = ana.start_thread(sandbox.general, "plans") if in_thread else sandbox.general
    name = "Send Messages in Threads" if in_thread else "Send Messages"
    async with start(ANSWER) as bot:
        for _ in range(3):
            ana.say(place, f"{sandbox.bot.mention} hello")
        told = await shown_like(sandbox, ana.open_dm(), f"I don't have **{name}**")
        assert place.mention in told.content
        await heard_next(sandbox, ana)
        assert len(bot.engine.prompts) == 1
    assert len([text for text in by_bot(sandbox, ana.open_dm()) if name in text]) == 1
    assert f"where the bot lacks: {name}" in caplog.text


async def test_where_nobody_can_be_told_the_log_is(
    sandbox: Sandbox, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    sandbox.deny(sandbox.general, sandbox.bot, Permission.SEND_MESSAGES)
    sandbox.faults.add(Fault("POST", "/users/@me/channels", status=403, times=None))
    with caplog.at_level(logging.WARNING):
        async with start(ANSWER):
            ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
            await heard_next(sandbox, ben)
    assert "#general" in caplog.text
    assert "Send Messages" in caplog.text


async def test_moderators_are_told_once_what_the_bot_would_like_to_do(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    sandbox.give(ben, sandbox.role("mods", Permission.MANAGE_MESSAGES))
    sandbox.deny(sandbox.general, sandbox.bot, Permission.ATTACH_FILES | Permission.READ_MESSAGE_HISTORY)
    async with start(ANSWER) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        assert by_bot(sandbox, sandbox.general) == [ANSWER]
        for count in (2, 3):
            ben.say(sandbox.general, f"{sandbox.bot.mention} hello")
            await stored(bot.store, sandbox.general, count=count)
        note = await shown_like(sandbox, sandbox.general, "I could do more")
    assert "Read Message History" in note.content
    assert "Attach Files" in note.content
    assert "Embed Links" not in note.content
    assert len(by_bot(sandbox, sandbox.general)) == 4
