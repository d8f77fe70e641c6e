"""The forms of the panel: for what is typed rather than chosen."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.client.commands.controls import Form, Interaction
from bot.client.commands.persona import LONGEST_PERSONA
from bot.client.locales import Locales
from bot.client.words import quotas
from bot.client.words import settings as words
from bot.errors import OvbotError
from bot.policy.server import Quota

_MOST_TOKENS = 1_000_000_000
_MOST_REQUESTS = 1000
_OWN, _OTHER = "own", "other"


class QuotaForm(Form):
    """Asks for a quota.

    whose: in words. now: what holds now, to begin with. otherwise: what counts without a quota of its
    own, in words. sent: called with the quota, or None where it is to be taken away.
    """

    def __init__(
        self,
        locales: Locales,
        whose: str,
        now: Quota,
        otherwise: str,
        sent: Callable[[Interaction, Quota | None], Awaitable[None]],
    ) -> None:
        super().__init__(quotas.quota_form(whose), locales)
        self._sent = sent
        self._tokens = _field("tokens", now.tokens_a_day)
        self._requests = _field("requests", now.requests_a_minute)
        self._counts = ui.Select[Any](
            custom_id="counts",
            options=[
                discord.SelectOption(label=quotas.own_numbers(), value=_OWN, default=True),
                discord.SelectOption(label=otherwise, value=_OTHER),
            ],
        )
        for text, component in (
            (quotas.tokens_field(), self._tokens),
            (quotas.requests_field(), self._requests),
            (quotas.counts_field(), self._counts),
        ):
            self.add_item(ui.Label(text=text[0], description=text[1], component=component))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Hand on what was filled in. Raises: OvbotError for what is no number."""
        if self._counts.values == [_OTHER]:
            await self._sent(interaction, None)
            return
        tokens = _number(self._tokens.value, 0, _MOST_TOKENS)
        requests = _number(self._requests.value, 1, _MOST_REQUESTS)
        await self._sent(interaction, Quota(tokens_a_day=tokens, requests_a_minute=requests))


class PersonaForm(Form):
    """Asks for a server's persona. sent: called with it, or None where there is to be none."""

    def __init__(
        self, locales: Locales, held: str | None, sent: Callable[[Interaction, str | None], Awaitable[None]]
    ) -> None:
        super().__init__(words.persona_form(), locales)
        self._sent = sent
        self._text = ui.TextInput[Any](
            custom_id="persona",
            style=discord.TextStyle.paragraph,
            default=held,
            required=False,
            max_length=LONGEST_PERSONA,
        )
        name, description = words.persona_field()
        self.add_item(ui.Label(text=name, description=description, component=self._text))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Hand on what was filled in."""
        await self._sent(interaction, self._text.value.strip() or None)


def _field(custom_id: str, value: int | None) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=custom_id, default=None if value is None else str(value), required=False, max_length=20
    )


def _number(text: str, least: int, most: int) -> int | None:
    """The number that somebody wrote, with or without separators; None for nothing."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if char not in ", '_")
    if not plain:
        return None
    if not plain.isdecimal() or not least <= int(plain) <= most:
        raise OvbotError(
            quotas.NOT_A_NUMBER, text=text[:20], least=quotas.number(least), most=quotas.number(most)
        )
    return int(plain)
