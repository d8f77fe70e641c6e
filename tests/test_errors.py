"""Errors that people read, on their way from one process to another."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from bot import errors
from bot.errors import OvbotError, PromptTooLongError

# One error of each class; the others are made by a message and its values.
MADE: dict[type[OvbotError], OvbotError] = {PromptTooLongError: PromptTooLongError(5, 4)}
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, OvbotError) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_says_the_same_in_another_process(kind: type[OvbotError], protocol: int) -> None:
    error = MADE.get(kind) or kind("There is no {what}.", what="{model}")
    arrived = pickle.loads(pickle.dumps(error, protocol))
    assert type(arrived) is kind
    assert str(arrived) == str(error) != ""
    assert str(copy.copy(error)) == str(error)


def test_notes_on_an_error_reach_another_process() -> None:
    error = PromptTooLongError(5, 4)
    error.add_note("while warming up")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["while warming up"]
