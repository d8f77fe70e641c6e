"""Fixtures for all tests."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.sandbox import Limits, Sandbox
from tests.tiny_model import tiny_model as make_tiny_model
from tests.tiny_vision_model import tiny_vision_model as make_tiny_vision_model

# How long an example takes says more about who else is using the machine than about the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")


# A shell starts background jobs with Ctrl-C ignored, and programs that the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that download packages, unless they are asked for."""
    if not os.environ.get("TEST_ISOLATED_EXPORT"):
        left_out = [item for item in items if item.get_closest_marker("isolated_export")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def limits() -> Limits:
    """What the local Discord allows; a test that needs something else parametrizes this name."""
    return Limits.fast()


@pytest.fixture
async def sandbox(limits: Limits) -> AsyncIterator[Sandbox]:
    """A local Discord whose rate-limit windows last a tenth of Discord's."""
    async with Sandbox(limits=limits) as running:
        yield running


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """The folder of a tiny model of Phi-3's architecture, exported by the real export path."""
    return make_tiny_model()


@pytest.fixture(scope="session")
def tiny_vision_model() -> Path:
    """The folder of a tiny model of LLaVA's architecture, exported by the real export path."""
    return make_tiny_vision_model()
