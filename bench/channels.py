"""The whole bot against the bare engine: several channels talk at once, then the engine alone does the same.

    python -m bench.channels --model-dir DIR [--channels 8] [--turns 2] [--kill]

First the bot on the local Discord: in each channel somebody mentions it, and goes on when the reply is there.
Then the engine is loaded again and gets the same prompts in the same order, with nothing around it. Printed
as JSON: tokens a second of both, the time to first tokens, the worst lag of the event loop (which the local
Discord shares with the bot), the latency of heartbeats. With --kill the model's process is killed once, in
the middle of the first replies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.event_loop import LoopLag
from bench.shown import is_notice, reply_text, squeezed
from bot.app import (
    gc_frozen,
    make_prompts,
    make_sampling,
    make_services,
    open_temporary_store,
)
from bot.benchmark.measure import Timeline, run_stream
from bot.benchmark.prompts import Prompts
from bot.chat.assistant import Assistant
from bot.chat.ports import EncodedPrompt, Engine, PromptPart, SamplingParams, StreamChunk
from bot.chat.queue import FairQueue
from bot.chat.reply import Reply
from bot.chat.turns import Incoming
from bot.client.bot import OvbotClient
from bot.engine import create_engine
from bot.engine.tokenizer import TokenPrompt
from bot.errors import OvbotError
from bot.sandbox import Channel, Limits, Sandbox
from bot.settings import Settings, load_settings
from bot.store import SqlStore


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run. Times in seconds, the rate in tokens a second.

    seconds: from the first message to the end of the last reply. prompt_tokens, first_tokens, reused_tokens:
    by turn, the longest prompt, the longest wait for a first token, and the fewest tokens reused.
    """

    seconds: float
    tokens: int
    rate: float
    prompt_tokens: list[int]
    first_tokens: list[float]
    reused_tokens: list[int | None]


@dataclass(slots=True)
class Recorded:
    """A prompt, and when the tokens of its reply came."""

    prompt: EncodedPrompt
    timeline: Timeline = field(default_factory=Timeline)

    @property
    def token_ids(self) -> tuple[int, ...]:
        assert isinstance(self.prompt, TokenPrompt)
        return self.prompt.token_ids


class Recorder:
    """An engine that records its prompts and when the replies came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.info, self.tokenizer, self.concurrency = engine.info, engine.tokenizer, engine.concurrency
        self.state = engine.state
        self.recorded: list[Recorded] = []

    async def stream(
        self, prompt: EncodedPrompt, sampling: SamplingParams
    ) -> AsyncGenerator[StreamChunk, None]:
        recorded = Recorded(prompt)
        self.recorded.append(recorded)
        began = time.perf_counter()
        async with aclosing(self._engine.stream(prompt, sampling)) as pieces:
            async for piece in pieces:
                if piece.tokens:
                    recorded.timeline.points.append((time.perf_counter() - began, piece.tokens))
                recorded.timeline.finish = piece.finish or recorded.timeline.finish
                yield piece

    @property
    def capacity(self) -> int:
        return self._engine.capacity

    @property
    def image_tokens(self) -> int:
        return self._engine.image_tokens

    async def warm(self, parts: Sequence[PromptPart]) -> None:
        await self._engine.warm(parts)

    async def __aenter__(self) -> Recorder:
        return self

    async def __aexit__(self, *exc: object) -> None:
        return


class WatchedAssistant(Assistant):
    """An assistant that puts each reply it begins into the queue of its channel."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.begun: dict[int, asyncio.Queue[Reply]] = {}

    async def answer(self, incoming: Incoming, *, admitted: bool = False) -> Reply | None:
        reply = await super().answer(incoming, admitted=admitted)
        if reply is not None:
            self.begun[incoming.channel_id].put_nowait(reply)
        return reply


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model-dir", type=Path, required=True)
    parser.add_argument("--engine", default="genai")
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=int, default=128)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument(
        "--kill", action="store_true", help="kill the model's process during the first replies"
    )
    arguments = parser.parse_args()
    try:
        settings = load_settings(
            engine=arguments.engine,
            model_dir=arguments.model_dir,
            concurrency=arguments.channels,
            max_new_tokens=arguments.new_tokens,
        )
        print(json.dumps(asyncio.run(compare(settings, arguments)), indent=2))
    except OvbotError as error:
        sys.exit(str(error))


async def compare(settings: Settings, arguments: argparse.Namespace) -> dict[str, Any]:
    """The figures of the bot and of the bare engine."""
    async with create_engine(settings, arguments.model_dir) as engine:
        recorder = Recorder(engine)
        result = await run_bot(settings, recorder, arguments)
    by_channel = sort_by_channel(recorder.recorded)
    async with create_engine(settings, arguments.model_dir) as engine:
        await engine.warm(make_prompts(settings, engine).system_parts())
        async with LoopLag() as lag:
            began = time.perf_counter()
            replayed = await asyncio.gather(*(replay(engine, turns, arguments) for turns in by_channel))
            bare = figures(replayed, time.perf_counter() - began)
    result["bare"] = {**asdict(bare), "worst_loop_lag": lag.worst}
    result["share_of_bare"] = result["bot"]["rate"] / bare.rate
    return result


async def run_bot(settings: Settings, engine: Recorder, arguments: argparse.Namespace) -> dict[str, Any]:
    """Let the channels talk to the bot, and measure."""
    async with (
        Sandbox() as sandbox,
        open_temporary_store() as store,
        running_bot(settings, engine, store, sandbox) as (client, assistant),
    ):
        channels = [sandbox.channel(f"channel-{number}") for number in range(arguments.channels)]
        assistant.begun = {channel.id: asyncio.Queue(1) for channel in channels}
        latencies: list[float] = []
        watching = [asyncio.create_task(sample_latency(client, latencies))]
        if arguments.kill:
            watching.append(asyncio.create_task(kill_once(engine)))
        async with LoopLag() as lag:
            began = time.perf_counter()
            await asyncio.gather(
                *(talk(sandbox, channel, assistant, engine, arguments) for channel in channels)
            )
            seconds = time.perf_counter() - began
            await client.idle()
            shown = time.perf_counter() - began
        for task in watching:
            task.cancel()
        await asyncio.wait(watching)
        right = [await shown_is_stored(channel, store, sandbox) for channel in channels]
    return {
        "bot": {
            **asdict(figures(sort_by_channel(engine.recorded), seconds)),
            "all_shown_after": shown,
            "worst_loop_lag": lag.worst,
            "worst_heartbeat_latency": max(latencies, default=None),
            "channels_that_show_each_reply_once": sum(right),
        }
    }


@asynccontextmanager
async def running_bot(
    settings: Settings, engine: Recorder, store: SqlStore, sandbox: Sandbox
) -> AsyncIterator[tuple[OvbotClient, WatchedAssistant]]:
    """Run the bot on the local Discord, as `bot.app` puts it together."""
    prompts = make_prompts(settings, engine)
    await engine.warm(prompts.system_parts())
    queue = FairQueue(engine.concurrency, settings.queue_size)
    watched = WatchedAssistant(engine, store, prompts, make_sampling(settings, engine.info.sampling), queue)
    async with watched as assistant:
        loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
        loading.set_result(assistant)
        async with OvbotClient(
            sandbox.token,
            make_services(settings, store),
            loading,
            api_url=sandbox.api_url,
            gateway_url=sandbox.gateway_url,
        ) as client:
            running = asyncio.create_task(client.run_until_closed())
            await client.wait_until_ready()
            try:
                with gc_frozen():
                    yield client, watched
            finally:
                running.cancel()
                await asyncio.wait([running])


async def talk(
    sandbox: Sandbox,
    channel: Channel,
    assistant: WatchedAssistant,
    engine: Recorder,
    arguments: argparse.Namespace,
) -> None:
    """One channel's conversation: a message, its reply, the next message."""
    person = sandbox.person(f"Person in {channel.name}")
    prompts = Prompts(engine.tokenizer, seed=channel.id)
    for _ in range(arguments.turns):
        words = prompts.text(arguments.prompt_tokens)
        person.say(channel, f"{sandbox.bot.mention} {words[:1900]}")
        reply = await assistant.begun[channel.id].get()
        await reply.finished()


async def replay(engine: Engine, turns: list[Recorded], arguments: argparse.Namespace) -> list[Recorded]:
    """Send a channel's prompts to the bare engine."""
    return [
        Recorded(turn.prompt, await run_stream(engine, turn.prompt, arguments.new_tokens)) for turn in turns
    ]


def sort_by_channel(recorded: list[Recorded]) -> list[list[Recorded]]:
    """Group replies by channel: a prompt that begins with an earlier one belongs to the same channel."""
    channels: list[list[Recorded]] = []
    for stream in sorted(recorded, key=lambda stream: len(stream.prompt)):
        for turns in channels:
            if stream.token_ids[: len(turns[-1].prompt)] == turns[-1].token_ids:
                turns.append(stream)
                break
        else:
            channels.append([stream])
    return channels


def figures(channels: list[list[Recorded]], seconds: float) -> Figures:
    """The figures of a run, by turn."""
    turns = [[turns[number] for turns in channels] for number in range(min(map(len, channels)))]
    tokens = sum(stream.timeline.tokens for turns in channels for stream in turns)
    return Figures(
        seconds=seconds,
        tokens=tokens,
        rate=tokens / seconds,
        prompt_tokens=[max(len(stream.prompt) for stream in turn) for turn in turns],
        first_tokens=[max(stream.timeline.first_token for stream in turn) for turn in turns],
        reused_tokens=[min((reused(stream) for stream in turn), default=None) for turn in turns],
    )


def reused(stream: Recorded) -> int:
    """How many of a prompt's tokens came from the prefix cache, as the engine says."""
    return (stream.timeline.finish.reused_tokens or 0) if stream.timeline.finish else 0


async def shown_is_stored(channel: Channel, store: SqlStore, sandbox: Sandbox) -> bool:
    """Whether the channel shows each stored reply once, as it is stored."""
    posted = [message for message in channel.history if message.author is sandbox.bot]
    own = {message.id for message in posted}
    shown = reply_text(message for message in posted if not is_notice(message, own))
    stored = [exchange.reply.text for exchange in await store.history(channel.id, before=2**62)]
    return shown == "".join(map(squeezed, stored))


async def kill_once(engine: Recorder) -> None:
    """Kill the model's process as soon as a reply has tokens."""
    while not any(stream.timeline.points for stream in engine.recorded):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    for child in psutil.Process().children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()


async def sample_latency(client: OvbotClient, latencies: list[float]) -> None:
    """Add the latency of heartbeats to `latencies`, every second.

    discord.py writes down when it sent a heartbeat only after sending it. Where the answer is quicker than
    that, its latency counts from the heartbeat before, a whole interval earlier: hence the remainder.
    """
    while True:
        await asyncio.sleep(1)
        latencies.append(client.latency % Limits().heartbeat_interval_s)


if __name__ == "__main__":
    main()
