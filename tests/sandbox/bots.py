"""A bot with commands, buttons, menus and a form, built with discord.py."""

import io
from typing import Any

import discord
from discord import app_commands, ui

from tests.sandbox.conftest import Client


class Form(ui.Modal, title="Settings"):
    name: ui.TextInput["Form"] = ui.TextInput(label="Name", custom_id="name", max_length=10)
    kind = ui.Label[ui.Modal](
        text="Kind",
        component=ui.Select[Any](
            custom_id="kind", options=[discord.SelectOption(label=kind, value=kind) for kind in ("a", "b")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        select = self.kind.component
        assert isinstance(select, ui.Select)
        await interaction.response.send_message(f"{self.name.value}, {select.values[0]}")


class Panel(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Stop", custom_id="stop", style=discord.ButtonStyle.danger)
    async def stop_it(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.edit_message(content="stopped", view=None)

    @ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="changed later")

    @ui.button(label="Private", custom_id="private")
    async def private(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.send_message("only you", ephemeral=True)

    @ui.button(label="Form", custom_id="form")
    async def form(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.send_modal(Form())

    @ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, button: Any) -> None: ...

    @ui.select(
        custom_id="fruit",
        options=[discord.SelectOption(label=fruit, value=fruit) for fruit in ("fig", "plum", "pear")],
        max_values=2,
        row=1,
    )
    async def fruit(self, interaction: discord.Interaction, select: "ui.Select[Panel]") -> None:
        await interaction.response.send_message(f"chose {', '.join(select.values)}")

    @ui.select(cls=ui.UserSelect, custom_id="who", row=2)
    async def who(self, interaction: discord.Interaction, select: "ui.UserSelect[Panel]") -> None:
        await interaction.response.send_message(f"chose {select.values[0].display_name}")


class Selects(ui.View):
    """A select menu of every kind that offers objects of the server."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(cls=ui.UserSelect, custom_id="user")
    async def user(self, interaction: discord.Interaction, select: "ui.UserSelect[Selects]") -> None:
        await self._say(interaction, select.values[0])

    @ui.select(cls=ui.RoleSelect, custom_id="role")
    async def role(self, interaction: discord.Interaction, select: "ui.RoleSelect[Selects]") -> None:
        await self._say(interaction, select.values[0])

    @ui.select(cls=ui.MentionableSelect, custom_id="mentionable")
    async def mentionable(
        self, interaction: discord.Interaction, select: "ui.MentionableSelect[Selects]"
    ) -> None:
        await self._say(interaction, select.values[0])

    @ui.select(cls=ui.ChannelSelect, custom_id="channel")
    async def channel(self, interaction: discord.Interaction, select: "ui.ChannelSelect[Selects]") -> None:
        await self._say(interaction, select.values[0])

    async def _say(self, interaction: discord.Interaction, chosen: Any) -> None:
        await interaction.response.send_message(f"{type(chosen).__name__} {chosen.name}")


def prepare(client: Client) -> None:
    tree = client.tree

    @tree.command(description="Ask")
    async def ask(interaction: discord.Interaction, prompt: str, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        await interaction.edit_original_response(content=f"{prompt}? 42", view=Panel())
        more = await interaction.followup.send("more", ephemeral=private, wait=True)
        await more.edit(content="even more")

    @ask.autocomplete("prompt")
    async def complete(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed} {n}", value=f"{typed}{n}") for n in range(3)]

    @tree.command(description="Who")
    async def who(
        interaction: discord.Interaction,
        member: discord.Member,
        role: discord.Role,
        channel: discord.TextChannel,
        file: discord.Attachment,
    ) -> None:
        text = (await file.read()).decode()
        answer = f"{member.display_name} {role.name} {channel.name} {text}"
        await interaction.response.send_message(answer, file=discord.File(io.BytesIO(b"x"), "x.txt"))

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None: ...

    @tree.context_menu(name="Answer this")
    async def answer(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}", delete_after=None)

    @tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"hello {member.display_name}")

    group = app_commands.Group(name="persona", description="Persona", guild_only=True)

    @group.command(description="Set")
    async def set(interaction: discord.Interaction, text: str) -> None:
        permissions = interaction.permissions.send_messages and interaction.app_permissions.send_messages
        await interaction.response.send_message(f"{text} {permissions} {interaction.locale}", ephemeral=True)

    tree.add_command(group)
