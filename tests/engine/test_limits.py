"""What limits prompt and reply, told from a folder and the settings alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.prompt import Limit
from bot.engine.limits import expected_limit
from bot.engine.model_folder import read_model_folder
from bot.settings import load_settings


@pytest.mark.parametrize(
    ("settings", "window", "limit"),
    [
        ({"kv_cache_gib": 0.25}, None, (4096, Limit.CONTEXT)),
        ({"kv_cache_gib": 0.25}, 2047, (2047, Limit.WINDOW)),
        ({"kv_cache_gib": 0.25, "context_tokens": 500}, 2047, (500, Limit.SETTING)),
        ({"engine": "optimum"}, None, (4096, Limit.CONTEXT)),
    ],
)
def test_the_smallest_limit_binds(
    tiny_model: Path, settings: dict[str, Any], window: int | None, limit: tuple[int, Limit]
) -> None:
    folder = replace(read_model_folder(tiny_model), sliding_window=window)
    assert expected_limit(load_settings(None, **settings), folder) == limit


def test_a_small_kv_pool_binds(tiny_model: Path) -> None:
    folder = replace(read_model_folder(tiny_model), sliding_window=None)
    tokens, why = expected_limit(load_settings(None, kv_cache_gib=0.0005), folder)
    assert why is Limit.KV_CACHE
    assert 0 < tokens < 4096
    assert tokens % 32 == 0
