"""What happens when somebody uses the panel: every choice counts at once, and is said in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from discord import app_commands, ui

from bot.client.commands.controls import Interaction, Listener
from bot.client.commands.parts import Parts
from bot.client.commands.responses import open_form, say, update
from bot.client.commands.settings import pages
from bot.client.commands.settings.controls import Control
from bot.client.commands.settings.forms import PersonaForm, QuotaForm
from bot.client.words import quotas
from bot.client.words import settings as words
from bot.errors import OvbotError
from bot.policy.server import Quota, ServerPolicy

logger = logging.getLogger(__name__)

Page = Callable[[pages.Shown], ui.LayoutView]


def add(tree: app_commands.CommandTree[Any], parts: Parts) -> None:
    """Add /settings, and listen for clicks on its panels."""
    panel = Panel(parts)
    tree.client.add_view(panel.listener())

    @tree.command(description=words.DESCRIPTION)
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def settings(interaction: Interaction) -> None:
        await panel.open(interaction)


class Panel:
    """The settings of servers, shown to their moderators and changed by them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._policies = parts.services.policies

    def listener(self) -> Listener:
        """Hears the clicks on all panels."""
        listener = Listener(self._parts.locales)
        for control, page in {
            Control.OVERVIEW: pages.overview,
            Control.CHANNELS: pages.channels,
            Control.ROLES: pages.roles,
            Control.QUOTAS: pages.quota,
            Control.REPLIES: pages.replies,
        }.items():
            listener.on(ui.Button(custom_id=control), partial(self._turn_to, page))
        for control, field, said in (
            (Control.ALLOWED_CHANNELS, "allowed_channels", words.chose_allowed_channels),
            (Control.BLOCKED_CHANNELS, "blocked_channels", words.chose_blocked_channels),
            (Control.FREE_CHANNELS, "free_channels", words.chose_free_channels),
        ):
            listener.on(
                ui.ChannelSelect(custom_id=control), partial(self._choose, field, said, pages.channels)
            )
        for control, field, said in (
            (Control.ALLOWED_ROLES, "allowed_roles", words.chose_allowed_roles),
            (Control.BLOCKED_ROLES, "blocked_roles", words.chose_blocked_roles),
        ):
            listener.on(ui.RoleSelect(custom_id=control), partial(self._choose, field, said, pages.roles))
        listener.on(ui.Button(custom_id=Control.QUOTA), self._ask_quota)
        listener.on(ui.RoleSelect(custom_id=Control.ROLE_QUOTA), self._ask_role_quota)
        listener.on(ui.UserSelect(custom_id=Control.PERSON_QUOTA), self._ask_person_quota)
        listener.on(ui.Select(custom_id=Control.LANGUAGE), self._choose_language)
        listener.on(ui.Select(custom_id=Control.LENGTH), self._choose_length)
        listener.on(ui.Button(custom_id=Control.PERSONA), self._ask_persona)
        return listener

    async def open(self, interaction: Interaction) -> None:
        """Show the overview to the person alone. Raises: OvbotError where they may not see it."""
        policy = await self._policies.policy(_server(interaction))
        view = pages.overview(self._shown(interaction, policy))
        await say(interaction, view=view)

    async def _turn_to(self, page: Page, interaction: Interaction, _: list[Any]) -> None:
        policy = await self._policies.policy(_server(interaction))
        await update(interaction, view=page(self._shown(interaction, policy)))

    async def _change(
        self,
        interaction: Interaction,
        page: Page,
        said: str,
        change: Callable[[ServerPolicy], ServerPolicy],
    ) -> None:
        """Change the policy, and show it with what was `said` of the change."""
        guild_id = _server(interaction)
        _, policy = await self._policies.change_policy(guild_id, change)
        logger.info("The settings of server %d were changed by user %d", guild_id, interaction.user.id)
        await update(interaction, view=page(self._shown(interaction, policy, said)))

    async def _choose(
        self,
        field: str,
        said: Callable[[frozenset[int]], str],
        page: Page,
        interaction: Interaction,
        chosen: list[Any],
    ) -> None:
        ids = frozenset(thing.id for thing in chosen)
        await self._change(interaction, page, said(ids), lambda policy: _with(policy, {field: ids}))

    async def _choose_language(self, interaction: Interaction, chosen: list[Any]) -> None:
        tag = None if chosen == [pages.NONE] else str(chosen[0])
        said = words.chose_language(tag)
        await self._change(interaction, pages.replies, said, lambda policy: _with(policy, {"language": tag}))

    async def _choose_length(self, interaction: Interaction, chosen: list[Any]) -> None:
        tokens = None if chosen == [pages.NONE] else int(chosen[0])
        said = words.chose_length(tokens, self._parts.services.longest_reply)
        update = {"max_reply_tokens": tokens}
        await self._change(interaction, pages.replies, said, lambda policy: _with(policy, update))

    async def _ask_persona(self, interaction: Interaction, _: list[Any]) -> None:
        policy = await self._policies.policy(_server(interaction))
        form = PersonaForm(self._parts.locales, policy.persona, self._set_persona)
        await open_form(interaction, form)

    async def _set_persona(self, interaction: Interaction, text: str | None) -> None:
        if text is not None and (assistant := self._parts.replies.assistant) is not None:
            assistant.check_persona(text)
        said = words.chose_persona(text)
        await self._change(interaction, pages.replies, said, lambda policy: _with(policy, {"persona": text}))

    async def _ask_quota(self, interaction: Interaction, _: list[Any]) -> None:
        policy = await self._policies.policy(_server(interaction))

        async def sent(answer: Interaction, given: Quota | None) -> None:
            said = quotas.gave_quota(quotas.everybody(), given) if given else quotas.dropped_everybodys()
            await self._change(answer, pages.quota, said, lambda now: _with(now, {"quota": given}))

        now = policy.quota or self._parts.services.quotas.default
        form = QuotaForm(self._parts.locales, quotas.everybody(), now, quotas.as_owner(), sent)
        await open_form(interaction, form)

    async def _ask_role_quota(self, interaction: Interaction, chosen: list[Any]) -> None:
        role = chosen[0]
        await self._ask_exception(interaction, "role_quotas", role.id, role.name, words.role(role.id))

    async def _ask_person_quota(self, interaction: Interaction, chosen: list[Any]) -> None:
        who = chosen[0]
        await self._ask_exception(
            interaction, "person_quotas", who.id, who.display_name, words.person(who.id)
        )

    async def _ask_exception(
        self, interaction: Interaction, field: str, number: int, name: str, mention: str
    ) -> None:
        policy = await self._policies.policy(_server(interaction))

        async def sent(answer: Interaction, given: Quota | None) -> None:
            said = quotas.gave_quota(mention, given) if given else quotas.dropped_quota(mention)

            def change(now: ServerPolicy) -> ServerPolicy:
                others = {key: held for key, held in getattr(now, field).items() if key != number}
                return _with(now, {field: others | ({number: given} if given else {})})

            await self._change(answer, pages.quota, said, change)

        everybodys = policy.quota or self._parts.services.quotas.default
        held = getattr(policy, field).get(number, everybodys)
        form = QuotaForm(self._parts.locales, name, held, quotas.as_everybody(), sent)
        await open_form(interaction, form)

    def _shown(self, interaction: Interaction, policy: ServerPolicy, said: str | None = None) -> pages.Shown:
        services, guild = self._parts.services, interaction.guild
        name = guild.name if guild is not None and guild.name else words.this_server()
        there = frozenset(thing.id for thing in (*guild.channels, *guild.roles)) if guild else frozenset()
        return pages.Shown(name, policy, services.quotas.default, services.longest_reply, there, said)


def _server(interaction: Interaction) -> int:
    """The server whose settings are meant.

    Raises: OvbotError where the person may not manage it. Administrators can give the command to
    others; what it changes stays with those who may manage the server.
    """
    if interaction.guild_id is None:
        raise OvbotError(words.ONLY_IN_SERVERS)
    if not interaction.permissions.manage_guild:
        raise OvbotError(words.NOT_ALLOWED)
    return interaction.guild_id


def _with(policy: ServerPolicy, update: dict[str, Any]) -> ServerPolicy:
    return policy.model_copy(update=update)
