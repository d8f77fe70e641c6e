"""/ask in private, and "Answer this" in the menu of a message."""

from __future__ import annotations

from bot.client.words import commands as command_words
from bot.policy.server import Quota, ServerPolicy
from bot.sandbox import Sandbox
from tests.client.conftest import Gate, Start
from tests.client.watching import by_bot, eventually, stored

ANSWER = "A rather short answer."


async def test_a_private_answer_is_seen_by_one_and_kept_by_nobody(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="my secret", private=True)
        assert asked.message is not None
        assert asked.message.ephemeral_to is ana.user
        await asked.message.wait_until(lambda m: m.content == ANSWER)
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await stored(bot.store, sandbox.general)
        assert "my secret" not in bot.engine.tokenizer.decode(bot.engine.prompts[-1])
        (kept,) = await bot.store.transcript(sandbox.general.id)
        assert kept.prompt.text == "hello"
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_a_private_answer_can_be_stopped(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    gates = iter([None, Gate()()])
    async with start(lambda _: ["I was saying ", "more"], gate=lambda: next(gates)):
        asked = await ana.command(sandbox.general, "/ask", prompt="talk", private=True)
        assert asked.message is not None
        await asked.message.wait_until(lambda m: m.content.startswith("I was saying"))
        await ana.command(sandbox.general, "/stop")
        await asked.message.wait_until(lambda m: "Stopped." in m.content)


async def test_names_stand_for_mentions_in_a_question(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER) as bot:
        await ana.command(sandbox.general, "/ask", prompt=f"Is {ben.mention} right?")
        await stored(bot.store, sandbox.general)
        assert "Is @Ben right?" in bot.engine.tokenizer.decode(bot.engine.prompts[-1])


async def test_answer_this_answers_anothers_message(sandbox: Sandbox, start: Start) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    question = ben.say(sandbox.general, "What is a kettle?", files=[("notes.txt", b"It whistles.")])
    async with start(ANSWER) as bot:
        answered = await ana.menu(question, command_words.ANSWER_THIS)
        assert answered.message is not None
        await answered.message.wait_until(lambda m: m.content == ANSWER)
        await stored(bot.store, sandbox.general)
        (exchange,) = await bot.store.transcript(sandbox.general.id)
        prompt = bot.engine.tokenizer.decode(bot.engine.prompts[-1])
    assert exchange.prompt.author is not None
    assert exchange.prompt.author.id == ana.id
    assert "Ben wrote:" in prompt
    assert "What is a kettle?" in prompt
    assert "It whistles." in prompt
    assert by_bot(sandbox, sandbox.general) == [ANSWER]


async def test_answer_this_on_ones_own_message_asks_what_it_says(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    question = ana.say(sandbox.general, "What is a kettle?")
    async with start(ANSWER) as bot:
        await ana.menu(question, command_words.ANSWER_THIS)
        await stored(bot.store, sandbox.general)
        (exchange,) = await bot.store.transcript(sandbox.general.id)
    assert (exchange.prompt.text, exchange.prompt.context) == ("What is a kettle?", "")


async def test_those_who_may_not_are_told_alone(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    question = ana.say(sandbox.general, "What is a kettle?")
    async with start(ANSWER) as bot:
        policy = ServerPolicy(blocked_channels=frozenset({sandbox.general.id}))
        await bot.store.set_policy(sandbox.guild.id, policy)
        await ana.menu(question, command_words.ANSWER_THIS)
        await ana.command(sandbox.general, "/ask", prompt="hello")
        await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        await ana.command(sandbox.general, "/summarize")
        await ana.command(sandbox.general, "/persona set", text="You are a pirate.")

        def refusals() -> int:
            said = [m for m in sandbox.general.messages.values() if "switched me off" in m.content]
            return len([m for m in said if m.ephemeral_to is ana.user])

        await sandbox.general.wait_for(lambda _: refusals() == 5)
        assert bot.engine.prompts == []
    assert by_bot(sandbox, sandbox.general) == []


async def test_a_private_refusal_stands_where_the_bot_was_thinking(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(ANSWER, quota=Quota(requests_a_minute=1)):
        await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        refused = await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        assert refused.message is not None
        await refused.message.wait_until(lambda m: "too fast" in m.content)
        assert refused.message.ephemeral_to is ana.user
    assert not refused.message.deleted
    assert refused.followups == []


async def test_a_private_answer_for_which_the_queue_has_no_room_is_refused_in_place(
    sandbox: Sandbox, start: Start
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    async with start(ANSWER, gate=Gate(), concurrency=1, queue_size=1) as bot:
        for name in ("first", "second"):
            ben.say(sandbox.channel(name), f"{sandbox.bot.mention} hello")

        async def full() -> bool:
            return bot.assistant.busy == 2

        await eventually(full)
        refused = await ana.command(sandbox.general, "/ask", prompt="hello", private=True)
        assert refused.message is not None
        await refused.message.wait_until(lambda m: not m.loading)
    assert refused.message.content.startswith("-# ")
    assert not refused.message.deleted
    assert refused.followups == []
