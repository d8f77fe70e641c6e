"""What is too long for messages comes as files: whole long answers, and code longer than a page."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.reply import Phase, Snapshot
from bot.chat.turns import FinishReason
from bot.client import words
from bot.client.replies.paginate import PAGE_LIMIT, code_blocks
from bot.client.replies.render import MAX_PAGES, extract_code, file_extension, render
from bot.sandbox import Fault, Message, Permission, Sandbox
from tests.client.conftest import Start
from tests.client.watching import shown, stored

ANSWER = "A rather short answer."
CODE = "\n".join(f"    print({number})  # a line of code" for number in range(100))
BLOCK = f"```python\n{CODE}\n```"
VERY_LONG = "\n".join(f"line {number} with some words in it" for number in range(400))

# Text with much of what is special: fences, blank lines, words longer than a page.
pieces = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["```python\n", "\n```\n", "~~~\n", "\n\n", "```", BLOCK, f"\n{BLOCK}\n", "x" * 2500]),
    st.integers(1, 400).map(lambda count: "some words " * count),
)
texts = st.lists(pieces, max_size=25).map("".join)
endings = st.sampled_from(list(FinishReason))


def done(text: str, **more: object) -> Snapshot:
    snapshot = Snapshot(phase=Phase.DONE, text=text.strip(), finish_reason=FinishReason.COMPLETE)
    return replace(snapshot, **more)  # type: ignore[arg-type]


def of_bot(sandbox: Sandbox) -> list[Message]:
    return [message for message in sandbox.general.history if message.author is sandbox.bot]


def files(message: Message) -> dict[str, str]:
    return {attachment.filename: attachment.data.decode() for attachment in message.attachments}


@given(texts, endings)
def test_a_reply_is_a_few_messages_that_discord_takes(text: str, how: FinishReason) -> None:
    bodies = render(done(text, finish_reason=how, prompt_cut=True))
    assert 1 <= len(bodies) <= MAX_PAGES + 1
    assert all(body.text.strip() and len(body.text) <= PAGE_LIMIT for body in bodies)
    assert all(len(body.files) <= 10 for body in bodies)


@given(texts, endings)
def test_without_files_a_reply_is_as_many_messages_as_it_needs(text: str, how: FinishReason) -> None:
    bodies = render(done(text, finish_reason=how, prompt_cut=True), attach=False)
    assert bodies
    assert all(body.text.strip() and len(body.text) <= PAGE_LIMIT for body in bodies)
    assert not any(body.files for body in bodies)


@given(texts)
def test_an_answer_that_is_too_long_is_attached_as_a_whole(text: str) -> None:
    said = done(f"{'some words ' * PAGE_LIMIT}\n\n{text}")
    bodies = render(said)
    attached = {file.name: file.data.decode() for body in bodies for file in body.files}
    assert attached["answer.md"] == said.text
    assert "answer.md" in bodies[-1].text


@given(texts)
def test_no_long_block_of_code_is_lost(text: str) -> None:
    said = done(text)
    attached = [file.data.decode() for body in render(said) for file in body.files]
    long = [block.code for block in code_blocks(said.text) if block.end - block.start > PAGE_LIMIT]
    assert set(long[:9]) <= set(attached)


@given(texts)
def test_what_grows_is_at_most_four_messages(text: str) -> None:
    bodies = render(Snapshot(phase=Phase.DECODE, text=text))
    assert 1 <= len(bodies) <= MAX_PAGES
    assert not any(body.files for body in bodies)


@given(texts)
def test_code_that_is_taken_out_can_be_put_back(text: str) -> None:
    rest, taken = extract_code(text)
    blocks = {block.code: text[block.start : block.end] for block in code_blocks(text)}
    for pointer, file in taken.items():
        assert rest.count(pointer) == 1
        rest = rest.replace(pointer, blocks[file.data.decode()])
    assert rest == text


@given(texts)
def test_code_blocks_are_where_they_say(text: str) -> None:
    at = 0
    for block in code_blocks(text):
        assert at <= block.start <= block.end <= len(text)
        assert block.code in text[block.start : block.end]
        at = block.end


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("python", ".py"), ("Py", ".py"), ("js", ".js"), ("typescript", ".ts"), ("c++", ".cpp"),
        ("rust", ".rs"), ("sh", ".sh"), ("bash", ".sh"), ("json", ".json"), ("html", ".html"),
        ("sql", ".sql"), ("r", ".R"),
        ("", ".txt"), ("no such language", ".txt"), ("../../etc", ".txt"),
    ],
)  # fmt: skip
def test_files_have_the_ending_of_their_language(language: str, said: str) -> None:
    assert file_extension(language) == said


async def test_a_very_long_answer_ends_on_the_fourth_message_with_the_whole_as_a_file(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(VERY_LONG) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        (turn,) = await stored(bot.store, sandbox.general)
    *earlier, last = of_bot(sandbox)
    assert len(earlier) == 3
    assert not any(message.attachments for message in earlier)
    assert files(last) == {"answer.md": VERY_LONG}
    assert last.content.endswith(words.note(words.replies.answer_attached("answer.md")))
    assert turn.text == VERY_LONG
    assert len(last.buttons()) == 2


async def test_while_it_is_made_a_very_long_answer_says_that_the_rest_follows(
    sandbox: Sandbox, start: Start
) -> None:
    lines = VERY_LONG.splitlines(keepends=True)
    ana = sandbox.person("Ana")
    slowly = lambda: asyncio.ensure_future(asyncio.sleep(0.002))  # noqa: E731
    async with start(lambda _: lines, gate=slowly) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    fourth = of_bot(sandbox)[-1]
    assert len(of_bot(sandbox)) == 4
    rest_follows = words.note(words.replies.rest_follows())
    assert any(revision.content.endswith(rest_follows) for revision in fourth.revisions)
    uploads = [exchange for exchange in sandbox.wire if exchange.files]
    assert len(uploads) == 1


async def test_code_longer_than_a_page_is_a_file_where_it_stood(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(f"Look:\n{BLOCK}\nThat is all.") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} code")
        (turn,) = await stored(bot.store, sandbox.general)
    (message,) = of_bot(sandbox)
    assert message.content == f"Look:\n{words.note(words.replies.code_attached('code.py'))}\nThat is all."
    assert files(message)["code.py"].strip("\n") == CODE.strip("\n")
    assert turn.text.count("```") == 2


async def test_an_answer_to_ask_can_have_files(sandbox: Sandbox, start: Start) -> None:
    ana = sandbox.person("Ana")
    async with start(VERY_LONG) as bot:
        asked = await ana.command(sandbox.general, "/ask", prompt="count")
        await stored(bot.store, sandbox.general)
    assert len(asked.followups) == 3
    assert files(asked.followups[-1]) == {"answer.md": VERY_LONG}


async def test_where_no_files_may_be_attached_all_of_it_comes_as_messages(
    sandbox: Sandbox, start: Start
) -> None:
    sandbox.deny(sandbox.general, sandbox.bot, Permission.ATTACH_FILES)
    ana = sandbox.person("Ana")
    async with start(VERY_LONG) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await stored(bot.store, sandbox.general)
    assert "\n".join(message.content for message in of_bot(sandbox)) == VERY_LONG
    assert not any(message.attachments for message in of_bot(sandbox))
    promised = words.note(words.replies.rest_follows())
    assert not any(promised in revision.content for m in of_bot(sandbox) for revision in m.revisions)


async def test_a_file_that_discord_refuses_after_all_comes_as_messages(
    sandbox: Sandbox, start: Start
) -> None:
    too_large = Fault("PATCH", "/channels/{channel_id}/messages/{message_id}", status=413, code=40005)
    ana = sandbox.person("Ana")
    lines = VERY_LONG.splitlines(keepends=True)
    held = asyncio.get_running_loop().create_future()
    gates = itertools.chain(itertools.repeat(None, len(lines) - 1), [held])
    async with start(lambda _: lines, gate=lambda: next(gates)) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        await sandbox.general.wait_for(lambda m: words.replies.rest_follows() in m.content)
        sandbox.faults.add(too_large)
        held.set_result(None)
        await stored(bot.store, sandbox.general)
    assert "\n".join(message.content for message in of_bot(sandbox)) == VERY_LONG
    assert not any(message.attachments for message in of_bot(sandbox))


async def test_a_reply_made_again_loses_the_files_of_the_one_before(sandbox: Sandbox, start: Start) -> None:
    replies = iter([f"Look:\n{BLOCK}", ANSWER])
    ana = sandbox.person("Ana")
    async with start(lambda _: [next(replies)]) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} code")
        await stored(bot.store, sandbox.general)
        (message,) = of_bot(sandbox)
        assert message.attachments
        await ana.click(message, "Regenerate")
        await shown(sandbox, sandbox.general, ANSWER)
        await stored(bot.store, sandbox.general)
    assert not message.attachments


async def test_a_file_arrives_in_spite_of_passing_trouble(sandbox: Sandbox, start: Start) -> None:
    sandbox.faults.add(Fault("POST", "/channels/{channel_id}/messages", status=503, times=2))
    ana = sandbox.person("Ana")
    async with start(f"Look:\n{BLOCK}") as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} code")
        await stored(bot.store, sandbox.general)
    (message,) = of_bot(sandbox)
    assert list(files(message)) == ["code.py"]


async def test_files_that_are_there_after_a_restart_are_not_sent_again(
    sandbox: Sandbox, start: Start
) -> None:
    ana = sandbox.person("Ana")
    async with start(VERY_LONG) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} count")
        (turn,) = await stored(bot.store, sandbox.general)
        await bot.store.reopen_reply(turn.id, keep=True)
        await bot.store.close_reply(turn.id, turn.text, turn.token_ids, turn.tokenizer, FinishReason.COMPLETE)
        assert await bot.store.undelivered()  # as after a kill before it was noted
    sandbox.wire.clear()
    async with start(ANSWER) as bot:
        await stored(bot.store, sandbox.general)
    assert not any(sandbox.wire.edits(message.id) for message in of_bot(sandbox))
