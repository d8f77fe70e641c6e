"""Whatever is sent as a body is taken or refused in Discord's form, never a failure of the sandbox."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import commands
from bot.sandbox.errors import ApiError
from bot.sandbox.messages import read_draft
from bot.sandbox.world import World

SCALARS = st.none() | st.booleans() | st.integers(-5, 1 << 20) | st.floats() | st.text(max_size=20)
KEYS = st.sampled_from(
    [
        "content", "embeds", "components", "attachments", "allowed_mentions", "message_reference", "flags",
        "nonce", "type", "name", "description", "options", "choices", "required", "custom_id", "label",
        "style", "fields", "title", "footer", "text", "value", "id", "message_id", "parse", "users",
        "name_localizations", "contexts",
    ]
)  # fmt: skip
THINGS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
BODIES = st.dictionaries(KEYS, THINGS, max_size=8)


def refused_or_taken(read: Callable[[], object]) -> None:
    with suppress(ApiError):
        read()


@given(BODIES, st.booleans())
def test_any_message_body_is_accepted_or_refused(body: dict[str, Any], by_interaction: bool) -> None:
    refused_or_taken(lambda: read_draft(body, {}, by_interaction=by_interaction))


@given(BODIES)
def test_any_command_body_is_accepted_or_refused(body: dict[str, Any]) -> None:
    world = World()
    refused_or_taken(lambda: commands.create(world, None, body))
    refused_or_taken(lambda: commands.replace(world, None, [body, body]))


@given(st.text(max_size=2100))
def test_only_the_ends_of_a_text_are_trimmed(text: str) -> None:
    if len(text) > 2000:
        with pytest.raises(ApiError, match="50035"):
            read_draft({"content": text}, {})
    else:
        assert read_draft({"content": text}, {}).content == text.strip()
