"""Application commands: registering them, Discord's rules, and who may use them."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import Limits, Sandbox, SandboxError, commands
from tests.sandbox.conftest import Client, Connect, Rest


@pytest.fixture
def limits() -> Limits:
    """Windows so short that plain HTTP is not limited here."""
    return Limits.fast(scale=0.0)


def path(sandbox: Sandbox, *more: object) -> str:
    return "/".join([f"/applications/{sandbox.world.application.id}/commands", *map(str, more)])


ASK: dict[str, Any] = {
    "name": "ask",
    "description": "Ask something",
    "options": [
        {"type": 3, "name": "prompt", "description": "What to ask", "required": True, "max_length": 20},
        {"type": 5, "name": "private", "description": "Only for you"},
    ],
}


async def test_a_tree_is_synced_and_keeps_its_ids_when_nothing_changed(
    sandbox: Sandbox, connect: Connect
) -> None:
    client = await connect(prepare_tree)
    first = await client.tree.sync()
    second = await client.tree.sync()
    assert [(c.id, c.name) for c in first] == [(c.id, c.name) for c in second]
    raw = [exchange.answer for exchange in sandbox.wire.find("PUT")]
    assert [c["version"] for c in raw[0]] == [c["version"] for c in raw[1]]
    assert {c.type.name for c in await client.tree.fetch_commands()} == {"chat_input", "message"}


def prepare_tree(client: Client) -> None:
    group = app_commands.Group(name="persona", description="Who the bot is")

    @group.command(description="Set it")
    async def set(interaction: discord.Interaction, text: app_commands.Range[str, 1, 100]) -> None: ...

    @client.tree.command(description="Count")
    @app_commands.choices(unit=[app_commands.Choice(name="hours", value=3600)])
    async def count(
        interaction: discord.Interaction, unit: int, most: app_commands.Range[int, 1, 9] = 1
    ) -> None: ...

    @client.tree.context_menu(name="Answer this")
    async def answer(interaction: discord.Interaction, message: discord.Message) -> None: ...

    client.tree.add_command(group)


async def test_a_changed_command_keeps_its_id_and_gets_another_version(sandbox: Sandbox, rest: Rest) -> None:
    [first] = (await rest("PUT", path(sandbox), [ASK])).body
    [second] = (await rest("PUT", path(sandbox), [{**ASK, "description": "Ask anything"}])).body
    assert first["id"] == second["id"]
    assert first["version"] != second["version"]


async def test_commands_are_created_read_edited_and_deleted_one_by_one(sandbox: Sandbox, rest: Rest) -> None:
    made = await rest("POST", path(sandbox), ASK)
    again = await rest("POST", path(sandbox), ASK)
    assert (made.status, again.status) == (201, 200)
    assert made.body["id"] == again.body["id"]
    one = path(sandbox, made.body["id"])
    assert (await rest("PATCH", one, {"description": "New"})).body["description"] == "New"
    assert (await rest("GET", one)).body["name"] == "ask"
    assert (await rest("DELETE", one)).status == 204
    assert (await rest("GET", one)).code == 10063
    assert (await rest("GET", path(sandbox))).body == []


async def test_translations_are_returned_only_if_asked_for(sandbox: Sandbox, rest: Rest) -> None:
    option = {**ASK["options"][0], "description_localizations": {"ja": "質問"}}
    await rest("POST", path(sandbox), {**ASK, "name_localizations": {"ja": "質問"}, "options": [option]})
    [bare] = (await rest("GET", path(sandbox))).body
    assert "localizations" not in str(bare)
    [whole] = (await rest("GET", path(sandbox) + "?with_localizations=true")).body
    assert whole["name_localizations"] == {"ja": "質問"}
    assert whole["options"][0]["description_localizations"] == {"ja": "質問"}


async def test_commands_of_a_server_win_over_global_ones(sandbox: Sandbox, rest: Rest) -> None:
    base = f"/applications/{sandbox.world.application.id}"
    await rest("PUT", f"{base}/commands", [ASK])
    [own] = (await rest("PUT", f"{base}/guilds/{sandbox.guild.id}/commands", [ASK])).body
    assert own["guild_id"] == str(sandbox.guild.id)
    found = commands.find(sandbox.world, sandbox.guild.id, "ask", 1)
    elsewhere = commands.find(sandbox.world, sandbox.add_guild("Other").id, "ask", 1)
    assert found is not None
    assert elsewhere is not None
    assert found["id"] == own["id"] != elsewhere["id"]


OPTION = {"type": 3, "name": "o", "description": "d"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "Ask"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "a b"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "x" * 33}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"description": ""}, "BASE_TYPE_BAD_LENGTH"),
        ({"description": "x" * 101}, "BASE_TYPE_BAD_LENGTH"),
        ({"name_localizations": {"ja": "A B"}}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name_localizations": {"jp": "ask"}}, "DICT_TYPE_CONVERT"),
        ({"description_localizations": {"ja": "x" * 101}}, "BASE_TYPE_BAD_LENGTH"),
        ({"options": [OPTION, OPTION]}, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
        ({"options": [{**OPTION, "name": f"o{i}"} for i in range(26)]}, "BASE_TYPE_MAX_LENGTH"),
        ({"options": [OPTION, {**OPTION, "name": "p", "required": True}]}, "OPTIONS_REQUIRED_INVALID"),
        (
            {"options": [{**OPTION, "autocomplete": True, "choices": [{"name": "a", "value": "a"}]}]},
            "AUTOCOMPLETE",
        ),
        ({"options": [{**OPTION, "type": 5, "autocomplete": True}]}, "BASE_TYPE_CHOICES"),
        ({"options": [{**OPTION, "choices": [{"name": "", "value": "a"}]}]}, "BASE_TYPE_BAD_LENGTH"),
        ({"options": [{**OPTION, "type": 1, "options": [{**OPTION, "type": 2}]}]}, "OPTIONS_TYPE_INVALID"),
        ({"type": 3}, "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED"),
        (
            {
                "options": [
                    {
                        **OPTION,
                        "name": f"o{i}",
                        "description": "d" * 100,
                        "choices": [{"name": "n" * 90 + str(c), "value": str(c)} for c in range(25)],
                    }
                    for i in range(4)
                ]
            },
            "APPLICATION_COMMAND_TOO_LARGE",
        ),
    ],
)
async def test_a_wrong_command_is_refused(
    sandbox: Sandbox, rest: Rest, change: dict[str, Any], code: str
) -> None:
    answer = await rest("PUT", path(sandbox), [{**ASK, **change}])
    assert (answer.status, answer.code) == (400, 50035)
    assert code in str(answer.body["errors"])
    assert (await rest("GET", path(sandbox))).body == []


@pytest.mark.parametrize("name", ["ask", "質問", "ask-me", "ถาม", "पूछ", "señor", "a1"])
async def test_names_in_any_script_are_accepted(sandbox: Sandbox, rest: Rest, name: str) -> None:
    assert (await rest("POST", path(sandbox), {**ASK, "name": name})).status == 201


async def test_two_commands_of_one_name_and_more_than_allowed_are_refused(
    sandbox: Sandbox, rest: Rest
) -> None:
    assert (await rest("PUT", path(sandbox), [ASK, ASK])).code == 50035
    menus = [{"type": 3, "name": f"Menu {number}"} for number in range(16)]
    assert (await rest("PUT", path(sandbox), menus)).code == 30032
    assert (await rest("PUT", path(sandbox), menus[:15])).status == 200


async def test_commands_of_another_application_are_refused(rest: Rest) -> None:
    assert (await rest("GET", "/applications/1/commands")).code == 20012


async def test_a_person_must_give_valid_options(sandbox: Sandbox, rest: Rest) -> None:
    persona = {
        "name": "persona",
        "description": "d",
        "options": [
            {"type": 1, "name": "set", "description": "d", "options": [{**OPTION, "required": True}]}
        ],
    }
    count = {
        "name": "count",
        "description": "d",
        "options": [
            {"type": 4, "name": "n", "description": "d", "max_value": 9},
            {**OPTION, "choices": [{"name": "A", "value": "a"}]},
            {"type": 6, "name": "who", "description": "d"},
        ],
    }
    await rest("PUT", path(sandbox), [ASK, persona, count])
    ana = sandbox.person("Ana")
    for command, options, reason in (
        ("/asks", {}, "no command 'asks'"),
        ("/ask", {}, "prompt is required"),
        ("/ask", {"prompt": "x" * 21}, "21 characters"),
        ("/ask", {"prompt": 5}, "takes str"),
        ("/ask", {"prompt": "x", "loud": True}, "no such option: loud"),
        ("/persona", {}, "needs a subcommand: set"),
        ("/persona clear", {}, "no subcommand 'clear'"),
        ("/count", {"n": 10}, "out of range"),
        ("/count", {"n": True}, "takes int"),
        ("/count", {"o": "b"}, r"one of \['a'\]"),
        ("/count", {"who": "ana"}, "takes User"),
    ):
        with pytest.raises(SandboxError, match=reason):
            await ana.command(sandbox.general, command, **options)


async def test_commands_need_permission_and_the_right_context(sandbox: Sandbox, rest: Rest) -> None:
    settings = {"name": "settings", "description": "d", "default_member_permissions": 1 << 5}
    here_only = {"name": "here", "description": "d", "contexts": [0]}
    await rest("PUT", path(sandbox), [settings, here_only])
    ana = sandbox.person("Ana")
    with pytest.raises(SandboxError, match="ana may not use settings"):
        await ana.command(sandbox.general, "/settings")
    with pytest.raises(SandboxError, match="cannot be used here"):
        await ana.command(ana.open_dm(), "/here")
