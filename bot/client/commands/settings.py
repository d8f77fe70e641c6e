"""/settings: a panel in which moderators set how the bot behaves on their server.

Each page is a class; its menus and buttons are classes whose `callback` makes the change. The panel keeps
nothing in memory: what was clicked tells everything. One page of each kind is registered with the client
and handles the clicks on all panels, so that they work after a restart, and however long they were open.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.ports import ReasoningMode
from bot.client.commands.persona import LONGEST_PERSONA
from bot.client.commands.responses import Form, Interaction, PersistentLayout, open_form, say, update
from bot.client.locales import Locales
from bot.client.replies.service import ReplyService
from bot.client.services import Services
from bot.client.words import settings as setting_words
from bot.client.words.numbers import number
from bot.errors import OvbotError
from bot.i18n import LANGUAGES
from bot.policy.server import (
    REQUESTS_A_MINUTE,
    TOKENS_A_DAY,
    Limits,
    PersonaBy,
    PolicyChange,
    Quota,
    ResetBy,
    ServerPolicy,
)

logger = logging.getLogger(__name__)

# Discord's menus take as many choices.
_MAX_CHOSEN = 25
# Where people write and the bot can answer; threads have the settings of their channel.
_CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]
# The entry of a menu that stands for no choice of the server's own.
_NONE = "none"
_LENGTHS = (64, 128, 256, 512, 1024, 2048, 4096, 8192)
_OWN, _OTHER = "own", "other"


class SettingsCommand(commands.Cog):
    """/settings."""

    def __init__(self, client: commands.Bot, settings: ServerSettings) -> None:
        self._client = client
        self._settings = settings

    async def cog_load(self) -> None:
        """Listen to the clicks on all panels."""
        for page in (OverviewPage, ChannelsPage, RolesPage, QuotasPage, RepliesPage, SharedPage):
            self._client.add_view(page(self._settings, PanelState()))

    @app_commands.command(description=setting_words.DESCRIPTION)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Interaction) -> None:
        """Show the panel to the person alone."""
        policy = await self._settings.policy(interaction)
        await say(interaction, view=OverviewPage.of(self._settings, interaction, policy))


class ServerSettings:
    """The policies of servers, for those who may manage the server.

    longest_reply: in tokens, as the owner set it.
    """

    def __init__(self, replies: ReplyService, services: Services, locales: Locales) -> None:
        self._replies = replies
        self._policies = services.policies
        self._reasoning = services.reasoning
        self.default_quota = services.quotas.default
        self.locales = locales
        self.longest_reply = services.longest_reply

    @property
    def reasoning(self) -> ReasoningMode | None:
        """Whether the model reasons, as the owner set it; None where it is known that it cannot."""
        assistant = self._replies.assistant
        return self._reasoning if assistant is None or assistant.engine.info.reasons else None

    async def policy(self, interaction: Interaction) -> ServerPolicy:
        """The server's policy. Raises: OvbotError where the person may not manage the server."""
        return await self._policies.policy(_server(interaction))

    async def change(self, interaction: Interaction, change: PolicyChange) -> ServerPolicy:
        """Change the server's policy; as it is now. Raises: OvbotError, as `policy` does."""
        guild_id = _server(interaction)
        _, policy = await self._policies.update_policy(guild_id, change)
        logger.info("The settings of server %d were changed by user %d", guild_id, interaction.user.id)
        return policy

    def check_persona(self, persona: str) -> None:
        """Raise OvbotError where a persona is too long for the model, if that is known yet."""
        if (assistant := self._replies.assistant) is not None:
            assistant.check_persona(persona)


def _server(interaction: Interaction) -> int:
    """The server that the person may manage. Administrators can give the command to others; what it
    changes stays with those who may manage the server.

    Raises: OvbotError.
    """
    if interaction.guild_id is None:
        raise OvbotError(setting_words.ONLY_IN_SERVERS)
    if not interaction.permissions.manage_guild:
        raise OvbotError(setting_words.NOT_ALLOWED)
    return interaction.guild_id


@dataclass(frozen=True, slots=True)
class PanelState:
    """What a page shows.

    existing: the ids of the channels and roles that exist; deleted ones cannot be shown as chosen.
    changed: what was just changed, in words.
    """

    server: str = ""
    policy: ServerPolicy = field(default_factory=ServerPolicy)
    existing: frozenset[int] = frozenset()
    changed: str | None = None


class Page(PersistentLayout):
    """A page of the panel."""

    def __init__(self, settings: ServerSettings, state: PanelState) -> None:
        super().__init__(settings.locales)
        self.settings = settings
        self.build(state)

    def build(self, state: PanelState) -> None:
        """Add what the page consists of."""
        raise NotImplementedError

    @classmethod
    def of(
        cls,
        settings: ServerSettings,
        interaction: Interaction,
        policy: ServerPolicy,
        changed: str | None = None,
    ) -> Self:
        """The page as it is sent."""
        guild = interaction.guild
        name = guild.name if guild is not None and guild.name else setting_words.this_server()
        existing = frozenset(thing.id for thing in (*guild.channels, *guild.roles)) if guild else frozenset()
        page = cls(settings, PanelState(name, policy, existing, changed))
        page.stop()  # the registered one handles the clicks
        return page

    @classmethod
    async def change(
        cls, settings: ServerSettings, interaction: Interaction, change: PolicyChange, changed: str
    ) -> None:
        """Make a change and show the page after it. changed: in words."""
        policy = await settings.change(interaction, change)
        await update(interaction, cls.of(settings, interaction, policy, changed))

    def add_head(self, text: str, state: PanelState) -> None:
        """Add the text above everything, with what was just changed."""
        changed = setting_words.changed(state.changed) if state.changed else None
        self.add_item(ui.TextDisplay("\n".join(filter(None, (text, changed)))))

    def add_text(self, text: str) -> None:
        """Add a text."""
        self.add_item(ui.TextDisplay(text))

    def add_row(self, item: ui.Item[Any]) -> None:
        """Add a button or a menu."""
        self.add_item(ui.ActionRow(item))

    def add_section(self, text: str, button: ui.Button[Any]) -> None:
        """Add a text with a button next to it."""
        self.add_item(ui.Section[Any](text, accessory=button))


class PageButton(ui.Button[Any]):
    """Turns to a page."""

    def __init__(self, settings: ServerSettings, page: type[Page], custom_id: str, label: str) -> None:
        super().__init__(custom_id=custom_id, label=label)
        self._settings = settings
        self._page = page

    async def callback(self, interaction: Interaction) -> None:
        """Show the page."""
        policy = await self._settings.policy(interaction)
        await update(interaction, self._page.of(self._settings, interaction, policy))


class OverviewPage(Page):
    """All settings in words, and a button next to each group of them."""

    def build(self, state: PanelState) -> None:
        """Add the groups."""
        policy, settings, change = state.policy, self.settings, setting_words.change()
        said = setting_words.changed(state.changed) if state.changed else setting_words.intro()
        self.add_text(f"{setting_words.title(state.server)}\n{said}")
        self.add_section(
            setting_words.channels(policy), PageButton(settings, ChannelsPage, "settings:channels", change)
        )
        self.add_section(
            setting_words.roles(policy), PageButton(settings, RolesPage, "settings:roles", change)
        )
        self.add_section(
            setting_words.quotas(policy, settings.default_quota),
            PageButton(settings, QuotasPage, "settings:quotas", change),
        )
        self.add_section(
            setting_words.replies(policy, settings.longest_reply, settings.reasoning),
            PageButton(settings, RepliesPage, "settings:replies", change),
        )
        self.add_section(
            setting_words.shared(policy.persona_by, policy.reset_by),
            PageButton(settings, SharedPage, "settings:shared", change),
        )


class _BackButton(PageButton):
    def __init__(self, settings: ServerSettings) -> None:
        super().__init__(settings, OverviewPage, "settings:overview", setting_words.back())


# Channels and people.


@dataclass(frozen=True, slots=True)
class _Choice:
    """A choice of channels or roles. field: of the policy. menu: the text above it and what stands in the
    empty menu. chosen: what is said after a choice.
    """

    custom_id: str
    field: str
    menu: Callable[[], tuple[str, str]]
    chosen: Callable[[frozenset[int]], str]


_CHANNEL_CHOICES = (
    _Choice(
        "settings:free-channels",
        "free_channels",
        setting_words.free_channels,
        setting_words.chose_free_channels,
    ),
    _Choice(
        "settings:allowed-channels",
        "allowed_channels",
        setting_words.allowed_channels,
        setting_words.chose_allowed_channels,
    ),
    _Choice(
        "settings:blocked-channels",
        "blocked_channels",
        setting_words.blocked_channels,
        setting_words.chose_blocked_channels,
    ),
)
_ROLE_CHOICES = (
    _Choice(
        "settings:allowed-roles",
        "allowed_roles",
        setting_words.allowed_roles,
        setting_words.chose_allowed_roles,
    ),
    _Choice(
        "settings:blocked-roles",
        "blocked_roles",
        setting_words.blocked_roles,
        setting_words.chose_blocked_roles,
    ),
)


class ChannelMenu(ui.ChannelSelect[Any]):
    """A choice of channels."""

    def __init__(self, settings: ServerSettings, choice: _Choice, chosen: frozenset[int]) -> None:
        super().__init__(
            custom_id=choice.custom_id,
            channel_types=_CHANNEL_TYPES,
            placeholder=choice.menu()[1],
            min_values=0,
            max_values=_MAX_CHOSEN,
            default_values=[discord.SelectDefaultValue.from_channel(discord.Object(i)) for i in chosen],
        )
        self._settings = settings
        self._choice = choice

    async def callback(self, interaction: Interaction) -> None:
        """Set the channels."""
        ids = frozenset(channel.id for channel in self.values)
        change = PolicyChange({self._choice.field: ids})
        await ChannelsPage.change(self._settings, interaction, change, self._choice.chosen(ids))


class RoleMenu(ui.RoleSelect[Any]):
    """A choice of roles."""

    def __init__(self, settings: ServerSettings, choice: _Choice, chosen: frozenset[int]) -> None:
        super().__init__(
            custom_id=choice.custom_id,
            placeholder=choice.menu()[1],
            min_values=0,
            max_values=_MAX_CHOSEN,
            default_values=[discord.SelectDefaultValue.from_role(discord.Object(i)) for i in chosen],
        )
        self._settings = settings
        self._choice = choice

    async def callback(self, interaction: Interaction) -> None:
        """Set the roles."""
        ids = frozenset(role.id for role in self.values)
        change = PolicyChange({self._choice.field: ids})
        await RolesPage.change(self._settings, interaction, change, self._choice.chosen(ids))


class ChannelsPage(Page):
    """Where the bot answers."""

    def build(self, state: PanelState) -> None:
        """Add the menus."""
        policy = state.policy
        unreachable = policy.free_channels & policy.blocked_channels
        if policy.allowed_channels:
            unreachable |= policy.free_channels - policy.allowed_channels
            unreachable |= policy.allowed_channels & policy.blocked_channels
        self.add_head(setting_words.channels_page(unreachable), state)
        for choice in _CHANNEL_CHOICES:
            self.add_text(choice.menu()[0])
            self.add_row(ChannelMenu(self.settings, choice, getattr(policy, choice.field) & state.existing))
        self.add_row(_BackButton(self.settings))


class RolesPage(Page):
    """Whom the bot answers."""

    def build(self, state: PanelState) -> None:
        """Add the menus."""
        self.add_head(setting_words.roles_page(), state)
        for choice in _ROLE_CHOICES:
            self.add_text(choice.menu()[0])
            self.add_row(
                RoleMenu(self.settings, choice, getattr(state.policy, choice.field) & state.existing)
            )
        self.add_row(_BackButton(self.settings))


# Quotas.


class EveryoneQuotaButton(ui.Button[Any]):
    """Opens the form for everyone's quota."""

    def __init__(self, settings: ServerSettings) -> None:
        super().__init__(custom_id="settings:quota", label=setting_words.change())
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        policy = await self._settings.policy(interaction)
        now = policy.quota or self._settings.default_quota
        await open_form(interaction, EveryoneQuotaForm(self._settings, now))


class RoleQuotaMenu(ui.RoleSelect[Any]):
    """Opens the form for a role's quota."""

    def __init__(self, settings: ServerSettings, placeholder: str) -> None:
        super().__init__(custom_id="settings:role-quota", placeholder=placeholder)
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        policy, role = await self._settings.policy(interaction), self.values[0]
        now = policy.role_quotas.get(role.id) or policy.quota or self._settings.default_quota
        await open_form(interaction, RoleQuotaForm(self._settings, now, role))


class PersonQuotaMenu(ui.UserSelect[Any]):
    """Opens the form for a person's quota."""

    def __init__(self, settings: ServerSettings, placeholder: str) -> None:
        super().__init__(custom_id="settings:person-quota", placeholder=placeholder)
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        policy, person = await self._settings.policy(interaction), self.values[0]
        now = policy.person_quotas.get(person.id) or policy.quota or self._settings.default_quota
        await open_form(interaction, PersonQuotaForm(self._settings, now, person))


class QuotasPage(Page):
    """How much each person may ask."""

    def build(self, state: PanelState) -> None:
        """Add everyone's quota and the exceptions."""
        policy, settings = state.policy, self.settings
        self.add_head(setting_words.quotas_page(), state)
        self.add_section(
            setting_words.everybodys_quota(policy, settings.default_quota), EveryoneQuotaButton(settings)
        )
        by_role, choose_role = setting_words.role_quotas(policy.role_quotas)
        self.add_text(by_role)
        self.add_row(RoleQuotaMenu(settings, choose_role))
        by_person, choose_person = setting_words.person_quotas(policy.person_quotas)
        self.add_text(by_person)
        self.add_row(PersonQuotaMenu(settings, choose_person))
        self.add_row(_BackButton(settings))


class QuotaForm(Form):
    """Asks for a quota.

    whose: in words. now: what is in the fields at first. otherwise: what counts without it, in words.
    """

    def __init__(self, settings: ServerSettings, whose: str, now: Quota, otherwise: str) -> None:
        super().__init__(setting_words.quota_form(whose), settings.locales)
        self.settings = settings
        self._tokens = _number_field("tokens", now.tokens_a_day)
        self._requests = _number_field("requests", now.requests_a_minute)
        self._counts = ui.Select[Any](
            custom_id="counts",
            options=[
                discord.SelectOption(label=setting_words.own_numbers(), value=_OWN, default=True),
                discord.SelectOption(label=otherwise, value=_OTHER),
            ],
        )
        for text, component in (
            (setting_words.tokens_field(), self._tokens),
            (setting_words.requests_field(), self._requests),
            (setting_words.counts_field(), self._counts),
        ):
            self.add_item(ui.Label(text=text[0], description=text[1], component=component))

    @property
    def quota(self) -> Quota | None:
        """What was filled in; None to remove the quota. Raises: OvbotError for what is no number."""
        if self._counts.values == [_OTHER]:
            return None
        return Quota(
            tokens_a_day=_number(self._tokens.value, TOKENS_A_DAY),
            requests_a_minute=_number(self._requests.value, REQUESTS_A_MINUTE),
        )


class EveryoneQuotaForm(QuotaForm):
    """The form for everyone's quota."""

    def __init__(self, settings: ServerSettings, now: Quota) -> None:
        super().__init__(settings, setting_words.everybody(), now, setting_words.as_owner())

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Set or remove the quota."""
        quota = self.quota
        said = (
            setting_words.gave_quota(setting_words.everybody(), quota)
            if quota
            else setting_words.dropped_everybodys()
        )
        await QuotasPage.change(self.settings, interaction, PolicyChange({"quota": quota}), said)


class RoleQuotaForm(QuotaForm):
    """The form for a role's quota."""

    def __init__(self, settings: ServerSettings, now: Quota, role: discord.Role) -> None:
        super().__init__(settings, role.name, now, setting_words.as_everybody())
        self._role_id = role.id

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Set or remove the quota."""
        quota, whose = self.quota, setting_words.role(self._role_id)
        said = setting_words.gave_quota(whose, quota) if quota else setting_words.dropped_quota(whose)
        change = PolicyChange(role_quotas={self._role_id: quota})
        await QuotasPage.change(self.settings, interaction, change, said)


class PersonQuotaForm(QuotaForm):
    """The form for a person's quota."""

    def __init__(self, settings: ServerSettings, now: Quota, person: discord.Member | discord.User) -> None:
        super().__init__(settings, person.display_name, now, setting_words.as_everybody())
        self._person_id = person.id

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Set or remove the quota."""
        quota, whose = self.quota, setting_words.person(self._person_id)
        said = setting_words.gave_quota(whose, quota) if quota else setting_words.dropped_quota(whose)
        change = PolicyChange(person_quotas={self._person_id: quota})
        await QuotasPage.change(self.settings, interaction, change, said)


def _number_field(custom_id: str, value: int | None) -> ui.TextInput[Any]:
    default = None if value is None else str(value)
    return ui.TextInput(custom_id=custom_id, default=default, required=False, max_length=20)


def _number(text: str, limits: Limits) -> int | None:
    """The number that somebody wrote, with or without separators; None for nothing. Raises: OvbotError."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if char not in ", '_")
    if not plain:
        return None
    if not plain.isdecimal() or not limits.least <= int(plain) <= limits.most:
        least, most = number(limits.least), number(limits.most)
        raise OvbotError(setting_words.NOT_A_NUMBER, text=text[:20], least=least, most=most)
    return int(plain)


# Replies.


class LanguageMenu(ui.Select[Any]):
    """A choice of the language in which the bot itself speaks."""

    def __init__(self, settings: ServerSettings, chosen: str | None) -> None:
        names = {_NONE: setting_words.language_name(None)} | {
            tag: setting_words.language_name(tag) for tag in LANGUAGES
        }
        super().__init__(custom_id="settings:language", options=_options(names, chosen or _NONE))
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Set the language."""
        tag = None if self.values == [_NONE] else self.values[0]
        change, said = PolicyChange({"language": tag}), setting_words.chose_language(tag)
        await RepliesPage.change(self._settings, interaction, change, said)


class LengthMenu(ui.Select[Any]):
    """A choice of the longest reply."""

    def __init__(self, settings: ServerSettings, chosen: int | None) -> None:
        longest = settings.longest_reply
        lengths = {*(length for length in _LENGTHS if length < longest), chosen or longest} - {longest}
        names = {_NONE: setting_words.length(None, longest)}
        names |= {str(length): setting_words.length(length, longest) for length in sorted(lengths)}
        super().__init__(custom_id="settings:length", options=_options(names, str(chosen or _NONE)))
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Set the length."""
        tokens = None if self.values == [_NONE] else int(self.values[0])
        said = setting_words.chose_length(tokens, self._settings.longest_reply)
        change = PolicyChange({"max_reply_tokens": tokens})
        await RepliesPage.change(self._settings, interaction, change, said)


class ReasoningMenu(ui.Select[Any]):
    """A choice of whether the model reasons before it answers. owners: what holds without one."""

    def __init__(self, settings: ServerSettings, chosen: ReasoningMode | None, owners: ReasoningMode) -> None:
        choices = (None, ReasoningMode.ON, ReasoningMode.OFF)
        names = {str(choice or _NONE): setting_words.reasoning(choice, owners) for choice in choices}
        super().__init__(custom_id="settings:reasoning", options=_options(names, chosen or _NONE))
        self._settings = settings
        self._owners = owners

    async def callback(self, interaction: Interaction) -> None:
        """Set whether it reasons."""
        chosen = None if self.values == [_NONE] else ReasoningMode(self.values[0])
        change, said = (
            PolicyChange({"reasoning": chosen}),
            setting_words.chose_reasoning(chosen, self._owners),
        )
        await RepliesPage.change(self._settings, interaction, change, said)


class PersonaButton(ui.Button[Any]):
    """Opens the form for the server's persona."""

    def __init__(self, settings: ServerSettings) -> None:
        super().__init__(custom_id="settings:persona", label=setting_words.change())
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        policy = await self._settings.policy(interaction)
        await open_form(interaction, PersonaForm(self._settings, policy.persona))


class PersonaForm(Form):
    """Asks for the server's persona."""

    def __init__(self, settings: ServerSettings, now: str | None) -> None:
        super().__init__(setting_words.persona_form(), settings.locales)
        self._settings = settings
        self._text = ui.TextInput[Any](
            custom_id="persona",
            style=discord.TextStyle.paragraph,
            default=now,
            required=False,
            max_length=LONGEST_PERSONA,
        )
        name, description = setting_words.persona_field()
        self.add_item(ui.Label(text=name, description=description, component=self._text))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Set or remove the persona."""
        persona = self._text.value.strip() or None
        if persona is not None:
            self._settings.check_persona(persona)
        change, said = PolicyChange({"persona": persona}), setting_words.chose_persona(persona)
        await RepliesPage.change(self._settings, interaction, change, said)


class RepliesPage(Page):
    """How the bot answers."""

    def build(self, state: PanelState) -> None:
        """Add the menus and the persona."""
        policy, settings = state.policy, self.settings
        self.add_head(setting_words.replies_page(), state)
        self.add_text(setting_words.language_menu())
        self.add_row(LanguageMenu(settings, policy.language))
        self.add_text(setting_words.length_menu())
        self.add_row(LengthMenu(settings, policy.max_reply_tokens))
        # What cannot have an effect is not offered.
        if settings.reasoning is not None:
            self.add_text(setting_words.reasoning_menu())
            self.add_row(ReasoningMenu(settings, policy.reasoning, settings.reasoning))
        self.add_section(setting_words.persona(policy.persona), PersonaButton(settings))
        self.add_row(_BackButton(settings))


# Who may change channels that others use.


class PersonaByMenu(ui.Select[Any]):
    """A choice of who may set a channel's persona."""

    def __init__(self, settings: ServerSettings, chosen: PersonaBy) -> None:
        names = {value.value: setting_words.who(value) for value in PersonaBy}
        super().__init__(custom_id="settings:persona-by", options=_options(names, chosen))
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Set who may."""
        chosen = PersonaBy(self.values[0])
        change, said = PolicyChange({"persona_by": chosen}), setting_words.persona_by(chosen)
        await SharedPage.change(self._settings, interaction, change, said)


class ResetByMenu(ui.Select[Any]):
    """A choice of who may reset a channel's conversation."""

    def __init__(self, settings: ServerSettings, chosen: ResetBy) -> None:
        names = {value.value: setting_words.who(value) for value in ResetBy}
        super().__init__(custom_id="settings:reset-by", options=_options(names, chosen))
        self._settings = settings

    async def callback(self, interaction: Interaction) -> None:
        """Set who may."""
        chosen = ResetBy(self.values[0])
        change, said = PolicyChange({"reset_by": chosen}), setting_words.reset_by(chosen)
        await SharedPage.change(self._settings, interaction, change, said)


class SharedPage(Page):
    """Who may change what concerns everyone in a channel."""

    def build(self, state: PanelState) -> None:
        """Add the menus."""
        self.add_head(setting_words.shared_page(), state)
        self.add_text(setting_words.persona_by_menu())
        self.add_row(PersonaByMenu(self.settings, state.policy.persona_by))
        self.add_text(setting_words.reset_by_menu())
        self.add_row(ResetByMenu(self.settings, state.policy.reset_by))
        self.add_row(_BackButton(self.settings))


def _options(names: dict[str, str], chosen: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in names.items()
    ]
