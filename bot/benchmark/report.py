"""The figures of a benchmark, as frozen data that JSON can hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    streams: numbers of replies at once, each measured on its own. prompt_tokens, new_tokens: the length of
        their prompts, and of the replies at most. context_tokens: the length of the one long prompt, less
        where the model's context is shorter. added_tokens: what the turn after it adds to prompt and reply.
    """

    streams: tuple[int, ...] = (1, 2, 4, 8)
    prompt_tokens: int = 128
    new_tokens: int = 48
    context_tokens: int = 1500
    added_tokens: int = 30


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine. bandwidth: bytes a second that all cores together read from memory, measured."""

    cpu: str
    cores: int
    memory_bytes: int
    bandwidth: float
    system: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Throughput:
    """Some number of streams at once.

    tokens_per_second: of all streams together, from the start of the first to the end of the last, prefill
        included. mean_first_token, worst_first_token: seconds.
    """

    streams: int
    tokens_per_second: float
    mean_first_token: float
    worst_first_token: float


@dataclass(frozen=True, slots=True)
class EngineReport:
    """One engine. Times in seconds, rates in tokens a second, sizes in bytes.

    first_token_cold, first_token_later: of the long prompt, and of the turn after it, whose prompt begins
        with that prompt and its reply. reused_tokens: how many tokens of it came from the prefix cache, as
        the engine says; None where it does not say. longest_pause: of a reply while somebody else's long
        prompt is read. memory: resident memory of all processes, at its peak, less that before loading.
    """

    engine: str
    load: float
    first_token_cold: float
    first_token_later: float
    reused_tokens: int | None
    prefill: float
    decode: float
    longest_pause: float
    memory: int
    throughput: tuple[Throughput, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. weight_bytes: about what each decoding step reads from memory."""

    model: str
    precision: str
    device: str
    weight_bytes: int
    plan: Plan
    machine: Machine
    engines: tuple[EngineReport, ...]

    @property
    def decode_limit(self) -> float:
        """The most tokens a second that the memory bandwidth allows one stream."""
        return self.machine.bandwidth / self.weight_bytes

    def as_json(self) -> dict[str, Any]:
        """All figures, with the limit and the share of it that each engine reaches."""
        data = asdict(self)
        data["decode_limit"] = self.decode_limit
        for engine in data["engines"]:
            engine["share_of_limit"] = engine["decode"] / self.decode_limit
        return data
