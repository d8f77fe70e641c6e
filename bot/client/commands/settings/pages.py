"""What the panel shows, for a server's policy: an overview, and a page for each part of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.client.commands.settings.controls import Control
from bot.client.words import quotas
from bot.client.words import settings as words
from bot.i18n import LANGUAGES
from bot.policy.server import Quota, ServerPolicy

# As many can be chosen in one of Discord's menus.
MOST_CHOSEN = 25

# Where people write and the bot can answer; threads have the settings of their channel.
CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]

# The entry of a menu that stands for no choice of the server's own.
NONE = "none"

_LENGTHS = (64, 128, 256, 512, 1024, 2048, 4096, 8192)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown.

    default: the owner's quota. longest: the longest reply that the owner allows, in tokens. there:
    the channels and roles that there are; what was deleted cannot be shown as chosen. said: what was
    just changed.
    """

    server: str
    policy: ServerPolicy
    default: Quota
    longest: int
    there: frozenset[int]
    said: str | None = None


def overview(shown: Shown) -> ui.LayoutView:
    """The first page: all settings in words, and a button beside each part of them."""
    policy = shown.policy
    parts = {
        Control.CHANNELS: words.channels(policy),
        Control.ROLES: words.roles(policy),
        Control.QUOTAS: quotas.quotas(policy, shown.default),
        Control.REPLIES: words.replies(policy, shown.longest),
    }
    sections = [
        ui.Section[Any](text, accessory=_button(control, words.change())) for control, text in parts.items()
    ]
    return _page(f"{words.title(shown.server)}\n{_said(shown) or words.intro()}", *sections)


def channels(shown: Shown) -> ui.LayoutView:
    """The page on where the bot answers."""
    policy, there = shown.policy, shown.there
    unreachable = policy.free_channels & policy.blocked_channels
    if policy.allowed_channels:
        unreachable |= policy.free_channels - policy.allowed_channels
        unreachable |= policy.allowed_channels & policy.blocked_channels
    return _subpage(
        words.channels_page(unreachable),
        shown,
        *_channel_menu(Control.FREE_CHANNELS, words.free_channels(), policy.free_channels & there),
        *_channel_menu(Control.ALLOWED_CHANNELS, words.allowed_channels(), policy.allowed_channels & there),
        *_channel_menu(Control.BLOCKED_CHANNELS, words.blocked_channels(), policy.blocked_channels & there),
    )


def roles(shown: Shown) -> ui.LayoutView:
    """The page on whom the bot answers."""
    policy, there = shown.policy, shown.there
    return _subpage(
        words.roles_page(),
        shown,
        *_role_menu(Control.ALLOWED_ROLES, words.allowed_roles(), policy.allowed_roles & there),
        *_role_menu(Control.BLOCKED_ROLES, words.blocked_roles(), policy.blocked_roles & there),
    )


def quota(shown: Shown) -> ui.LayoutView:
    """The page on how much each person may ask."""
    policy = shown.policy
    everybody = quotas.everybodys_quota(policy, shown.default)
    by_role, choose_role = quotas.role_quotas(policy.role_quotas)
    by_person, choose_person = quotas.person_quotas(policy.person_quotas)
    return _subpage(
        quotas.quotas_page(),
        shown,
        ui.Section[Any](everybody, accessory=_button(Control.QUOTA, words.change())),
        ui.TextDisplay[Any](by_role),
        _row(ui.RoleSelect[Any](custom_id=Control.ROLE_QUOTA, placeholder=choose_role)),
        ui.TextDisplay[Any](by_person),
        _row(ui.UserSelect[Any](custom_id=Control.PERSON_QUOTA, placeholder=choose_person)),
    )


def replies(shown: Shown) -> ui.LayoutView:
    """The page on how the bot answers."""
    policy = shown.policy
    languages = {NONE: words.language_name(None)} | {tag: words.language_name(tag) for tag in LANGUAGES}
    bounds = sorted({*(n for n in _LENGTHS if n < shown.longest), policy.max_reply_tokens or shown.longest})
    lengths = {NONE: words.length(None, shown.longest)}
    lengths |= {str(n): words.length(n, shown.longest) for n in bounds if n != shown.longest}
    return _subpage(
        words.replies_page(),
        shown,
        ui.TextDisplay[Any](words.language_menu()),
        _row(_choice(Control.LANGUAGE, languages, policy.language or NONE)),
        ui.TextDisplay[Any](words.length_menu()),
        _row(_choice(Control.LENGTH, lengths, str(policy.max_reply_tokens or NONE))),
        ui.Section[Any](words.persona(policy.persona), accessory=_button(Control.PERSONA, words.change())),
    )


def _page(head: str, *items: ui.Item[Any]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(head))
    for item in items:
        view.add_item(item)
    view.stop()  # it only shows; `Panel` listens for all panels there are
    return view


def _subpage(head: str, shown: Shown, *items: ui.Item[Any]) -> ui.LayoutView:
    back = _row(_button(Control.OVERVIEW, words.back()))
    return _page("\n".join(filter(None, (head, _said(shown)))), *items, back)


def _said(shown: Shown) -> str | None:
    return words.changed(shown.said) if shown.said else None


def _row(item: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(item)


def _button(control: Control, label: str) -> ui.Button[Any]:
    return ui.Button(custom_id=control, label=label)


def _channel_menu(control: Control, text: tuple[str, str], chosen: Collection[int]) -> list[ui.Item[Any]]:
    menu = ui.ChannelSelect[Any](
        custom_id=control,
        channel_types=CHANNEL_TYPES,
        placeholder=text[1],
        min_values=0,
        max_values=MOST_CHOSEN,
        default_values=[discord.SelectDefaultValue.from_channel(discord.Object(i)) for i in chosen],
    )
    return [ui.TextDisplay(text[0]), _row(menu)]


def _role_menu(control: Control, text: tuple[str, str], chosen: Collection[int]) -> list[ui.Item[Any]]:
    menu = ui.RoleSelect[Any](
        custom_id=control,
        placeholder=text[1],
        min_values=0,
        max_values=MOST_CHOSEN,
        default_values=[discord.SelectDefaultValue.from_role(discord.Object(i)) for i in chosen],
    )
    return [ui.TextDisplay(text[0]), _row(menu)]


def _choice(control: Control, entries: dict[str, str], chosen: str) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in entries.items()
    ]
    return ui.Select(custom_id=control, options=options)
