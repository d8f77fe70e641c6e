"""The engine that the bot talks to; its model lives in another process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from bot.chat.engine_state import StateFeed
from bot.chat.ports import ModelInfo, SamplingParams
from bot.chat.turns import Image
from bot.engine.device import cache_property, default_properties
from bot.engine.genai.kv_pool import GIB, KvPool
from bot.engine.genai.protocol import WorkerConfig
from bot.engine.genai.request import Request
from bot.engine.genai.supervisor import RestartPolicy, Supervisor
from bot.engine.model_folder import ModelFolder, has_token_types, read_model_folder
from bot.engine.output_collector import OutputCollector
from bot.engine.token_engine import TokenChunk, TokenEngine
from bot.engine.tokenizer import ChatTokenizer, load_tokenizer
from bot.errors import ModelError, SettingsError
from bot.settings import Settings

logger = logging.getLogger(__name__)


class GenaiEngine(TokenEngine):
    """Implements `bot.chat.ports.Engine` by openvino-genai's continuous batching in a child process.

    settings: as the person set them. folder: the model's. policy: when the process is started again.
    """

    def __init__(self, settings: Settings, folder: ModelFolder, policy: RestartPolicy | None = None) -> None:
        self._settings = settings
        self._folder = folder
        self._policy = policy
        self._info = folder.info("genai", settings.device, settings.context_tokens)
        self._tokenizer: ChatTokenizer
        self._supervisor: Supervisor
        self._pool: KvPool | None

    @property
    def info(self) -> ModelInfo:
        """What the model is; known before it is loaded."""
        return self._info

    @property
    def tokenizer(self) -> ChatTokenizer:
        """The model's tokenizer."""
        return self._tokenizer

    @property
    def capacity(self) -> int:
        """Tokens of prompt and reply together, at most: the context's, or what the KV pool holds."""
        most = self._supervisor.max_tokens
        return self._info.context_length if most is None else min(self._info.context_length, most)

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
        self._tokenizer = await asyncio.to_thread(
            load_tokenizer, self._folder.path, self._settings.chat_template_kwargs
        )
        self._info = replace(self._info, reasons=self._tokenizer.reply_format.reasons)
        drafts = []
        guesses = self._settings.draft_model_dir or self._settings.prompt_lookup
        if guesses and self._folder.is_vision:
            logger.warning("DRAFT_MODEL_DIR and PROMPT_LOOKUP have no effect on models that see pictures.")
        elif self._settings.draft_model_dir:
            drafts.append(await asyncio.to_thread(self._read_draft, self._settings.draft_model_dir))
        self._folder.log_loading("genai", self._settings.device)
        self._supervisor = Supervisor(self._worker_config(drafts), self._policy)
        ready = await self._supervisor.start()
        self._pool, self._tokenizer.image_tokens = ready.pool, ready.image_tokens
        if self._pool and self.capacity < self._info.context_length:
            logger.warning(
                "The KV cache holds %d tokens, less than the context of %d: conversations are cut to fit it. "
                "Free memory or set KV_CACHE_GIB.",
                self._pool.tokens,
                self._info.context_length,
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._supervisor.close()

    async def generate(
        self, prompt_ids: Sequence[int], sampling: SamplingParams, images: Sequence[Image] = ()
    ) -> AsyncGenerator[TokenChunk, None]:
        """Generate ids in the model's process; see `TokenEngine.generate`."""
        output = OutputCollector(asyncio.get_running_loop())
        request = Request(prompt_ids, sampling, output, images, self.image_tokens)
        number = await self._supervisor.submit(request)
        output.put_progress(0)
        try:
            async with aclosing(output.stream()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._supervisor.cancel(number)

    async def read_ahead(self, prompt_ids: Sequence[int]) -> None:
        """Compute the keys and values of a prompt ahead, now and whenever the process is started again.

        Whole blocks of them, since only those are shared by all prompts that begin with it.

        Raises: PromptTooLongError, EngineError.
        """
        whole = self._pool.whole_blocks(len(prompt_ids)) if self._pool else len(prompt_ids)
        ids = tuple(prompt_ids)[:whole]
        if not ids:
            return
        self._supervisor.warm(ids)
        async with aclosing(self.generate(ids, SamplingParams(max_new_tokens=1, seed=0))) as chunks:
            async for _ in chunks:
                pass

    def _read_draft(self, draft_dir: Path) -> ModelFolder:
        """Raises: ModelError for no model; SettingsError for one that speaks of other tokens."""
        draft = read_model_folder(
            draft_dir, "DRAFT_MODEL_DIR names a smaller model's folder, or is empty for none."
        )
        if not same_vocabulary(self._folder.path, draft_dir):
            raise SettingsError(
                f"DRAFT_MODEL_DIR={draft_dir} has another vocabulary than the model: take a smaller model "
                "of the same family, or leave it empty."
            )
        return draft

    def _worker_config(self, drafts: Sequence[ModelFolder]) -> WorkerConfig:
        settings = self._settings
        kv_precision = str(settings.ov_config.get("KV_CACHE_PRECISION", settings.kv_precision))
        # A compiled model is a copy of the weights; compiling for CPU takes less time than reading one.
        wants_cache = settings.cache_dir and settings.device != "CPU"
        cache = cache_property(settings.cache_dir) if wants_cache else {}
        config = WorkerConfig(
            model_dir=str(self._folder.path),
            device=settings.device,
            properties={**settings.ov_config, **cache},
            defaults=default_properties(settings.device, kv_precision, self._folder, *drafts),
            kv_precision=kv_precision,
            kv_cache_bytes=int(settings.kv_cache_gib * GIB) if settings.kv_cache_gib else None,
            prefill_chunk=settings.prefill_chunk,
            context_length=self._info.context_length,
            concurrency=self.concurrency,
            end_ids=tuple(sorted(self._folder.eos_ids | self._tokenizer.reply_format.end_ids)),
            prompt_lookup=settings.prompt_lookup,
            draft_model_dir=str(settings.draft_model_dir) if settings.draft_model_dir else None,
        )
        if not self._folder.is_vision:
            return config
        return replace(
            config,
            controls={id_: text for text, id_ in self._tokenizer.vocabulary.controls.items()},
            whole_prompts=has_token_types(self._folder.path),
            prompt_lookup=0,
            draft_model_dir=None,
        )


def same_vocabulary(one: Path, other: Path) -> bool:
    """Whether two model folders have the same tokens with the same ids, so that one can draft for the other.

    Raises: ModelError where a tokenizer cannot be read.
    """
    return _vocabulary(one) == _vocabulary(other)


def _vocabulary(folder: Path) -> dict[str, int]:
    """The tokens of a model folder, with their ids. Raises ModelError."""
    file = folder / "tokenizer.json"
    try:
        vocabulary: dict[str, int] = Tokenizer.from_file(str(file)).get_vocab()
    except Exception as error:  # noqa: BLE001  the tokenizers library raises Exception itself
        raise ModelError(f"{file} cannot be read ({error}): export or pull the model again.") from None
    return vocabulary
