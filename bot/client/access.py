"""Who may ask, and where: the same check for messages, commands, buttons and menus."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

import discord
from cachetools import TTLCache

from bot.client import words
from bot.client.requests import RequestError, translate_errors
from bot.client.services import Services
from bot.errors import OvbotError
from bot.policy.permissions import Location, Person, Verdict, allowed
from bot.policy.server import ServerPolicy

_REASONS = {
    Verdict.CHANNEL_BLOCKED: words.permissions.CHANNEL_BLOCKED,
    Verdict.CHANNEL_NOT_ALLOWED: words.permissions.CHANNEL_NOT_ALLOWED,
    Verdict.ROLE_BLOCKED: words.permissions.ROLE_BLOCKED,
    Verdict.ROLE_NOT_ALLOWED: words.permissions.ROLE_NOT_ALLOWED,
}


# Of a team's members, those who may change its applications.
_CHANGING_ROLES = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)
# Seconds until Discord is asked again who the owners are.
_OWNERS_SECONDS = 300.0

# Things said that a throttle remembers.
_REMEMBERED = 4096


class NotAllowedError(OvbotError):
    """The server's moderators do not allow it; the text says to the person why."""


class Access:
    """Checks what a server's policy allows, and what the person's quota has room for."""

    def __init__(self, services: Services) -> None:
        self._policies = services.policies
        self._quotas = services.quotas

    async def check(
        self,
        guild: discord.Guild | None,
        channel: discord.abc.Snowflake | None,
        person: discord.abc.Snowflake,
        *,
        asks: bool = True,
        was_missed: bool = False,
    ) -> None:
        """Return if `person` may use the bot in `channel`, else raise why not, in words for them.

        guild: None in direct messages. channel: as the event had it, a thread as itself. person: as
        the event had it, for its roles. asks: whether the model is to be asked, which counts as a
        request against the person's quota; stopping or deleting does not. was_missed: the request was made
        while the bot was away; what was asked in hours is read in a moment, so its pace does not count.

        Raises: NotAllowedError, QuotaError, StoreError.
        """
        if guild is None and isinstance(person, discord.Member):
            guild = person.guild  # a server that the client does not know: its policy counts all the same
        policy = await self._policies.policy(guild.id) if guild is not None else ServerPolicy()
        known = await self._person(guild, person, policy)
        verdict = allowed(policy, known, _channel(guild, channel))
        if verdict is not Verdict.ALLOWED:
            raise NotAllowedError(_REASONS.get(verdict, words.permissions.UNKNOWN))
        if asks:
            await self._quotas.check(guild.id if guild else None, known, policy, paced=not was_missed)

    async def check_interaction(self, interaction: discord.Interaction[Any], *, asks: bool = True) -> None:
        """The same for the person who used a command or a button, where they used it."""
        await self.check(interaction.guild, interaction.channel, interaction.user, asks=asks)

    async def _person(
        self,
        guild: discord.Guild | None,
        person: discord.abc.Snowflake,
        policy: ServerPolicy,
    ) -> Person:
        """The person with their roles. Discord is asked for them where the event had none and a rule
        needs them."""
        if guild is None:
            return Person(person.id, frozenset())
        by_role = policy.allowed_roles or policy.blocked_roles or policy.role_quotas
        if by_role and not isinstance(person, discord.Member):
            with suppress(RequestError), translate_errors():
                person = await guild.fetch_member(person.id)
        if not isinstance(person, discord.Member):
            return Person(person.id, None)
        return Person(person.id, frozenset(role.id for role in person.roles))


class Owners:
    """Knows who may change what the whole bot does: the application's owner, and the members of the team that
    owns it, but for those who may only look at it.

    Discord is asked once in a while, so that who has left the team is known soon.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._known: TTLCache[None, frozenset[int]] = TTLCache(1, _OWNERS_SECONDS)

    async def check(self, person: discord.abc.Snowflake) -> None:
        """Return if `person` is one of them. Raises: NotAllowedError, RequestError."""
        if not await self.are(person):
            raise NotAllowedError(words.permissions.NOT_THE_OWNER)

    async def are(self, person: discord.abc.Snowflake) -> bool:
        """Whether `person` is one of them. Raises: RequestError."""
        known = self._known.get(None)
        if known is None:
            with translate_errors():
                known = self._known[None] = _owners(await self._client.application_info())
        return person.id in known


def _owners(application: discord.AppInfo) -> frozenset[int]:
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    # Not by discord.py's `Bot.is_owner`, which takes those for members who have only been invited, and keeps
    # what it knows until the end.
    members = {
        member.id
        for member in team.members
        if member.membership_state is discord.TeamMembershipState.accepted and member.role in _CHANGING_ROLES
    }
    return frozenset(members | ({team.owner_id} if team.owner_id is not None else set()))


class Throttle:
    """Keeps the bot from saying the same thing to the same people again and again.

    interval: seconds. clock: seconds that only grow.
    """

    def __init__(self, interval: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._said: TTLCache[Hashable, None] = TTLCache(_REMEMBERED, interval, timer=clock)

    def allows(self, *key: Hashable) -> bool:
        """Whether this was not said within the interval; if so, it counts as said now."""
        if key in self._said:
            return False
        self._said[key] = None
        return True


def is_moderator(person: discord.Member | discord.User, channel: discord.abc.Snowflake | None) -> bool:
    """Whether `person` may manage messages in `channel`; where that is not known, in the server."""
    if not isinstance(person, discord.Member):
        return False
    permissions = person.resolved_permissions  # of an interaction, for its channel
    if permissions is None and isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
        with suppress(discord.ClientException):  # a thread whose channel is not known
            permissions = channel.permissions_for(person)
    if permissions is None:
        permissions = person.guild_permissions
    return permissions.manage_messages


def moderates(interaction: discord.Interaction[Any]) -> bool:
    """Whether the person may stop, change or delete what others asked for; everyone may in their direct
    messages."""
    return interaction.guild_id is None or is_moderator(interaction.user, interaction.channel)


def owns_channel(interaction: discord.Interaction[Any]) -> bool:
    """Whether the conversation is the person's own: in direct messages, and in threads and forum posts that
    they started."""
    channel = interaction.channel
    if interaction.guild_id is None:
        return True
    return isinstance(channel, discord.Thread) and channel.owner_id == interaction.user.id


def _channel(guild: discord.Guild | None, channel: discord.abc.Snowflake | None) -> Location:
    in_thread = isinstance(channel, discord.Thread)
    return Location(
        guild_id=guild.id if guild else None,
        channel_id=channel.id if channel is not None else 0,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        # Of a channel that the client does not know, nobody can say whether it is a thread.
        parent_known=guild is None or in_thread or isinstance(channel, discord.abc.GuildChannel),
    )
