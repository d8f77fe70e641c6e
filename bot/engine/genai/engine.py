"""The engine that the bot talks to; its model lives in another process."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from bot.chat.ports import ModelInfo, Piece, Sampling
from bot.chat.state import StateFeed
from bot.engine.device import prepare_cache
from bot.engine.genai.admission import Admission
from bot.engine.genai.memory import GIB
from bot.engine.genai.messages import WorkerConfig
from bot.engine.genai.stream import Stream
from bot.engine.genai.supervisor import RestartPolicy, Supervisor
from bot.engine.loading import default_properties
from bot.engine.modelinfo import ModelFolder, read_model_folder
from bot.engine.slot import Slot
from bot.engine.text import TextStream
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.errors import PromptTooLongError, SettingsError
from bot.settings import Settings

logger = logging.getLogger(__name__)

_BLOCK_TOKENS = 32


class GenaiEngine:
    """Implements `bot.chat.ports.Engine` by openvino-genai's continuous batching in a child process.

    settings: as the person set them. model_dir: the model's folder.
    policy: when the process is started anew.
    """

    def __init__(self, settings: Settings, model_dir: Path, policy: RestartPolicy | None = None) -> None:
        self._settings = settings
        self._model_dir = model_dir
        self._policy = policy
        self._tokenizer: ChatTokenizer
        self._info: ModelInfo
        self._supervisor: Supervisor
        self._admission: Admission
        self._limit: int

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        return self._info

    @property
    def tokenizer(self) -> ChatTokenizer:
        """The model's tokenizer."""
        return self._tokenizer

    @property
    def concurrency(self) -> int:
        """How many streams make progress at the same time; more than that wait inside."""
        return 1 if self._settings.device.startswith("NPU") else self._settings.concurrency

    @property
    def state(self) -> StateFeed:
        """Whether the model can answer, to be followed."""
        return self._supervisor.state

    @property
    def pid(self) -> int | None:
        """The id of the model's process at present."""
        return self._supervisor.pid

    async def __aenter__(self) -> GenaiEngine:
        folder = await asyncio.to_thread(read_model_folder, self._model_dir)
        self._tokenizer = await asyncio.to_thread(load_tokenizer, self._model_dir)
        drafts = []
        if self._settings.draft_model_dir:
            drafts.append(await asyncio.to_thread(self._read_draft, self._settings.draft_model_dir))
        self._info = folder.info("genai", self._settings.device, self._settings.context_tokens)
        config = self._worker_config(folder, drafts)
        self._supervisor = Supervisor(config, self._leave, self._policy)
        ready = await self._supervisor.start()
        pool = ready.kv_tokens or None
        self._admission = Admission(self.concurrency, pool, _BLOCK_TOKENS, config.guesses)
        self._limit = self._info.context_length
        if pool and pool - config.guesses < self._limit:
            self._limit = pool - config.guesses
            logger.warning(
                "The KV cache holds %d tokens, less than the context of %d: longer prompts are refused. "
                "Free memory or set KV_CACHE_GIB.",
                pool,
                self._info.context_length,
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._supervisor.close()

    async def stream(self, prompt_ids: Sequence[int], sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """Generate a reply to `prompt_ids`, shape [n]; see `bot.chat.ports.Engine.stream`."""
        stream, slot = self._open(prompt_ids, sampling)
        await self._admission.enter(stream.reserved_tokens)
        number = self._supervisor.submit(stream)
        slot.read(0)
        try:
            async with aclosing(slot.pieces()) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._supervisor.cancel(number)

    async def warm(self, prompt_ids: Sequence[int]) -> None:
        """Compute the keys and values of a prompt ahead, now and whenever the process is started anew.

        Whole blocks of them, since only those are shared by all prompts that begin with it.

        Raises: PromptTooLongError, EngineError.
        """
        ids = tuple(prompt_ids)[: len(prompt_ids) // _BLOCK_TOKENS * _BLOCK_TOKENS]
        if not ids:
            return
        self._supervisor.warm(ids)
        async with aclosing(self.stream(ids, Sampling(max_new_tokens=1))) as pieces:
            async for _ in pieces:
                pass

    def _read_draft(self, draft_dir: Path) -> ModelFolder:
        """Raises: ModelError for no model; SettingsError for one that speaks of other tokens."""
        draft = read_model_folder(
            draft_dir, "DRAFT_MODEL_DIR names a smaller model's folder, or is empty for none."
        )
        mine, theirs = (
            Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
            for folder in (self._model_dir, draft_dir)
        )
        if mine != theirs:
            raise SettingsError(
                f"DRAFT_MODEL_DIR={draft_dir} has another vocabulary than the model: take a smaller model "
                "of the same family, or leave it empty."
            )
        return draft

    def _open(self, prompt_ids: Sequence[int], sampling: Sampling) -> tuple[Stream, Slot]:
        room = self._limit - len(prompt_ids)
        if room < 1 or not prompt_ids:
            raise PromptTooLongError(len(prompt_ids), self._limit - 1)
        fitting = replace(
            sampling,
            max_new_tokens=min(sampling.max_new_tokens, room),
            seed=secrets.randbits(62) if sampling.seed is None else sampling.seed,
        )
        slot = Slot(asyncio.get_running_loop())
        return Stream(prompt_ids, fitting, TextStream(self._tokenizer, sampling.stop), slot), slot

    def _leave(self, stream: Stream) -> None:
        self._admission.leave(stream.reserved_tokens)

    def _worker_config(self, folder: ModelFolder, drafts: Sequence[ModelFolder]) -> WorkerConfig:
        settings = self._settings
        kv_precision = str(settings.ov_config.get("KV_CACHE_PRECISION", settings.kv_precision))
        # A compiled model is a copy of the weights; compiling for CPU takes less time than reading one.
        cache = {} if settings.device == "CPU" else prepare_cache(settings.cache_dir)
        if not settings.cache_dir:
            cache = {}
        return WorkerConfig(
            model_dir=str(folder.path),
            device=settings.device,
            properties={**settings.ov_config, **cache},
            defaults=default_properties(settings.device, kv_precision, folder, *drafts),
            kv_precision=kv_precision,
            kv_cache_bytes=int(settings.kv_cache_gib * GIB) if settings.kv_cache_gib else None,
            prefill_chunk=settings.prefill_chunk,
            context_length=self._info.context_length,
            concurrency=self.concurrency,
            end_ids=tuple(sorted(folder.eos_ids | self._tokenizer.turn_ids)),
            prompt_lookup=settings.prompt_lookup,
            draft_model_dir=str(settings.draft_model_dir) if settings.draft_model_dir else None,
        )
