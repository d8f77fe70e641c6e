"""What /stats tells a person about what they can still ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat.ports import SamplingParams
from bot.chat.prompt import Limit
from bot.client.words import permissions, status
from bot.i18n import speaking
from bot.policy.ports import Usage
from bot.policy.quotas import NO_TOKENS, Remaining

MIDNIGHT = datetime(2026, 11, 28, tzinfo=UTC)


def told(tokens: int | None, requests: int | None, refusal: str | None = None) -> str:
    return status.own(Usage(), Remaining(tokens, requests, MIDNIGHT), refusal=refusal)


def test_without_limits_people_can_ask_as_much_as_they_like() -> None:
    assert told(None, None).endswith("You can ask as much as you like.")


def test_those_who_may_not_ask_are_told_why_in_place_of_what_is_left() -> None:
    for refusal in (permissions.ROLE_BLOCKED, permissions.CHANNEL_BLOCKED, NO_TOKENS):
        said = told(None, None, refusal)
        assert said.endswith(refusal)
        assert "You can ask" not in said
        assert "left" not in told(500, 4, refusal)


def test_the_reason_is_told_in_the_persons_language() -> None:
    with speaking("ja"):
        assert permissions.ROLE_BLOCKED not in told(None, None, permissions.ROLE_BLOCKED)


def test_without_tokens_nobody_is_told_that_they_can_ask_right_now() -> None:
    said = told(0, 4)
    assert said.endswith(f"You have no tokens left until <t:{int(MIDNIGHT.timestamp())}:t>.")


def test_without_requests_left_people_are_told_when_they_can_ask_again() -> None:
    said = told(500, 0)
    assert "You have 500 tokens left" in said
    assert said.endswith("You can ask again within a minute.")


def test_one_request_is_once() -> None:
    assert told(None, 1).endswith("You can ask once more right now.")
    assert told(None, 2).endswith("You can ask 2 more times right now.")


GREEDY, QWEN = SamplingParams(), SamplingParams(temperature=0.6, top_p=0.95, top_k=20)


@pytest.mark.parametrize(
    ("used", "model", "said"),
    [
        (GREEDY, GREEDY, "greedy (from the model)"),
        (QWEN, QWEN, "temperature 0.6, top-p 0.95, top-k 20 (from the model)"),
        (GREEDY, QWEN, "greedy (set by the owner)"),
        (
            replace(QWEN, temperature=0.3, min_p=0.1),
            QWEN,
            "temperature 0.3, min-p 0.1 (set by the owner); top-p 0.95, top-k 20 (from the model)",
        ),
        (
            replace(QWEN, top_p=1, top_k=0),
            QWEN,
            "top-p 1, top-k 0 (set by the owner); temperature 0.6 (from the model)",
        ),
        (
            replace(GREEDY, repetition_penalty=1.1),
            replace(GREEDY, top_k=50),
            "repetition penalty 1.1 (set by the owner); greedy (from the model)",
        ),
    ],
)
def test_how_tokens_are_chosen_is_told_with_who_said_so(
    used: SamplingParams, model: SamplingParams, said: str
) -> None:
    assert status.sampling(used, model) == said


@pytest.mark.parametrize("why", list(Limit))
def test_what_limits_prompt_and_reply_is_said_in_both_languages(why: Limit) -> None:
    said = status.within(7712, why)
    assert said.startswith("at most 7,712 tokens")
    with speaking("ja"):
        assert status.within(7712, why) != said
