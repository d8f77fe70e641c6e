"""Many people talk to the bot at once: records the traffic and reports waits, edits and rate limits.

    python -m bench.load_test record crowd.jsonl.gz     20 people in 10 channels, for two minutes
    python -m bench.load_test report crowd.jsonl.gz     the figures of a recording, as JSON

The local Discord has Discord's own rate limits. Everything of the bot is real but the model: an engine that
writes at a fixed pace stands in for it, so that the figures are the bot's and not the machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path

from bench.event_loop import LoopLag
from bench.recording import load, save
from bench.traffic import analyse
from bot.app import make_assistant, make_prompts, make_sampling, make_services, open_temporary_store
from bot.chat.assistant import Assistant
from bot.chat.queue import FairQueue
from bot.client.bot import OvbotClient
from bot.engine.scripted import ScriptedEngine
from bot.sandbox import Channel, Limits, Message, Person, Sandbox
from bot.settings import load_settings
from bot.store import SqlStore

_STORY = "so it is said that the old clock in the tower never told the same hour twice in a row"
_NUMBER = re.compile(r"number (\d+)")
_CONCURRENCY = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["record", "report"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--channels", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pace", type=float, default=20, help="words a second of each reply")
    arguments = parser.parse_args()
    found = {}
    if arguments.what == "record":
        found = asyncio.run(
            record(arguments.file, arguments.people, arguments.channels, arguments.seconds, arguments.pace)
        )
    print(json.dumps({**asdict(analyse(load(arguments.file))), **found}, indent=2))


async def record(
    file: Path, people: int, channels: int, seconds: float, pace: float, limits: Limits | None = None
) -> dict[str, float]:
    """Let people talk for some seconds, wait until all is answered, save the traffic to `file`.

    Gives back what the traffic does not tell: `worst_loop_lag` of the process with the bot and the local
    Discord, in seconds, and `unanswered`, the number of messages without a complete reply in the database.
    """
    limits = replace(limits or Limits(), wire_records=1_000_000)
    async with Sandbox(limits=limits) as sandbox, running_bot(sandbox, pace) as (client, store):
        rooms = [sandbox.channel(f"channel-{number}") for number in range(channels)]
        crowd = [sandbox.person(f"Person {number}") for number in range(people)]
        numbers = itertools.count()
        until = sandbox.clock.monotonic() + seconds
        async with LoopLag() as lag, asyncio.TaskGroup() as talking:
            for index, person in enumerate(crowd):
                room = rooms[index % len(rooms)]
                talking.create_task(talk(sandbox, person, room, numbers, until, random.Random(index)))
        await client.idle()
        unanswered = len(await store.unanswered()) + len(await store.undelivered())
        save(sandbox.wire, file)
    return {"worst_loop_lag": lag.worst, "unanswered": unanswered}


@asynccontextmanager
async def running_bot(sandbox: Sandbox, pace: float) -> AsyncIterator[tuple[OvbotClient, SqlStore]]:
    """Run the bot as `bot.app` puts it together, with an engine that writes `pace` words a second."""
    # The scripted engine has a token for each byte.
    settings = load_settings(None, concurrency=_CONCURRENCY, max_new_tokens=4096)

    def wait() -> asyncio.Future[None]:
        return asyncio.ensure_future(asyncio.sleep(1 / pace))

    engine = ScriptedEngine(answer, concurrency=_CONCURRENCY, context_length=32_768, gate=wait)
    async with open_temporary_store() as store:
        services = make_services(settings, store)
        prompts = make_prompts(settings, engine)
        queue = FairQueue(engine.concurrency, settings.queue_size)
        sampling = make_sampling(settings, engine.info.sampling)
        async with make_assistant(engine, store, prompts, sampling, queue) as assistant:
            loading: asyncio.Future[Assistant] = asyncio.get_running_loop().create_future()
            loading.set_result(assistant)
            async with OvbotClient(sandbox.token, services, loading, api_url=sandbox.api_url) as client:
                running = asyncio.create_task(client.run_until_closed())
                await sandbox.gateway.wait_online()
                await client.wait_until_ready()
                try:
                    yield client, store
                finally:
                    running.cancel()
                    await asyncio.wait([running])


def answer(prompt: str) -> list[str]:
    """The words of the reply to a prompt's last message: mostly dozens, now and then hundreds."""
    number = int(_NUMBER.findall(prompt)[-1])
    draw = random.Random(number)
    length = draw.randint(300, 500) if draw.random() < 0.08 else draw.randint(20, 90)
    # In turns, they would be a loop, which the bot stops.
    words = draw.choices(_STORY.split(), k=length)
    return [f"This answers {number}:", *(f" {word}" for word in words), f" {end_of(number)}"]


def end_of(number: int) -> str:
    """The words that end the reply to a message."""
    return f"(end of {number})"


async def talk(
    sandbox: Sandbox,
    person: Person,
    room: Channel,
    numbers: itertools.count[int],
    until: float,
    draw: random.Random,
) -> None:
    """Ask, wait for the reply, think, ask again."""
    while sandbox.clock.monotonic() < until:
        number = next(numbers)
        prompt = person.say(room, f"{sandbox.bot.mention} number {number}, please")

        def is_answer(message: Message, number: int = number, prompt: Message = prompt) -> bool:
            if message.author is not sandbox.bot:
                return False
            refused = message.reference is not None and message.reference.message_id == prompt.id
            return end_of(number) in message.content or (refused and "try again" in message.content)

        await room.wait_for(is_answer, timeout=120)
        await asyncio.sleep(draw.uniform(1, 4))


if __name__ == "__main__":
    main()
