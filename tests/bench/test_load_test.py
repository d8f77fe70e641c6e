"""The load test's recording, and the figures read from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.load_test import record
from bench.recording import Recording, load
from bench.traffic import Asked, analyse, conversation, edit_gaps, given_up, impatient, passed
from bot.sandbox import Limits
from bot.sandbox.wire import Exchange

CHANNEL = "/channels/1/messages"


def request(
    method: str, path: str, at: float, status: int = 200, retry_after: float = 0.0, everywhere: bool = False
) -> Exchange:
    route = "/channels/{channel_id}/messages" + ("/{message_id}" if method == "PATCH" else "")
    answer = {"retry_after": retry_after, "global": everywhere} if status == 429 else {"id": "1"}
    return Exchange(method, route, path, {}, {}, {}, (), False, status, answer, {}, at, at + 0.01)


async def test_a_recording_shows_that_everybody_was_answered(tmp_path: Path) -> None:
    file = tmp_path / "crowd.jsonl.gz"
    limits = replace(Limits.fast(), heartbeat_interval_s=0.5)
    found = await record(file, people=4, channels=2, seconds=1.5, pace=200, limits=limits)
    recording = load(file)
    seen = analyse(recording)
    assert found["unanswered"] == 0
    assert (seen.people, seen.channels) == (4, 2)
    assert seen.messages == seen.answered >= 4
    assert (seen.silent, seen.twice, seen.refused) == (0, 0, 0)
    assert seen.worst_wait >= seen.mean_wait > 0
    assert seen.heartbeats > 0
    assert all("(end of" in a.final for a in conversation(recording) if len(a.final) < 1500)


def test_the_recording_in_docs_has_the_figures_that_the_docs_give() -> None:
    seen = analyse(load(Path(__file__).parents[2] / "docs" / "crowd.jsonl.gz"))
    assert (seen.people, seen.channels, seen.messages) == (20, 10, 125)
    assert seen.seconds > 120
    assert seen.answered == seen.messages
    assert (seen.silent, seen.twice, seen.not_waited_out, seen.given_up) == (0, 0, 0, 0)
    assert seen.closest_edit >= 1
    assert seen.passed <= 1
    assert seen.worst_first_sign < 0.5


def test_a_retry_that_comes_too_early_is_found() -> None:
    refused = request("POST", CHANNEL, 1.0, 429, retry_after=2.0)
    assert impatient([refused, request("POST", CHANNEL, 3.5)]) == []
    assert impatient([refused, request("POST", "/channels/2/messages", 1.5)]) == []
    (pair,) = impatient([refused, request("POST", CHANNEL, 2.5)])
    assert pair[0] is refused
    everywhere = request("POST", CHANNEL, 1.0, 429, retry_after=2.0, everywhere=True)
    assert impatient([everywhere, request("POST", "/channels/2/messages", 1.5)])


def test_a_request_that_is_never_retried_is_found() -> None:
    refused = request("PATCH", f"{CHANNEL}/7", 1.0, 429, retry_after=0.1)
    assert given_up([refused]) == [refused]
    assert given_up([refused, request("PATCH", f"{CHANNEL}/7", 2.0)]) == []


def test_gaps_run_from_any_write_to_the_next_edit_in_a_channel() -> None:
    exchanges = [
        request("POST", CHANNEL, 1.0),
        request("PATCH", f"{CHANNEL}/7", 2.25),
        request("POST", CHANNEL, 2.5),
        request("PATCH", f"{CHANNEL}/7", 3.0, 429),
        request("PATCH", "/channels/2/messages/8", 3.1),
        request("PATCH", f"{CHANNEL}/9", 4.0),
    ]
    assert edit_gaps(exchanges) == {"1": [1.25, 1.5], "2": []}


@pytest.mark.parametrize(("second", "times"), [(30.0, 2), (55.0, 1)])
def test_people_served_twice_while_another_waits_are_counted(second: float, times: int) -> None:
    waiting = Asked("1", "c", "ana", 10.0, first_words=50.0)
    others = [
        Asked("2", "d", "ben", 11.0, first_words=20.0),
        Asked("3", "d", "ben", 25.0, first_words=second),
        Asked("4", "d", "cem", 5.0, first_words=20.0),
    ]
    assert passed(waiting, [waiting, *others]) == times
    assert passed(waiting, [waiting]) == 0


def test_an_empty_recording_has_no_conversation() -> None:
    assert conversation(Recording([], [])) == []
