"""Any sequence of calls gives what a few lists in memory would give."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.turns import Ending, Exchange, Turn
from bot.store import SqlStore
from tests.store.people import message

CHANNELS = st.integers(1, 2)
MESSAGES = st.integers(100, 112)
PICKS = st.integers(0, 8)
CALLS = st.one_of(
    st.tuples(st.just("claim"), MESSAGES, CHANNELS),
    st.tuples(st.just("open"), PICKS),
    st.tuples(st.just("post"), PICKS, st.integers(200, 205), st.integers(0, 1)),
    st.tuples(st.just("close"), PICKS, st.sampled_from(["", "hi", "\0\ud800"]), st.sampled_from(Ending)),
    st.tuples(st.just("deliver"), PICKS),
    st.tuples(st.just("trim"), PICKS),
    st.tuples(st.just("reset"), CHANNELS),
)


@dataclass
class Expected:
    """What the store holds, by turn id; prompts and replies in the order they were made."""

    prompts: dict[int, Turn] = field(default_factory=dict)
    answer: dict[int, int] = field(default_factory=dict)  # prompt to reply
    text: dict[int, str] = field(default_factory=dict)  # of replies that ended
    delivered: set[int] = field(default_factory=set)
    shows: dict[int, tuple[int, int]] = field(default_factory=dict)  # message to turn and page
    reset_before: dict[int, int] = field(default_factory=dict)
    trimmed_before: dict[int, int] = field(default_factory=dict)

    def history(self, channel: int) -> list[int]:
        first = max(self.reset_before.get(channel, 0), self.trimmed_before.get(channel, 0))
        return [
            turn.id
            for turn in self.prompts.values()
            if turn.channel_id == channel and turn.id >= first and self.text.get(self.answer.get(turn.id, 0))
        ]

    def unanswered(self) -> list[int]:
        return [prompt for prompt in self.prompts if self.answer.get(prompt, 0) not in self.text]

    def undelivered(self) -> list[int]:
        return [
            prompt
            for prompt in self.prompts
            if self.text.get(self.answer.get(prompt, 0)) and self.answer[prompt] not in self.delivered
        ]

    def put_away(self, channel: int) -> int:
        turns = [t.id for t in self.prompts.values() if t.channel_id == channel]
        turns += [self.answer[turn] for turn in turns if turn in self.answer]
        turns = [turn for turn in turns if turn >= self.reset_before.get(channel, 0)]
        if turns:
            self.reset_before[channel] = max(turns) + 1
        return len(turns)


def pick(among: list[int], n: int) -> int | None:
    return among[n % len(among)] if among else None


async def apply(store: SqlStore, expected: Expected, call: tuple[object, ...]) -> None:
    """Make one call on both, and compare what it gives."""
    replies = list(expected.answer.values())
    match call:
        case ("claim", int(message_id), int(channel)):
            turn = await store.claim(message(message_id, channel_id=channel))
            assert (turn is None) == (message_id in expected.shows)
            if turn is not None:
                expected.prompts[turn.id] = turn
                expected.shows[message_id] = (turn.id, 0)
        case ("open", int(n)) if prompt := pick(list(expected.prompts), n):
            reply = await store.open_reply(expected.prompts[prompt])
            assert expected.answer.setdefault(prompt, reply.id) == reply.id
            assert (reply.ended is not None) == (reply.id in expected.text)
        case ("post", int(n), int(message_id), int(page)) if reply_id := pick(replies, n):
            if expected.shows.get(message_id, (reply_id, page)) == (reply_id, page):
                await store.mark_posted(reply_id, message_id, page)
                for old in [m for m, shown in expected.shows.items() if shown == (reply_id, page)]:
                    del expected.shows[old]
                expected.shows[message_id] = (reply_id, page)
        case ("close", int(n), str(text), Ending() as ended) if reply_id := pick(replies, n):
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
            assert await store.reset(channel) == expected.put_away(channel)


def ids(exchanges: list[Exchange]) -> list[int]:
    return [exchange.prompt.id for exchange in exchanges]


@settings(max_examples=30, deadline=None)
@given(st.lists(CALLS, max_size=30))
def test_any_sequence_of_calls_gives_what_the_model_gives(calls: list[tuple[object, ...]]) -> None:
    async def play(folder: Path) -> None:
        url = f"sqlite+aiosqlite:///{folder / 'o.db'}"
        expected = Expected()
        async with SqlStore(url) as store:
            for call in calls:
                await apply(store, expected, call)
        async with SqlStore(url) as store:
            for channel in (1, 2):
                found = await store.history(channel, before=10**9)
                assert ids(found) == expected.history(channel)
                assert all(e.reply.text == expected.text[e.reply.id] for e in found)
            assert [turn.id for turn in await store.unanswered()] == expected.unanswered()
            assert ids(await store.undelivered()) == expected.undelivered()
            for message_id in (*range(100, 113), *range(200, 206)):
                turn = await store.replied_message(message_id)
                assert (turn and turn.id) == expected.shows.get(message_id, (None,))[0]

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))
