"""The people of the sandbox over HTTP, as another process uses them."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.bots import Panel, prepare
from tests.sandbox.conftest import Client, Connect, Result


class Remote:
    """Another process."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def get(self, path: str) -> Any:
        async with self.session.get(self.base + path) as response:
            assert response.status == 200
            return await response.json()

    async def post(self, path: str, **body: Any) -> Result:
        async with self.session.post(self.base + path, json=body) as response:
            return Result(response.status, await response.json(), dict(response.headers))


@pytest.fixture
async def remote(sandbox: Sandbox) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as session:
        yield Remote(session, f"{sandbox.world.base_url}/sandbox")


async def test_a_person_joins_talks_and_reads(sandbox: Sandbox, client: Client, remote: Remote) -> None:
    assert (await remote.post("/people", name="Ana")).body["username"] == "ana"
    assert [person["username"] for person in await remote.get("/people")] == ["ana"]
    [general] = await remote.get("/channels")
    file = {"name": "a.txt", "data": base64.b64encode(b"inside").decode()}
    said = await remote.post("/people/ana/say", channel=general["id"], text="hello", files=[file])
    heard = await client.event_like("message")
    assert heard.content == "hello"
    assert await heard.attachments[0].read() == b"inside"
    await heard.reply("hi")
    await remote.post("/people/ana/edit", message=said.body["id"], text="hello!")
    read = await remote.get(f"/channels/{general['id']}/messages")
    assert [(message["author"]["username"], message["content"]) for message in read] == [
        ("ana", "hello!"),
        ("ovbot", "hi"),
    ]
    await remote.post("/people/ana/react", message=said.body["id"], emoji="👍")
    assert (await remote.post("/people/ana/delete", message=said.body["id"])).status == 200
    assert len(sandbox.general.history) == 1


async def test_direct_messages_and_threads_are_opened(sandbox: Sandbox, remote: Remote) -> None:
    ana = sandbox.person("Ana")
    private = (await remote.post("/people/ana/dm")).body
    assert private["id"] == str(ana.open_dm().id)
    body = {"channel": str(sandbox.general.id), "name": "plans"}
    thread = (await remote.post("/people/ana/thread", **body)).body
    assert {channel["id"] for channel in await remote.get("/channels")} == {
        str(sandbox.general.id),
        private["id"],
        thread["id"],
    }
    await remote.post("/people/ana/type", channel=private["id"])
    assert ana.id in ana.open_dm().typing


async def test_commands_buttons_menus_and_forms_are_used(
    sandbox: Sandbox, connect: Connect, remote: Remote
) -> None:
    client = await connect(prepare)
    await client.tree.sync()
    sandbox.person("Ana")
    here = str(sandbox.general.id)
    assert "ask" in {command["name"] for command in await remote.get("/commands")}

    asked = await remote.post("/people/ana/command", channel=here, command="/ask", options={"prompt": "why"})
    assert asked.body["answer"] == "deferred_message"
    typed = {"channel": here, "command": "/ask", "option": "prompt", "typed": "he"}
    offered = await remote.post("/people/ana/autocomplete", **typed)
    assert [choice["value"] for choice in offered.body["choices"]] == ["he0", "he1", "he2"]

    panel = str((await client.get_partial_messageable(sandbox.general.id).send("panel", view=Panel())).id)
    private = await remote.post("/people/ana/click", message=panel, button="Private")
    assert private.body["message"]["ephemeral_to"] == str(next(iter(sandbox.people)).id)
    chosen = await remote.post("/people/ana/choose", message=panel, menu="fruit", values=["fig"])
    assert chosen.body["message"]["content"] == "chose fig"
    opened = await remote.post("/people/ana/click", message=panel, button="Form")
    assert opened.body["modal"]["title"] == "Settings"
    values = {"name": "Ana", "kind": ["a"]}
    sent = await remote.post("/people/ana/submit", interaction=opened.body["id"], values=values)
    assert sent.body["message"]["content"] == "Ana, a"
    menu = await remote.post("/people/ana/menu", message=panel, command="Answer this")
    assert menu.body["message"]["content"] == "about panel"


async def test_an_impossible_action_returns_the_reason(sandbox: Sandbox, remote: Remote) -> None:
    sandbox.person("Ana")
    here = str(sandbox.general.id)
    for path, body, status, reason in (
        ("/people/ben/say", {"channel": here, "text": "x"}, 404, "no ben"),
        ("/people/ana/sing", {}, 404, "no sing"),
        ("/people/ana/say", {"channel": "1", "text": "x"}, 404, "no channel 1"),
        ("/people/ana/say", {"text": "x"}, 400, "channel must be a text"),
        ("/people/ana/say", {"channel": here, "text": ""}, 400, "empty"),
        ("/people/ana/say", {"channel": here, "files": [{"name": "a", "data": "?"}]}, 400, "base64"),
        ("/people/ana/edit", {"message": "x", "text": "y"}, 404, "no message x"),
        ("/people/ana/command", {"channel": here, "command": "/x"}, 400, "no command 'x'"),
        ("/people/ana/command", {"channel": here, "command": "/x", "options": []}, 400, "an object"),
        ("/people/ana/submit", {"interaction": "7"}, 404, "no interaction 7"),
        ("/people", {"name": "Ana"}, 400, "already"),
    ):
        answer = await remote.post(path, **body)
        assert (answer.status, reason in answer.body["error"]) == (status, True), answer.body


async def test_a_web_page_cannot_act(sandbox: Sandbox, remote: Remote) -> None:
    sandbox.person("Ana")
    foreign = {"Host": "example.org"}
    async with remote.session.get(remote.base + "/people", headers=foreign) as response:
        assert response.status == 403
    simple = {"Content-Type": "text/plain"}
    async with remote.session.post(remote.base + "/people/ana/dm", data="{}", headers=simple) as response:
        assert response.status == 400


async def test_the_bot_is_shown_with_its_presence(sandbox: Sandbox, client: Client, remote: Remote) -> None:
    await client.change_presence(status=discord.Status.dnd)
    await sandbox.world.events.wait_for("SANDBOX_PRESENCE")
    bot = await remote.get("/bot")
    assert (bot["online"], bot["presence"]["status"]) == (True, "dnd")
    assert bot["user"]["id"] == str(sandbox.bot.id)


async def test_events_are_streamed_until_the_sandbox_ends(sandbox: Sandbox, remote: Remote) -> None:
    ana = sandbox.person("Ana")
    async with remote.session.get(remote.base + "/events") as response:
        assert response.content_type == "text/event-stream"
        ana.say(sandbox.general, "hello")
        name = (await response.content.readline()).decode().strip()
        data = json.loads((await response.content.readline()).removeprefix(b"data: "))
        assert (name, data["content"]) == ("event: MESSAGE_CREATE", "hello")
        ending = asyncio.create_task(sandbox.__aexit__(None, None, None))
        await response.content.read()
        await ending
