"""/forget: erase what was said, after a second thought."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui

from bot.client.commands.controls import Interaction, Listener
from bot.client.commands.parts import Parts
from bot.client.commands.responses import acknowledge, fill, say
from bot.client.words import commands as words
from bot.errors import OvbotError


class _Choice(StrEnum):
    """The buttons of the question, by the ids that Discord sends back."""

    ME = "forget:me"
    CHANNEL = "forget:channel"
    KEEP = "forget:keep"


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /forget me and /forget channel, and listen for the answers to their questions."""
    group = app_commands.Group(name="forget", description=words.FORGET)

    @group.command(description=words.FORGET_ME)
    async def me(interaction: Interaction) -> None:
        await say(interaction, words.ask_forget_me(), view=_question(_Choice.ME))

    @group.command(description=words.FORGET_CHANNEL)
    async def channel(interaction: Interaction) -> None:
        _check_moderates(parts, interaction)
        await say(interaction, words.ask_forget_channel(), view=_question(_Choice.CHANNEL))

    tree.add_command(group)
    tree.client.add_view(_listener(parts))


def _question(choice: _Choice) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(custom_id=choice, label=words.erase(), style=discord.ButtonStyle.danger))
    view.add_item(ui.Button(custom_id=_Choice.KEEP, label=words.keep()))
    view.stop()  # it only shows; the listener hears
    return view


def _listener(parts: Parts) -> Listener:
    listener = Listener(parts.locales)
    answers: dict[_Choice, Callable[[Interaction], Awaitable[str]]] = {
        _Choice.ME: partial(_forget_me, parts),
        _Choice.CHANNEL: partial(_forget_channel, parts),
        _Choice.KEEP: _keep,
    }
    for choice, chosen in answers.items():
        listener.on(ui.Button(custom_id=choice), partial(_answer, chosen))
    return listener


async def _answer(
    chosen: Callable[[Interaction], Awaitable[str]], interaction: Interaction, _: list[Any]
) -> None:
    await acknowledge(interaction)  # erasing may take longer than Discord waits
    await fill(interaction, await chosen(interaction), view=None)


async def _forget_me(parts: Parts, interaction: Interaction) -> str:
    return words.forgot(await parts.services.store.forget_person(interaction.user.id))


async def _forget_channel(parts: Parts, interaction: Interaction) -> str:
    _check_moderates(parts, interaction)
    channel_id = interaction.channel_id or 0
    await parts.replies.stop(channel_id)
    return words.forgot(await parts.services.store.forget_channel(channel_id))


async def _keep(_: Interaction) -> str:
    return words.kept()


def _check_moderates(parts: Parts, interaction: Interaction) -> None:
    if not parts.moderates(interaction):
        raise OvbotError(words.FORGET_CHANNEL_NOT_ALLOWED)
