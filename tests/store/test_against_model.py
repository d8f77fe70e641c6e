"""Any sequence of calls gives what a few lists in memory would give."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.turns import Author, Exchange, FinishReason, Turn
from bot.store import SqlStore
from tests.store.people import message

CHANNELS = st.integers(1, 2)
MESSAGES = st.integers(100, 112)
PEOPLE = st.integers(1, 2)
PICKS = st.integers(0, 8)
CALLS = st.one_of(
    st.tuples(st.just("accept"), MESSAGES, CHANNELS, PEOPLE),
    st.tuples(st.just("open"), PICKS),
    st.tuples(st.just("post"), PICKS, st.integers(200, 205), st.integers(0, 1)),
    st.tuples(
        st.just("close"), PICKS, st.sampled_from(["", "hi", "\0\ud800"]), st.sampled_from(FinishReason)
    ),
    st.tuples(st.just("deliver"), PICKS),
    st.tuples(st.just("trim"), PICKS),
    st.tuples(st.just("reset"), CHANNELS),
    st.tuples(st.just("reopen"), PICKS, st.booleans()),
    st.tuples(st.just("rewrite"), PICKS, st.sampled_from(["", "edited"])),
    st.tuples(st.just("withdraw"), PICKS),
    st.tuples(st.just("drop"), PICKS),
    st.tuples(st.just("forget channel"), CHANNELS),
    st.tuples(st.just("forget person"), PEOPLE),
)


@dataclass
class Expected:
    """What the store holds, by turn id; prompts and replies in the order they were made."""

    prompts: dict[int, Turn] = field(default_factory=dict)
    answer: dict[int, int] = field(default_factory=dict)  # prompt to reply
    text: dict[int, str] = field(default_factory=dict)  # of replies that ended
    kept: dict[int, str] = field(default_factory=dict)  # of replies that were reopened to go on
    said: dict[int, str] = field(default_factory=dict)  # of prompts
    withdrawn: set[int] = field(default_factory=set)
    delivered: set[int] = field(default_factory=set)
    shows: dict[int, tuple[int, int]] = field(default_factory=dict)  # message to turn and page
    reset_before: dict[int, int] = field(default_factory=dict)
    trimmed_before: dict[int, int] = field(default_factory=dict)

    def standing(self, channel: int | None = None) -> list[int]:
        """The prompts that were not withdrawn."""
        listed = [turn for turn in self.prompts.values() if turn.id not in self.withdrawn]
        return [turn.id for turn in listed if channel in (None, turn.channel_id)]

    def text_to(self, prompt: int) -> str | None:
        """What the reply to a prompt says, if it ended."""
        return self.text.get(self.answer.get(prompt, 0))

    def transcript(self, channel: int) -> list[int]:
        first = self.reset_before.get(channel, 0)
        return [turn for turn in self.standing(channel) if turn >= first and self.text_to(turn) is not None]

    def history(self, channel: int) -> list[int]:
        first = self.trimmed_before.get(channel, 0)
        return [turn for turn in self.transcript(channel) if turn >= first and self.text_to(turn)]

    def last(self, channel: int) -> int | None:
        first = self.reset_before.get(channel, 0)
        return max((t for t in self.standing(channel) if t >= first and t in self.answer), default=None)

    def unanswered(self) -> list[int]:
        return [turn for turn in self.standing() if self.text_to(turn) is None]

    def undelivered(self) -> list[int]:
        ended = [turn for turn in self.standing() if self.text_to(turn) is not None]
        return [turn for turn in ended if self.answer[turn] not in self.delivered]

    def shown_by(self, message_id: int) -> int | None:
        """The turn that a message shows, unless it was withdrawn."""
        turn, _ = self.shows.get(message_id, (0, 0))
        gone = self.withdrawn | {self.answer.get(prompt, 0) for prompt in self.withdrawn}
        return turn if turn and turn not in gone else None

    def put_aside(self, channel: int) -> int:
        turns = [turn for turn in self.turns(channel) if turn >= self.reset_before.get(channel, 0)]
        if turns:
            self.reset_before[channel] = max(turns) + 1
        return len(turns)

    def turns(self, channel: int) -> list[int]:
        prompts = [turn.id for turn in self.prompts.values() if turn.channel_id == channel]
        return prompts + [self.answer[prompt] for prompt in prompts if prompt in self.answer]

    def erase(self, prompts: list[int]) -> int:
        turns = prompts + [self.answer.pop(prompt) for prompt in prompts if prompt in self.answer]
        for prompt in prompts:
            del self.prompts[prompt]
        self.shows = {message: shown for message, shown in self.shows.items() if shown[0] not in turns}
        return len(turns)


def pick(among: list[int], n: int) -> int | None:
    return among[n % len(among)] if among else None


async def apply(store: SqlStore, expected: Expected, call: tuple[object, ...]) -> None:
    """Make one call on both, and compare what it gives."""
    replies = list(expected.answer.values())
    match call:
        case ("accept", int(message_id), int(channel), int(person)):
            accepted = await store.accept(message(message_id, channel, author=Author(person, "someone")))
            assert (accepted is None) == (message_id in expected.shows)
            if accepted is not None:
                turn = accepted.prompt
                expected.prompts[turn.id] = turn
                expected.answer[turn.id] = accepted.reply.id
                expected.said[turn.id] = turn.text
                expected.shows[message_id] = (turn.id, 0)
        case ("open", int(n)) if prompt := pick(expected.standing(), n):
            reply = await store.open_reply(expected.prompts[prompt])
            assert expected.answer.setdefault(prompt, reply.id) == reply.id
            assert (reply.ended is not None) == (reply.id in expected.text)
            assert reply.text == expected.text.get(reply.id, expected.kept.get(reply.id, ""))
        case ("post", int(n), int(message_id), int(page)) if reply_id := pick(replies, n):
            if expected.shows.get(message_id, (reply_id, page)) == (reply_id, page):
                await store.mark_posted(reply_id, message_id, page)
                for old in [m for m, shown in expected.shows.items() if shown == (reply_id, page)]:
                    del expected.shows[old]
                expected.shows[message_id] = (reply_id, page)
        case ("close", int(n), str(text), FinishReason() as ended) if reply_id := pick(replies, n):
            await store.close_reply(reply_id, text, [1, 2], "t", ended)
            expected.text[reply_id] = text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
        case ("deliver", int(n)) if reply_id := pick(replies, n):
            await store.mark_delivered(reply_id)
            expected.delivered.add(reply_id)
        case ("trim", int(n)) if prompt := pick(list(expected.prompts), n):
            channel = expected.prompts[prompt].channel_id
            await store.trim(channel, prompt)
            expected.trimmed_before[channel] = max(prompt, expected.trimmed_before.get(channel, 0))
        case ("reset", int(channel)):
            assert await store.reset(channel) == expected.put_aside(channel)
        case _:
            await revise(store, expected, call)


async def revise(store: SqlStore, expected: Expected, call: tuple[object, ...]) -> None:
    """Make one of the calls that change what was there before."""
    prompts = list(expected.prompts)
    answered = [prompt for prompt in expected.standing() if prompt in expected.answer]
    match call:
        case ("reopen", int(n), bool(keep)) if prompt := pick(answered, n):
            reply_id = expected.answer[prompt]
            await store.reopen_reply(reply_id, keep=keep)
            said = expected.text.pop(reply_id, expected.kept.get(reply_id, ""))
            expected.kept[reply_id] = said if keep else ""
            expected.delivered.discard(reply_id)
        case ("rewrite", int(n), str(text)) if prompt := pick(prompts, n):
            await store.rewrite_prompt(prompt, text)
            expected.said[prompt] = text
        case ("withdraw", int(n)) if prompt := pick(prompts, n):
            shown = [(page, m) for m, (t, page) in expected.shows.items() if t == expected.answer.get(prompt)]
            assert await store.withdraw(prompt) == [message_id for _, message_id in sorted(shown)]
            expected.withdrawn.add(prompt)
        case ("drop", int(n)) if prompt := pick(expected.standing(), n):
            dropped = await store.drop_reply(prompt)
            assert dropped is not None
            reply_id = expected.answer[prompt]
            if reply_id not in expected.text:
                is_shown = any(turn == reply_id for turn, _ in expected.shows.values())
                (expected.delivered.discard if is_shown else expected.delivered.add)(reply_id)
            said = expected.text.setdefault(reply_id, expected.kept.get(reply_id, ""))
            assert (dropped.reply.id, dropped.reply.text) == (reply_id, said)
        case ("forget channel", int(channel)):
            of_channel = [turn.id for turn in expected.prompts.values() if turn.channel_id == channel]
            assert await store.forget_channel(channel) == expected.erase(of_channel)
            expected.reset_before.pop(channel, None)
            expected.trimmed_before.pop(channel, None)
        case ("forget person", int(person)):
            theirs = [t.id for t in expected.prompts.values() if t.author and t.author.id == person]
            assert await store.forget_person(person) == expected.erase(theirs)


def ids(exchanges: list[Exchange]) -> list[int]:
    return [exchange.prompt.id for exchange in exchanges]


# Something to begin with, so that most calls find a turn that they are about.
BEFORE: list[tuple[object, ...]] = [
    call
    for n in range(4)
    for call in (
        ("accept", 100 + n, 1 + n % 2, 1 + n // 2),
        ("open", n),
        ("close", n, "hi", FinishReason.COMPLETE),
    )
]


@settings(max_examples=60, deadline=None)
@given(st.lists(CALLS, min_size=5, max_size=30))
def test_any_sequence_of_calls_gives_what_the_model_gives(calls: list[tuple[object, ...]]) -> None:
    async def play(folder: Path) -> None:
        url = f"sqlite+aiosqlite:///{folder / 'o.db'}"
        expected = Expected()
        async with SqlStore(url) as store:
            for call in [*BEFORE, *calls]:
                await apply(store, expected, call)
        async with SqlStore(url) as store:
            for channel in (1, 2):
                found = await store.history(channel, before=10**9)
                assert ids(found) == expected.history(channel)
                assert all(e.reply.text == expected.text[e.reply.id] for e in found)
                assert all(e.prompt.text == expected.said[e.prompt.id] for e in found)
                assert ids(await store.transcript(channel)) == expected.transcript(channel)
                last = await store.last_exchange(channel)
                assert (last and last.prompt.id) == expected.last(channel)
            assert [turn.id for turn in await store.unanswered()] == expected.unanswered()
            assert ids(await store.undelivered()) == expected.undelivered()
            for message_id in (*range(100, 113), *range(200, 206)):
                turn = await store.replied_message(message_id)
                assert (turn and turn.id) == expected.shown_by(message_id)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))
