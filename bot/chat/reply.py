"""One reply while it is generated: a state that many can watch, each at their own pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chat.turns import FinishReason, Turn


class Phase(StrEnum):
    """Where a reply stands."""

    QUEUED = "queued"  # waits for its turn
    PREFILL = "prefill"  # the model reads the prompt
    REASONING = "reasoning"  # the model reasons
    DECODE = "decode"  # the model writes the answer
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A reply at one moment.

    ahead: messages before it, while queued. wait_seconds: estimate of how long it will stay queued; None
        before anything was measured, and when it is not queued.
    prompt_tokens: length of the prompt, from PREFILL on. read_tokens: how many of them the model has
        read. reused_tokens: how many came from the engine's prefix cache; None until DONE, and where
        the engine cannot tell.
    tokens: generated so far. first_token_seconds and seconds: from the start of prefill until the
        first text and until now.
    reasoning: what the model has thought so far; never part of `text`. reasoning_seconds: from the start of
        prefill until its newest part.
    text: what has been written; the final text once `phase` is DONE. Where an earlier reply is
        continued, it begins with that one's text.
    stalled: the engine has been silent for longer than its throughput explains, for `silent_seconds`.
    finish_reason: how it ended, once DONE. error: one line for the person, where it FAILED.
    prompt_cut: the person's message was too long and its end was left out. context_cut: the same of
        what it refers to.
    """

    phase: Phase = Phase.QUEUED
    ahead: int = 0
    wait_seconds: float | None = None
    prompt_tokens: int = 0
    read_tokens: int = 0
    reused_tokens: int | None = None
    tokens: int = 0
    first_token_seconds: float = 0.0
    seconds: float = 0.0
    reasoning: str = ""
    reasoning_seconds: float = 0.0
    text: str = ""
    stalled: bool = False
    silent_seconds: float = 0.0
    finish_reason: FinishReason | None = None
    error: str | None = None
    prompt_cut: bool = False
    context_cut: bool = False

    @property
    def thinking_seconds(self) -> float:
        """How long the model has reasoned, up to the newest part."""
        return max(0.0, self.reasoning_seconds - self.first_token_seconds)


class Reply:
    """The reply to one prompt. The assistant writes it; delivery watches it.

    A slow watcher misses states in between, never the last one, and holds nobody back.

    prompt: the user's turn. turn: the stored reply, open until it is DONE. A one-shot, which is not
    stored, has ids below 0 in both. asked_at: when it was asked for, started_at: when its turn came
    (None before that), in seconds of time.monotonic.
    """

    def __init__(self, prompt: Turn, turn: Turn) -> None:
        self.prompt = prompt
        self.turn = turn
        self.asked_at = time.monotonic()
        self.started_at: float | None = None
        self._snapshot = Snapshot(text=turn.text, reasoning=turn.reasoning)
        self._changed = asyncio.Event()
        self._stop_requested = False
        self._work: asyncio.Task[object] | None = None

    @property
    def is_one_shot(self) -> bool:
        """Whether it belongs to no conversation and is not stored."""
        return self.prompt.id < 0

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        return self._snapshot

    async def changes(self) -> AsyncIterator[Snapshot]:
        """Yield the state now, then the newest state whenever there is a newer one; ends after DONE."""
        while True:
            snapshot, changed = self._snapshot, self._changed
            yield snapshot
            if snapshot.phase is Phase.DONE:
                return
            await changed.wait()

    async def finished(self) -> Snapshot:
        """Wait for the end; the last state."""
        snapshot = self._snapshot
        async for newest in self.changes():
            snapshot = newest
        return snapshot

    def update(self, **changes: object) -> None:
        """Change fields of the snapshot and wake the watchers. Nothing changes once DONE."""
        if self._snapshot.phase is Phase.DONE:
            return
        self._snapshot = replace(self._snapshot, **changes)  # type: ignore[arg-type]
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def stop(self) -> None:
        """End the reply; what was written stays. Harmless when done or repeated.

        One that is still queued is DONE at once; one that is being generated as soon as the engine has
        let go and the turn is stored.
        """
        if self._stop_requested:
            return
        self._stop_requested = True
        if self._snapshot.phase is Phase.QUEUED:
            text = self._snapshot.text.strip()
            self.update(
                phase=Phase.DONE, ahead=0, wait_seconds=None, text=text, finish_reason=FinishReason.STOPPED
            )
        if self._work is not None:
            self._work.cancel()

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Let `stop` end the block; the running task then leaves it without an error.

        Any other cancellation goes through.
        """
        self._work = work = asyncio.current_task()
        if work is None:
            raise RuntimeError("stoppable() is for use within a task")
        if self._stop_requested:
            work.cancel()
        try:
            yield
        except asyncio.CancelledError:
            if not self._stop_requested or work.uncancel() > 0:
                raise
        finally:
            self._work = None
