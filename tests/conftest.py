"""Fixtures for all tests."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Limits, Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A local Discord whose rate-limit windows last a tenth of Discord's."""
    async with Sandbox(limits=Limits.fast()) as running:
        yield running
