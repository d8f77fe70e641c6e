"""The panel of /settings, used by a moderator in front of a Discord client."""

from __future__ import annotations

import pytest

from bot.client.words import settings as setting_words
from bot.policy.server import (
    REQUESTS_A_MINUTE,
    TOKENS_A_DAY,
    PersonaBy,
    Quota,
    ResetBy,
    ServerPolicy,
)
from bot.sandbox import Fault, Interaction, Message, Permission, Person, Sandbox, guilds
from bot.sandbox.model import walk_components
from tests.client.conftest import Bot, Start
from tests.client.watching import stored

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


@pytest.fixture
def mo(sandbox: Sandbox) -> Person:
    """Somebody who may manage the server."""
    role = sandbox.role("keepers", permissions=Permission.MANAGE_GUILD)
    return sandbox.person("Mo", roles=[role])


async def panel(sandbox: Sandbox, person: Person) -> Message:
    opened = await person.command(sandbox.general, "/settings")
    assert opened.message is not None
    assert opened.message.ephemeral_to is person.user
    return opened.message


def text(message: Message) -> str:
    return "\n".join(c["content"] for c in walk_components(message.components) if c["type"] == 10)


async def policy(bot: Bot, sandbox: Sandbox) -> ServerPolicy:
    return await bot.services.policies.policy(sandbox.guild.id)


async def test_the_overview_says_how_everything_is(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start():
        shown = text(await panel(sandbox, mo))
    for said in ("I answer in every channel", "I answer everyone", "Each person:", "Longest reply:"):
        assert said in shown
    assert sandbox.guild.name in shown


async def test_channels_are_chosen_and_shown_as_chosen(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ai, off = sandbox.channel("ai"), sandbox.channel("off-topic")
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:channels")
        await mo.choose(message, "settings:free-channels", ai)
        assert f"No mention needed in {ai.mention} now" in text(message)
        await mo.choose(message, "settings:blocked-channels", off, sandbox.general)
        await mo.choose(message, "settings:allowed-channels", ai)
        now = await policy(bot, sandbox)
        assert now.free_channels == now.allowed_channels == {ai.id}
        assert now.blocked_channels == {off.id, sandbox.general.id}
        menu = message.component("settings:blocked-channels")
        assert menu is not None
        assert {value["id"] for value in menu["default_values"]} == {str(off.id), str(sandbox.general.id)}
        await mo.click(message, "settings:overview")
        assert f"I answer only in {ai.mention}." in text(message)
        assert "Never in" in text(message)
        await mo.click(message, "settings:channels")
        await mo.choose(message, "settings:blocked-channels")
        assert "No channels are blocked now" in text(message)
        assert (await policy(bot, sandbox)).blocked_channels == frozenset()


async def test_choices_that_contradict_each_other_are_pointed_out(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    ai = sandbox.channel("ai")
    async with start():
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:channels")
        await mo.choose(message, "settings:free-channels", ai)
        assert "⚠️" not in text(message)
        await mo.choose(message, "settings:allowed-channels", sandbox.general)
        assert f"I don't answer in {ai.mention} at all" in text(message)


async def test_a_change_counts_for_the_next_message(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ana = sandbox.person("Ana")
    async with start("Certainly."):
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:channels")
        await mo.choose(message, "settings:blocked-channels", sandbox.general)
        await ana.command(sandbox.general, "/ask", prompt="hello")
        refusal = await sandbox.general.wait_for(lambda m: "switched me off" in m.content)
        assert refusal.ephemeral_to is ana.user


async def test_roles_are_chosen(sandbox: Sandbox, start: Start, mo: Person) -> None:
    friends, foes = sandbox.role("friends"), sandbox.role("foes")
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:roles")
        await mo.choose(message, "settings:allowed-roles", friends)
        assert f"I now answer only people with {friends.mention}" in text(message)
        await mo.choose(message, "settings:blocked-roles", foes)
        now = await policy(bot, sandbox)
        assert now.allowed_roles == {friends.id}
        assert now.blocked_roles == {foes.id}


async def test_quotas_are_set_and_taken_away(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ana, friends = sandbox.person("Ana"), sandbox.role("friends")
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:quotas")
        await submit(mo, await mo.click(message, "settings:quota"), tokens="5,000", requests="１０")
        assert "Quota for everyone now: 5,000 tokens a day, 10 messages a minute." in text(message)
        await submit(mo, await mo.choose(message, "settings:role-quota", friends), tokens="", requests="")
        assert f"{friends.mention}: unlimited tokens a day" in text(message)
        await submit(mo, await mo.choose(message, "settings:person-quota", ana), tokens="0", requests="1")
        assert f"{ana.mention}: 0 tokens a day, one message a minute" in text(message)
        now = await policy(bot, sandbox)
        assert now.quota == Quota(tokens_a_day=5000, requests_a_minute=10)
        assert now.role_quotas == {friends.id: Quota()}
        assert now.person_quotas == {ana.id: Quota(tokens_a_day=0, requests_a_minute=1)}

        opened = await mo.choose(message, "settings:person-quota", ana)
        assert opened.modal is not None
        assert field(opened, "tokens")["value"] == "0"
        await mo.submit(opened, {"counts": ["other"]})
        assert f"{ana.mention} no longer has a separate quota." in text(message)
        await mo.submit(await mo.click(message, "settings:quota"), {"counts": ["other"]})
        now = await policy(bot, sandbox)
        assert (now.quota, now.person_quotas) == (None, {})
        assert now.role_quotas == {friends.id: Quota()}


async def test_a_form_begins_with_what_holds_now(sandbox: Sandbox, start: Start, mo: Person) -> None:
    ana = sandbox.person("Ana")
    async with start(quota=Quota(tokens_a_day=7000, requests_a_minute=20)) as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:quotas")
        await submit(mo, await mo.click(message, "settings:quota"), tokens="9000")
        await submit(mo, await mo.choose(message, "settings:person-quota", ana), requests="2")
        now = await policy(bot, sandbox)
        assert now.quota == Quota(tokens_a_day=9000, requests_a_minute=20)
        assert now.person_quotas == {ana.id: Quota(tokens_a_day=9000, requests_a_minute=2)}


async def test_what_was_deleted_is_told_but_not_offered_as_chosen(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    gone = 123456789012345678
    async with start() as bot:
        chosen = frozenset({gone, sandbox.general.id})
        await bot.store.set_policy(sandbox.guild.id, ServerPolicy(allowed_channels=chosen))
        message = await panel(sandbox, mo)
        assert f"<#{gone}>" in text(message)
        await mo.click(message, "settings:channels")
        menu = message.component("settings:allowed-channels")
        assert menu is not None
        assert [value["id"] for value in menu["default_values"]] == [str(sandbox.general.id)]


@pytest.mark.parametrize(
    ("tokens", "requests"),
    [("many", ""), ("-1", ""), ("1.5", ""), ("", "0"), ("", "1" * 9), ("", "700"), ("2000000000", "")],
)
async def test_a_wrong_number_is_told_and_changes_nothing(
    sandbox: Sandbox, start: Start, mo: Person, tokens: str, requests: str
) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:quotas")
        sent = await submit(mo, await mo.click(message, "settings:quota"), tokens=tokens, requests=requests)
        assert sent.message is not None
        assert "whole number" in sent.message.content
        assert sent.message.ephemeral_to is mo.user
        assert (await policy(bot, sandbox)).quota is None


async def test_the_largest_numbers_that_the_policy_takes_are_taken(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:quotas")
        opened = await mo.click(message, "settings:quota")
        await submit(mo, opened, tokens=str(TOKENS_A_DAY.most), requests=str(REQUESTS_A_MINUTE.most))
        quota = Quota(tokens_a_day=TOKENS_A_DAY.most, requests_a_minute=REQUESTS_A_MINUTE.most)
        assert (await policy(bot, sandbox)).quota == quota


async def test_who_changes_shared_channels_is_set(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        assert setting_words.persona_by("moderators") in text(message)
        assert setting_words.reset_by("confirm") in text(message)
        await mo.click(message, "settings:shared")
        await mo.choose(message, "settings:persona-by", "everyone")
        assert setting_words.persona_by("everyone") in text(message)
        await mo.choose(message, "settings:reset-by", "moderators")
        assert setting_words.reset_by("moderators") in text(message)
        now = await policy(bot, sandbox)
        assert (now.persona_by, now.reset_by) == (PersonaBy.EVERYONE, ResetBy.MODERATORS)
        await mo.click(message, "settings:overview")
        assert setting_words.shared("everyone", "moderators") in text(message)


async def test_settings_are_not_offered_in_direct_messages(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start():
        offered = {command["name"] for command in ana.commands(ana.open_dm())}
    assert "settings" not in offered
    assert {"ask", "reset", "stats", "export"} <= offered


async def test_language_length_and_persona_are_set(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:replies")
        await mo.choose(message, "settings:language", "ja")
        assert "Language now: 日本語." in text(message)
        await mo.choose(message, "settings:length", "256")
        assert "Longest reply now: 256 tokens." in text(message)
        await mo.submit(await mo.click(message, "settings:persona"), {"persona": "You are a pirate."})
        assert "You are a pirate." in text(message)
        now = await policy(bot, sandbox)
        assert (now.language, now.max_reply_tokens, now.persona) == ("ja", 256, "You are a pirate.")
        await mo.choose(message, "settings:language", "none")
        await mo.choose(message, "settings:length", "none")
        await mo.submit(await mo.click(message, "settings:persona"), {"persona": " "})
        assert await policy(bot, sandbox) == ServerPolicy()


@pytest.mark.parametrize("late", [False, True], ids=["cut before", "cut after"])
async def test_a_choice_counts_though_an_answer_is_lost_on_the_way(
    sandbox: Sandbox, start: Start, mo: Person, late: bool
) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:replies")
        sandbox.faults.add(Fault("POST", CALLBACK, drop=True, late=late))
        await mo.choose(message, "settings:length", "128")
        await message.wait_until(lambda m: "Longest reply now: 128 tokens." in text(m))
        assert (await policy(bot, sandbox)).max_reply_tokens == 128
    assert [m for m in sandbox.general.messages.values() if m.ephemeral_to is mo.user] == [message]


async def test_an_open_panel_works_after_a_restart(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start():
        message = await panel(sandbox, mo)
    async with start() as bot:
        await mo.click(message, "settings:channels")
        await mo.choose(message, "settings:free-channels", sandbox.general)
        assert (await policy(bot, sandbox)).free_channels == {sandbox.general.id}


async def test_two_panels_do_not_undo_each_other(sandbox: Sandbox, start: Start, mo: Person) -> None:
    async with start() as bot:
        one, other = await panel(sandbox, mo), await panel(sandbox, mo)
        await mo.click(one, "settings:channels")
        await mo.click(other, "settings:replies")
        await mo.choose(other, "settings:length", "128")
        await mo.choose(one, "settings:free-channels", sandbox.general)
        now = await policy(bot, sandbox)
        assert now.max_reply_tokens == 128
        assert now.free_channels == {sandbox.general.id}


async def test_who_lost_the_right_meanwhile_can_change_nothing(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start() as bot:
        message = await panel(sandbox, mo)
        await mo.click(message, "settings:channels")
        guilds.set_roles(sandbox.world, sandbox.guild, mo.user, set())
        refused = await mo.choose(message, "settings:free-channels", sandbox.general)
        assert refused.message is not None
        assert "Manage Server" in refused.message.content
        assert refused.message.ephemeral_to is mo.user
        assert await policy(bot, sandbox) == ServerPolicy()


async def submit(person: Person, opened: Interaction, **values: str) -> Interaction:
    return await person.submit(opened, values)


def field(opened: Interaction, name: str) -> dict[str, str]:
    assert opened.modal is not None
    return next(c for c in walk_components(opened.modal["components"]) if c.get("custom_id") == name)


async def test_reasoning_is_chosen_and_holds_for_the_next_reply(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start("Certainly.", reasons=True) as bot:
        message = await panel(sandbox, mo)
        assert "Reasoning: up to the model." in text(message)
        await mo.click(message, "settings:replies")
        menu = message.component("settings:reasoning")
        assert menu is not None
        labels = [option["label"] for option in menu["options"]]
        assert labels == ["my owner's default (up to the model)", "on", "off"]
        thought: list[bool] = []
        for value, said in (("off", "off"), ("on", "on"), ("none", "my owner's default (up to the model)")):
            await mo.choose(message, "settings:reasoning", value)
            assert f"Reasoning now: {said}." in text(message)
            menu = message.component("settings:reasoning")
            assert menu is not None
            assert [option["value"] for option in menu["options"] if option.get("default")] == [value]
            mo.say(sandbox.general, f"{sandbox.bot.mention} hello")
            await stored(bot.store, sandbox.general, count=len(thought) + 1)
            thought.append(bot.engine.samplings[-1].max_reasoning_tokens != 0)
        assert thought == [False, True, True]
        assert (await policy(bot, sandbox)).reasoning is None


async def test_reasoning_is_offered_unless_the_model_is_known_not_to(
    sandbox: Sandbox, start: Start, mo: Person
) -> None:
    async with start(loaded=False) as bot:
        message = await panel(sandbox, mo)
        assert "Reasoning:" in text(message)
        await mo.click(message, "settings:replies")
        await mo.choose(message, "settings:reasoning", "off")
        assert "Reasoning now: off." in text(message)
        bot.loading.set_result(bot.assistant)
        await sandbox.world.events.wait_for("SANDBOX_PRESENCE", lambda now: now["status"] != "idle")
        await mo.click(message, "settings:overview")
        assert "Reasoning:" not in text(message)
        await mo.click(message, "settings:replies")
        assert message.component("settings:reasoning") is None
        assert message.component("settings:length") is not None


async def test_reasoning_is_chosen_in_japanese(sandbox: Sandbox, start: Start) -> None:
    role = sandbox.role("keepers", permissions=Permission.MANAGE_GUILD)
    hana = sandbox.person("Hana", roles=[role], locale="ja")
    async with start(reasons=True):
        message = await panel(sandbox, hana)
        assert "回答前の思考：モデルに任せる。" in text(message)
        await hana.click(message, "settings:replies")
        await hana.choose(message, "settings:reasoning", "on")
        assert "回答前の思考を変更しました：オン。" in text(message)
