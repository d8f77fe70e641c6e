"""Measures one engine, through the Engine protocol alone."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.benchmark.prompts import Prompts
from bot.benchmark.report import Plan, Throughput
from bot.chat.ports import EncodedPrompt, Engine, Finish, PartKind, PromptPart, SamplingParams


@dataclass(slots=True)
class Timeline:
    """When the tokens of a reply came.

    points: seconds since the request, and how many tokens there were by then.
    """

    points: list[tuple[float, int]] = field(default_factory=list)
    finish: Finish | None = None

    @property
    def first_token(self) -> float:
        """Seconds to the first token."""
        return self.points[0][0]

    @property
    def tokens(self) -> int:
        """Tokens generated."""
        return self.points[-1][1]

    @property
    def decode_rate(self) -> float:
        """Tokens a second after the first token; 0 if there were no more."""
        (first, before), (last, after) = self.points[0], self.points[-1]
        return (after - before) / (last - first) if last > first else 0.0


@dataclass(frozen=True, slots=True)
class Turns:
    """A long prompt that is read cold, and the turn after it."""

    prompt_tokens: int
    cold: Timeline
    later: Timeline


async def run_stream(engine: Engine, prompt: EncodedPrompt, new_tokens: int) -> Timeline:
    """Request one greedy reply and read it to its end."""
    timeline = Timeline()
    began = time.perf_counter()
    async with aclosing(engine.stream(prompt, SamplingParams(max_new_tokens=new_tokens))) as stream:
        async for piece in stream:
            if piece.tokens:
                timeline.points.append((time.perf_counter() - began, piece.tokens))
            timeline.finish = piece.finish or timeline.finish
    return timeline


async def measure_turns(engine: Engine, prompts: Prompts, plan: Plan) -> Turns:
    """Measure the long prompt cold, then the turn after it."""
    encode = engine.tokenizer.encode
    asked = prompts.draw(plan.context_tokens)
    prompt = encode(asked)
    cold = await run_stream(engine, prompt, plan.new_tokens)
    ids = cold.finish.answer_ids if cold.finish else ()
    reply = PromptPart(PartKind.ASSISTANT, engine.tokenizer.decode(ids), ids)
    added = PromptPart(PartKind.USER, prompts.text(plan.added_tokens))
    later = await run_stream(engine, encode([*asked, reply, added]), plan.new_tokens)
    return Turns(len(prompt), cold, later)


async def measure_throughput(engine: Engine, prompts: Prompts, plan: Plan, streams: int) -> Throughput:
    """Measure `streams` replies at once, each to a prompt of its own."""
    drawn = [engine.tokenizer.encode(prompts.draw(plan.prompt_tokens)) for _ in range(streams)]
    began = time.perf_counter()
    timelines = await asyncio.gather(*(run_stream(engine, prompt, plan.new_tokens) for prompt in drawn))
    seconds = time.perf_counter() - began
    firsts = [timeline.first_token for timeline in timelines]
    return Throughput(
        streams=streams,
        tokens_per_second=sum(timeline.tokens for timeline in timelines) / seconds,
        mean_first_token=sum(firsts) / streams,
        worst_first_token=max(firsts),
    )


async def measure_longest_pause(engine: Engine, prompts: Prompts, plan: Plan) -> float:
    """Measure the longest pause of a reply, in seconds, while somebody else's long prompt is read."""
    room = engine.info.context_length - plan.prompt_tokens
    encode = engine.tokenizer.encode
    first = encode(prompts.draw(plan.prompt_tokens))
    longest = 0.0
    async with aclosing(engine.stream(first, SamplingParams(max_new_tokens=room))) as stream:
        async for piece in stream:
            if piece.tokens >= 2:
                break
        other = asyncio.create_task(run_stream(engine, encode(prompts.draw(plan.context_tokens)), 1))
        try:
            before = time.perf_counter()
            async for _ in stream:
                now = time.perf_counter()
                longest, before = max(longest, now - before), now
                if other.done():
                    break
        finally:
            await other
    return longest
