"""The rules for answering interactions: once, within three seconds, with a token for fifteen minutes."""

import asyncio

import pytest

from bot.sandbox import Limits, NoAnswerError, Sandbox
from tests.sandbox.bots import prepare
from tests.sandbox.conftest import Client, Connect, Rest


@pytest.fixture
async def client(connect: Connect) -> Client:
    client = await connect(prepare)
    await client.tree.sync()
    return client


@pytest.mark.parametrize("limits", [Limits(interaction_answer_s=0.2)])
async def test_no_answer_is_told_to_the_person_and_comes_too_late_for_the_bot(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    with pytest.raises(NoAnswerError, match="within"):
        await sandbox.person("Ana").command(sandbox.general, "/silent")
    late = await rest("POST", await callback(sandbox, client), {"type": 4, "data": {"content": "late"}})
    assert (late.status, late.code) == (404, 10062)


async def callback(sandbox: Sandbox, client: Client, nth: int = 1) -> str:
    interaction = await client.event_like("interaction", nth=nth)
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


async def test_the_rules_of_answering(sandbox: Sandbox, client: Client, rest: Rest) -> None:
    ana = sandbox.person("Ana")
    waiting = asyncio.create_task(ana.command(sandbox.general, "/silent"))
    interaction = await client.event_like("interaction")
    hook = f"/webhooks/{sandbox.world.application.id}/{interaction.token}"
    where = await callback(sandbox, client)

    assert (await rest("POST", hook, {"content": "too early"})).code == 10015
    assert (await rest("POST", where.replace("callback", "x") + "/callback", {"type": 4})).status == 404
    for wrong in ({"type": 8, "data": {}}, {"type": 7, "data": {"content": "x"}}, {"type": 99}):
        assert (await rest("POST", where, wrong)).code == 50035
    assert (await rest("POST", where, {"type": 4, "data": {}})).code == 50006
    assert (await rest("POST", where, {"type": 4, "data": {"content": "first"}})).status == 204
    again = await rest("POST", where, {"type": 4, "data": {"content": "second"}})
    assert (again.status, again.code) == (400, 40060)
    assert (await waiting).message is sandbox.general.history[0]

    assert (await rest("GET", hook + "/messages/@original")).body["content"] == "first"
    edited = await rest("PATCH", hook + "/messages/@original", {"content": "edited"})
    assert edited.body["content"] == "edited"
    assert (await rest("GET", hook + "/messages/1")).code == 10008
    assert (await rest("DELETE", hook + "/messages/@original")).status == 204
    assert (await rest("GET", hook + "/messages/@original")).code == 10008
    assert (await rest("GET", "/webhooks/1/abc/messages/@original")).code == 10015

    sandbox.clock.advance(901)
    late = await rest("POST", hook, {"content": "too late"})
    assert (late.status, late.code) == (401, 50027)


async def test_the_answer_that_was_asked_for_tells_what_came_of_it(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    waiting = asyncio.create_task(sandbox.person("Ana").command(sandbox.general, "/silent"))
    where = await callback(sandbox, client)
    answer = await rest("POST", where + "?with_response=1", {"type": 5, "data": {"flags": 64}})
    assert answer.status == 200
    told = answer.body["interaction"]
    assert told["response_message_loading"] is told["response_message_ephemeral"] is True
    assert "resource" not in answer.body
    await waiting


async def test_a_followup_straight_after_thinking_fills_that_message(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    waiting = asyncio.create_task(sandbox.person("Ana").command(sandbox.general, "/silent"))
    interaction = await client.event_like("interaction")
    await rest("POST", await callback(sandbox, client), {"type": 5, "data": {"flags": 64}})
    original = (await waiting).message
    hook = f"/webhooks/{sandbox.world.application.id}/{interaction.token}"
    filled = await rest("POST", hook, {"content": "done"})
    assert original is not None
    assert filled.body["id"] == str(original.id)
    assert original.ephemeral_to is not None


async def test_answers_ping_users_only_unless_told_otherwise(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    waiting = asyncio.create_task(ana.command(sandbox.general, "/silent"))
    body = {"type": 4, "data": {"content": f"@everyone {ben.mention}"}}
    await rest("POST", await callback(sandbox, client), body)
    message = (await waiting).message
    assert message is not None
    assert message.pinged == {ben.id}
