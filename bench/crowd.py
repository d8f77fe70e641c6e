"""Many people talk to the bot at once: a recording of the wire, and what it tells.

python -m bench.crowd record crowd.jsonl.gz     20 people in 10 channels, for two minutes
python -m bench.crowd report crowd.jsonl.gz     the figures of a recording

The local Discord has Discord's own limits. The bot is all real but for the model: an engine that
writes at a pace of its own, so that the figures are those of the bot and not of a machine.
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

from bench.gaps import LoopGaps
from bench.manners import manners
from bench.wire import load, save
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
    parser.add_argument("--pace", type=float, default=20, help="words a second that each reply grows by")
    arguments = parser.parse_args()
    found = {}
    if arguments.what == "record":
        found = asyncio.run(
            record(arguments.file, arguments.people, arguments.channels, arguments.seconds, arguments.pace)
        )
    print(json.dumps({**asdict(manners(load(arguments.file))), **found}, indent=2))


async def record(
    file: Path, people: int, channels: int, seconds: float, pace: float, limits: Limits | None = None
) -> dict[str, float]:
    """Let people talk for some seconds, wait until all is answered, save the traffic to `file`.

    What the wire does not tell is given back: `longest_loop_gap` of the process that holds the bot
    and the local Discord, in seconds, and `unanswered`, messages that the store has no whole reply to.
    """
    limits = replace(limits or Limits(), wire_records=1_000_000)
    async with Sandbox(limits=limits) as sandbox, running_bot(sandbox, pace) as (client, store):
        rooms = [sandbox.channel(f"channel-{number}") for number in range(channels)]
        crowd = [sandbox.person(f"Person {number}") for number in range(people)]
        numbers = itertools.count()
        until = sandbox.clock.monotonic() + seconds
        async with LoopGaps() as gaps, asyncio.TaskGroup() as talking:
            for index, person in enumerate(crowd):
                room = rooms[index % len(rooms)]
                talking.create_task(talk(sandbox, person, room, numbers, until, random.Random(index)))
        await client.idle()
        unanswered = len(await store.unanswered()) + len(await store.undelivered())
        save(sandbox.wire, file)
    return {"longest_loop_gap": gaps.longest, "unanswered": unanswered}


@asynccontextmanager
async def running_bot(sandbox: Sandbox, pace: float) -> AsyncIterator[tuple[OvbotClient, SqlStore]]:
    """The bot as `bot.app` puts it together, with an engine that writes `pace` words a second."""
    # The scripted engine has a token for each byte.
    settings = load_settings(None, concurrency=_CONCURRENCY, max_new_tokens=4096)

    def wait() -> asyncio.Future[None]:
        return asyncio.ensure_future(asyncio.sleep(1 / pace))

    engine = ScriptedEngine(answer, concurrency=_CONCURRENCY, context_length=32_768, gate=wait)
    async with open_temporary_store() as store:
        services = make_services(settings, store)
        prompts = make_prompts(settings, engine)
        queue = FairQueue(engine.concurrency, settings.queue_size)
        async with make_assistant(engine, services, prompts, make_sampling(settings), queue) as assistant:
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
    """The words of the reply to the last message of a prompt: mostly some dozens, now and then hundreds."""
    number = int(_NUMBER.findall(prompt)[-1])
    draw = random.Random(number)
    length = draw.randint(300, 500) if draw.random() < 0.08 else draw.randint(20, 90)
    words = itertools.islice(itertools.cycle(_STORY.split()), length)
    return [f"This answers {number}:", *(f" {word}" for word in words), f" {end_of(number)}"]


def end_of(number: int) -> str:
    return f"(end of {number})"


async def talk(
    sandbox: Sandbox,
    person: Person,
    room: Channel,
    numbers: itertools.count[int],
    until: float,
    draw: random.Random,
) -> None:
    """Say something, wait for the answer, think, say something more."""
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
