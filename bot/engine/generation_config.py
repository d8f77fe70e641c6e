"""How a model's makers want tokens to be chosen: the sampling parameters in generation_config.json."""

from __future__ import annotations

import logging
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chat.ports import SamplingParams

logger = logging.getLogger(__name__)


class _Sampling(BaseModel):
    """The keys that matter here. What the file leaves out, or gives as null, is what `generate()` of
    transformers takes then (`GenerationConfig._get_default_generation_params` of 5.5.4).
    """

    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    do_sample: bool = False
    temperature: float = Field(1.0, ge=0, le=5)
    top_p: float = Field(1.0, gt=0, le=1)
    top_k: int = Field(50, ge=0, lt=2**31)
    min_p: float = Field(0.0, ge=0, lt=1)
    repetition_penalty: float = Field(1.0, gt=0, le=5)


def sampling_defaults(config: Mapping[str, Any], file: Path) -> SamplingParams:
    """The sampling parameters of a generation_config.json: greedy unless it says `"do_sample": true`.

    config: what the file holds. file: where it is. A value that makes no sense counts as left out; the
    log says which.
    """
    given = {name: config[name] for name in _Sampling.model_fields if config.get(name) is not None}
    try:
        chosen = _Sampling(**given)
    except ValidationError as error:
        for problem in error.errors():
            name = str(problem["loc"][0])
            logger.warning(
                "%s: %s is %s, which is ignored: %s",
                file,
                name,
                reprlib.repr(given.pop(name)),
                problem["msg"],
            )
        chosen = _Sampling(**given)
    return SamplingParams(
        temperature=chosen.temperature if chosen.do_sample else 0.0,
        **chosen.model_dump(exclude={"do_sample", "temperature"}),
    )
