"""Commands, buttons, menus and forms, answered by discord.py; and the rules for responding to them."""

import asyncio
from typing import Any

import discord
import pytest
from discord import ui

from bot.sandbox import Limits, NoAnswerError, Sandbox, SandboxError
from bot.sandbox.model import CallbackType, InteractionType, MessageType
from tests.sandbox.bots import Panel, Selects, prepare
from tests.sandbox.conftest import Client, Connect, Rest


@pytest.fixture
async def client(connect: Connect) -> Client:
    client = await connect(prepare)
    await client.tree.sync()
    return client


async def test_a_deferred_command_is_answered_by_edits_and_followups(
    sandbox: Sandbox, client: Client
) -> None:
    ana = sandbox.person("Ana")
    asked = await ana.command(sandbox.general, "/ask", prompt="why")
    assert asked.answer is CallbackType.DEFERRED_MESSAGE
    message = asked.message
    assert message is not None
    assert message.kind is MessageType.CHAT_INPUT_COMMAND
    await message.wait_until(lambda message: message.content == "why? 42")
    assert not message.loading
    assert message.interaction_metadata is not None
    assert message.interaction_metadata["user"]["id"] == str(ana.id)
    more = await sandbox.general.wait_for(lambda message: message.content == "even more")
    assert asked.followups == [more]
    assert [heard.id for heard in client.all("message")] == [message.id, more.id]


async def test_an_ephemeral_response_is_in_no_history(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    asked = await ana.command(sandbox.general, "/ask", prompt="why", private=True)
    message = asked.message
    assert message is not None
    assert message.ephemeral_to is ana.user
    await message.wait_until(lambda message: message.content == "why? 42")
    await sandbox.general.wait_for(lambda message: message.content == "even more")
    assert sandbox.general.history == []
    channel = client.get_channel(sandbox.general.id)
    assert isinstance(channel, discord.TextChannel)
    assert [old async for old in channel.history()] == []
    with pytest.raises(SandboxError, match="cannot see"):
        await ben.click(message, "stop")
    stopped = await ana.click(message, "stop")
    assert stopped.message is message
    assert message.content == "stopped"


async def test_options_of_every_type_arrive(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben", nick="Benny")
    role = sandbox.role("team")
    await client.event_like("guild_role_create")
    options = {"member": ben, "role": role, "channel": sandbox.general, "file": ("a.txt", b"inside")}
    asked = await ana.command(sandbox.general, "/who", **options)
    assert asked.message is not None
    assert asked.message.content == "Benny team general inside"
    assert asked.message.attachments[0].filename == "x.txt"


async def test_subcommands_carry_permissions_and_language(sandbox: Sandbox, client: Client) -> None:
    hana = sandbox.person("Hana", locale="ja")
    asked = await hana.command(sandbox.general, "/persona set", text="kind")
    assert asked.message is not None
    assert asked.message.content == "kind True ja"
    with pytest.raises(SandboxError):
        await hana.command(hana.open_dm(), "/persona set", text="kind")


async def test_autocomplete_offers_choices(sandbox: Sandbox, client: Client) -> None:
    offered = await sandbox.person("Ana").autocomplete(sandbox.general, "/ask", "prompt", "he")
    assert [choice["value"] for choice in offered] == ["he0", "he1", "he2"]


async def test_a_menu_of_a_message_brings_the_message(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    message = ben.say(sandbox.general, "the weather")
    asked = await ana.menu(message, "Answer this")
    assert asked.message is not None
    assert asked.message.content == "about the weather"
    assert asked.message.kind is MessageType.CONTEXT_MENU_COMMAND


async def test_a_menu_of_a_user_brings_the_member(sandbox: Sandbox, client: Client) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben", nick="Benny")
    asked = await ana.user_menu(sandbox.general, ben, "Greet")
    assert asked.message is not None
    assert asked.message.content == "hello Benny"
    heard = await client.event_like("message", lambda message: message.content == "hello Benny")
    assert heard.interaction_metadata.target_user.id == ben.id


async def test_menus_offer_users_roles_and_channels(sandbox: Sandbox, client: Client) -> None:
    ana, role = sandbox.person("Ana"), sandbox.role("team")
    thread = ana.start_thread(sandbox.general, "plans")
    sent = await client.get_partial_messageable(sandbox.general.id).send("choose", view=Selects())
    message = sandbox.general.messages[sent.id]
    for menu, value, expected in (
        ("user", ana, "Member ana"),
        ("role", role, "Role team"),
        ("mentionable", ana, "Member ana"),
        ("mentionable", role, "Role team"),
        ("channel", sandbox.general, "AppCommandChannel general"),
        ("channel", thread, "AppCommandThread plans"),
    ):
        chosen = await ana.choose(message, menu, value)
        assert chosen.message is not None
        assert chosen.message.content == expected


async def test_a_menu_shows_the_message_even_without_the_content_intent(
    sandbox: Sandbox, connect: Connect
) -> None:
    sandbox.world.application.message_content = False
    client = await connect(prepare, intents=discord.Intents.default())
    await client.tree.sync()
    ana = sandbox.person("Ana")
    asked = await ana.menu(ana.say(sandbox.general, "between us"), "Answer this")
    assert asked.message is not None
    assert asked.message.content == "about between us"


@pytest.fixture
async def panel(sandbox: Sandbox, client: Client) -> discord.Message:
    return await client.get_partial_messageable(sandbox.general.id).send("panel", view=Panel())


async def test_buttons_are_clicked_by_id_or_label(
    sandbox: Sandbox, client: Client, panel: discord.Message
) -> None:
    ana, message = sandbox.person("Ana"), sandbox.general.messages[panel.id]
    assert [button["label"] for button in message.buttons()] == ["Stop", "Later", "Private", "Form", "Off"]
    later = await ana.click(message, "Later")
    assert later.answer is CallbackType.DEFERRED_UPDATE
    await message.wait_until(lambda message: message.content == "changed later")
    private = await ana.click(message, "private")
    assert private.message is not None
    assert private.message.ephemeral_to is ana.user
    await ana.click(message, "stop")
    assert (message.content, message.components) == ("stopped", [])
    with pytest.raises(SandboxError, match="has no 'stop'"):
        await ana.click(message, "stop")


async def test_a_disabled_button_and_a_deleted_message_cannot_be_clicked(
    sandbox: Sandbox, panel: discord.Message
) -> None:
    ana, message = sandbox.person("Ana"), sandbox.general.messages[panel.id]
    with pytest.raises(SandboxError, match="Off is disabled"):
        await ana.click(message, "Off")
    await panel.delete()
    with pytest.raises(SandboxError, match="deleted"):
        await ana.click(message, "stop")


async def test_a_menu_accepts_only_what_it_offers(sandbox: Sandbox, panel: discord.Message) -> None:
    ana, message = sandbox.person("Ana"), sandbox.general.messages[panel.id]
    chosen = await ana.choose(message, "fruit", "fig", "pear")
    assert chosen.message is not None
    assert chosen.message.content == "chose fig, pear"
    somebody = await ana.choose(message, "who", ana)
    assert somebody.message is not None
    assert somebody.message.content == "chose Ana"
    with pytest.raises(SandboxError, match="offers"):
        await ana.choose(message, "fruit", "apple")
    with pytest.raises(SandboxError, match="3 values"):
        await ana.choose(message, "fruit", "fig", "pear", "plum")


async def test_a_form_is_opened_filled_in_and_submitted(sandbox: Sandbox, panel: discord.Message) -> None:
    ana, message = sandbox.person("Ana"), sandbox.general.messages[panel.id]
    opened = await ana.click(message, "Form")
    assert opened.modal is not None
    assert opened.modal["title"] == "Settings"
    sent = await ana.submit(opened, {"name": "Ana", "kind": ["b"]})
    assert sent.kind is InteractionType.MODAL
    assert sent.message is not None
    assert sent.message.content == "Ana, b"
    for values, reason in (
        ({"name": "x" * 11, "kind": ["a"]}, "11 characters"),
        ({"kind": ["a"]}, "name is required"),
        ({"name": "x", "kind": ["c"]}, "offers"),
        ({"nome": "x"}, "no field nome"),
    ):
        with pytest.raises(SandboxError, match=reason):
            await ana.submit(opened, values)
    with pytest.raises(SandboxError, match="no form"):
        await ana.submit(sent, {})


@pytest.mark.parametrize(
    ("components", "code"),
    [
        (
            [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x" * 81, "custom_id": "a"}]}],
            "MAX_LENGTH",
        ),
        ([{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a"}]}], "LABEL_OR_EMOJI_REQUIRED"),
        ([{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}], "CUSTOM_ID_REQUIRED"),
        (
            [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "a"}] * 2}],
            "DUPLICATED",
        ),
        ([{"type": 1, "components": []}], "BASE_TYPE_BAD_LENGTH"),
        ([{"type": 1, "components": [{"type": 2, "style": 5, "label": "x"}]}], "INVALID_URL"),
        ([{"type": 10, "content": "text"}], "BASE_TYPE_CHOICES"),
        ([{"type": 1, "components": [{"type": 3, "custom_id": "s", "options": []}]}], "BASE_TYPE_BAD_LENGTH"),
    ],
)
async def test_wrong_components_are_refused(sandbox: Sandbox, rest: Rest, components: Any, code: str) -> None:
    body = {"content": "x", "components": components}
    answer = await rest("POST", f"/channels/{sandbox.general.id}/messages", body)
    assert (answer.status, answer.code) == (400, 50035)
    assert code in str(answer.body["errors"])


async def test_a_layout_of_components_v2_is_shown_and_clicked(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    class Layout(ui.LayoutView):
        text = ui.TextDisplay[Any]("# Status")
        row = ui.ActionRow[Any]()

        @row.button(label="More", custom_id="more")
        async def more(self, interaction: discord.Interaction, button: Any) -> None:
            await interaction.response.send_message("more", ephemeral=True)

    sent = await client.get_partial_messageable(sandbox.general.id).send(view=Layout())
    message = sandbox.general.messages[sent.id]
    assert message.components[0]["content"] == "# Status"
    answered = await sandbox.person("Ana").click(message, "More")
    assert answered.message is not None
    assert answered.message.content == "more"
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content="plain again")
    assert refused.value.code == 50035
    path = f"/channels/{sandbox.general.id}/messages/{sent.id}"
    assert (await rest("PATCH", path, {"content": "plain again"})).code == 50035


async def test_buttons_work_after_the_bot_restarted(sandbox: Sandbox, connect: Connect) -> None:
    first = await connect(prepare)
    sent = await first.get_partial_messageable(sandbox.general.id).send("panel", view=Panel())
    await first.close()
    second = await connect(prepare)
    second.add_view(Panel())
    message = sandbox.general.messages[sent.id]
    await sandbox.person("Ana").click(message, "stop")
    assert message.content == "stopped"


@pytest.mark.parametrize("limits", [Limits(interaction_answer_s=0.2)])
async def test_a_bot_that_does_not_respond_in_time_is_too_late(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
    with pytest.raises(NoAnswerError, match="within"):
        await sandbox.person("Ana").command(sandbox.general, "/silent")
    late = await rest("POST", await callback(sandbox, client), {"type": 4, "data": {"content": "late"}})
    assert (late.status, late.code) == (404, 10062)


async def callback(sandbox: Sandbox, client: Client, nth: int = 1) -> str:
    interaction = await client.event_like("interaction", nth=nth)
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


async def test_one_response_is_allowed_and_its_token_expires(
    sandbox: Sandbox, client: Client, rest: Rest
) -> None:
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


async def test_with_response_returns_the_message(sandbox: Sandbox, client: Client, rest: Rest) -> None:
    waiting = asyncio.create_task(sandbox.person("Ana").command(sandbox.general, "/silent"))
    where = await callback(sandbox, client)
    answer = await rest("POST", where + "?with_response=1", {"type": 5, "data": {"flags": 64}})
    assert answer.status == 200
    told = answer.body["interaction"]
    assert told["response_message_loading"] is told["response_message_ephemeral"] is True
    assert "resource" not in answer.body
    await waiting


async def test_the_first_followup_fills_the_message_that_says_thinking(
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


async def test_responses_ping_only_users_by_default(sandbox: Sandbox, client: Client, rest: Rest) -> None:
    ana, ben = sandbox.person("Ana"), sandbox.person("Ben")
    waiting = asyncio.create_task(ana.command(sandbox.general, "/silent"))
    body = {"type": 4, "data": {"content": f"@everyone {ben.mention}"}}
    await rest("POST", await callback(sandbox, client), body)
    message = (await waiting).message
    assert message is not None
    assert message.pinged == {ben.id}
