"""The composition root: what is opened, in which order, and who gets what."""

from __future__ import annotations

from bot.chat.assistant import Assistant
from bot.chat.ports import ConversationStore, Engine, Sampling
from bot.chat.prompt import PromptBuilder
from bot.chat.queue import FairQueue
from bot.settings import Settings


def make_assistant(settings: Settings, engine: Engine, store: ConversationStore) -> Assistant:
    """The assistant over a loaded engine and an open store.

    Raises: SettingsError where the system prompt leaves no room in the model's context.
    """
    prompts = PromptBuilder(
        engine.tokenizer,
        engine.info,
        settings.system_prompt,
        settings.max_new_tokens,
        settings.context_tokens,
    )
    sampling = Sampling(
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        repetition_penalty=settings.repetition_penalty,
        seed=settings.seed,
    )
    return Assistant(engine, store, prompts, sampling, FairQueue(engine.concurrency, settings.queue_size))
