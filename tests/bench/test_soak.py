"""The soak test: a short run of it, and that it finds what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.soak.people import Asked, Ledger
from bench.soak.run import soak
from bench.soak.verdict import Outcome, Stored, judge
from bot.client import words
from bot.sandbox import Message, Sandbox, messages
from bot.sandbox.messages import Draft
from bot.sandbox.model import Reference

TEXT = "This is the answer, all of it."
STOP = [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Stop", "custom_id": "ovbot:stop:7"}]}]


@pytest.mark.timeout(600)
async def test_every_message_gets_one_finished_reply_whatever_fails(tmp_path: Path) -> None:
    result = await soak(tmp_path, seed=20, minutes=1 / 3, people=10, pace=5, report=print)
    assert result.failures == []
    assert result.posted_after_restart == 0
    assert result.messages > 10
    assert result.starts > 2
    assert any(result.troubles.get(trouble, 0) > 0 for trouble in ("bot killed", "model killed"))
    assert sum(result.faults.values()) > 0


class Scene:
    """A question in #general, and what a bot might make of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.ledger = Ledger()
        self.stored: dict[int, Stored] = {}
        person = sandbox.person("Ana")
        message = person.say(sandbox.general, f"{sandbox.bot.mention} hello")
        self.asked = Asked(message.id, sandbox.general, person, "hello", at=0.0, message=message)
        self.ledger.asked.append(self.asked)

    def post(self, text: str, to: int | None = None, **draft: Any) -> Message:
        """Post as the bot, in reply to a message."""
        reference = Reference(self.sandbox.general.id, to, None) if to is not None else None
        posted = messages.post(
            self.sandbox.world,
            self.sandbox.general,
            self.sandbox.bot,
            Draft(content=text, reference=reference, **draft),
        )
        self.ledger.posted.add(posted.id)
        return posted

    def reply(self, text: str = TEXT, **draft: Any) -> Message:
        """Answer the question."""
        return self.post(text, self.asked.id, **draft)

    def store(self, *pages: Message, text: str = TEXT, ended: str | None = "complete") -> None:
        """Write down what the bot takes for the reply."""
        ids = tuple(page.id for page in pages)
        self.stored[self.asked.id] = Stored("hello", text, ended, withdrawn=False, pages=ids)

    def outcomes(self, could_hear: Callable[[float], bool] = lambda at: True) -> list[Outcome]:
        """What became of the question, and of what was said unasked."""
        answers = judge(self.ledger, [self.sandbox.general], self.stored, could_hear)
        return [answer.outcome for answer in answers]


@pytest.fixture
def scene(sandbox: Sandbox) -> Scene:
    return Scene(sandbox)


def test_one_finished_reply_is_right(scene: Scene) -> None:
    scene.store(scene.reply())
    assert scene.outcomes() == [Outcome.ANSWERED]


def test_a_message_without_a_reply_is_lost(scene: Scene) -> None:
    assert scene.outcomes() == [Outcome.LOST]
    scene.store()
    assert scene.outcomes() == [Outcome.LOST]


def test_two_replies_are_one_too_many(scene: Scene) -> None:
    scene.store(scene.reply())
    scene.reply()
    assert scene.outcomes() == [Outcome.DOUBLED]


def test_two_pages_are_one_reply(scene: Scene) -> None:
    first, second = scene.reply("The first page,"), scene.post("and the second.", nonce=f"{scene.asked.id}-1")
    scene.store(first, second, text="The first page, and the second.")
    assert scene.outcomes() == [Outcome.ANSWERED]


def test_a_page_that_is_shown_twice_is_one_too_many(scene: Scene) -> None:
    first, second = scene.reply("The first page,"), scene.post("and the second.", nonce=f"{scene.asked.id}-1")
    scene.post("and the second.", nonce=f"{scene.asked.id}-1")
    scene.store(first, second, text="The first page, and the second.")
    assert scene.outcomes() == [Outcome.DOUBLED]


def test_a_message_that_answers_nothing_is_found(scene: Scene) -> None:
    scene.store(scene.reply())
    scene.post("Who said that?")
    assert scene.outcomes() == [Outcome.ANSWERED, Outcome.DOUBLED]


def test_a_notice_that_a_reply_is_ready_is_no_reply_but_comes_once(scene: Scene) -> None:
    reply = scene.reply()
    scene.store(reply)
    scene.post(f"{scene.asked.person.mention} your answer is ready.", reply.id)
    assert scene.outcomes() == [Outcome.ANSWERED]
    scene.post(f"{scene.asked.person.mention} your answer is ready.", reply.id)
    assert scene.outcomes() == [Outcome.ANSWERED, Outcome.DOUBLED]


def test_a_reply_that_still_shows_stop_is_unfinished(scene: Scene) -> None:
    scene.store(scene.reply(components=STOP))
    assert scene.outcomes() == [Outcome.UNFINISHED]


@pytest.mark.parametrize("shown", ["This is the", f"{TEXT}\n-# Stopped.", "-# Reading 20 tokens…"])
def test_a_reply_that_shows_something_else_than_is_stored_is_unfinished(scene: Scene, shown: str) -> None:
    scene.store(scene.reply(shown))
    assert scene.outcomes() == [Outcome.UNFINISHED]


def test_a_reply_that_was_stopped_says_so(scene: Scene) -> None:
    scene.store(scene.reply(f"{TEXT}\n-# Stopped."), ended="stopped")
    assert scene.outcomes() == [Outcome.ANSWERED]


def test_a_reply_that_has_not_ended_is_unfinished(scene: Scene) -> None:
    scene.store(scene.reply(), ended=None)
    assert scene.outcomes() == [Outcome.UNFINISHED]


def test_a_refusal_is_an_answer(scene: Scene) -> None:
    scene.reply("-# Too many are waiting: please try again in a moment.")
    assert scene.outcomes() == [Outcome.REFUSED]


def test_a_notice_that_the_model_is_loading_is_no_answer(scene: Scene) -> None:
    scene.reply(words.note(words.replies.loading()))
    assert scene.outcomes() == [Outcome.UNFINISHED]


def test_a_reply_goes_with_the_message_that_is_deleted(scene: Scene) -> None:
    reply = scene.reply()
    scene.store(reply)
    scene.asked.deleted_at = 1.0
    assert scene.outcomes() == [Outcome.LEFT]
    assert scene.outcomes(could_hear=lambda at: False) == [Outcome.DELETED]
    messages.delete(scene.sandbox.world, reply)
    assert scene.outcomes() == [Outcome.DELETED]


def test_an_edited_message_is_answered_as_it_is_now(scene: Scene) -> None:
    scene.store(scene.reply())
    scene.asked.text, scene.asked.edited_at = "goodbye", 1.0
    assert scene.outcomes() == [Outcome.UNFINISHED]
    assert scene.outcomes(could_hear=lambda at: False) == [Outcome.ANSWERED]
