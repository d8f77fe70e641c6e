"""Fixtures for all tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Limits, Sandbox
from tests.tiny_model import tiny_model as make_tiny_model


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A local Discord whose rate-limit windows last a tenth of Discord's."""
    async with Sandbox(limits=Limits.fast()) as running:
        yield running


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """The folder of a tiny model of Phi-3's architecture, exported by the real export path."""
    return make_tiny_model()
