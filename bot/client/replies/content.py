"""What one Discord message of a reply shows: text, buttons, files, a notice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO

import discord

from bot.client import words

CUSTOM_ID = re.compile(r"ovbot:(?P<action>stop|regenerate|continue|reasoning|delete):(?P<key>-?\d{1,20})")
"""The custom id of a button: what it does, and the key of the reply below which it stands."""


class Action(StrEnum):
    """What a button does."""

    STOP = "stop"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    REASONING = "reasoning"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a reply. key: finds the reply again (see `bot.client.replies.delivery.key`)."""

    action: Action
    key: int

    @property
    def custom_id(self) -> str:
        """The id that Discord sends back when the button is pressed."""
        return f"ovbot:{self.action}:{self.key}"

    @property
    def label(self) -> str:
        """What the button says, in the current language."""
        match self.action:
            case Action.STOP:
                return words.replies.stop()
            case Action.REGENERATE:
                return words.replies.regenerate()
            case Action.CONTINUE:
                return words.replies.continue_()
            case Action.REASONING:
                return words.replies.reasoning()
            case Action.DELETE:
                return words.replies.delete()


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to attach, UTF-8. size: in bytes. data: empty where only Discord has it."""

    name: str
    size: int
    data: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, name: str, text: str) -> TextFile:
        """A file with this text."""
        data = text.encode()
        return cls(name, len(data), data)


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What a message shows; two that are equal look the same.

    notice: shown beside the text, as an embed; "" for none.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[TextFile, ...] = ()
    notice: str = ""

    @classmethod
    def of(cls, message: discord.Message) -> MessageContent:
        """What a message of the bot shows on Discord."""
        # A link's preview is an embed too, of another type.
        notices = [embed.description for embed in message.embeds if embed.type == "rich"]
        return cls(
            message.content,
            tuple(_buttons(message)),
            tuple(TextFile(attachment.filename, attachment.size) for attachment in message.attachments),
            next(filter(None, notices), ""),
        )

    @property
    def view(self) -> discord.ui.View | None:
        """The buttons as discord.py sends them, in the current language."""
        if not self.buttons:
            return None
        view = discord.ui.View(timeout=None)
        for button in self.buttons:
            view.add_item(discord.ui.Button(label=button.label, custom_id=button.custom_id))
        view.stop()  # or discord.py would remember it for ever; presses arrive without
        return view

    @property
    def uploads(self) -> list[discord.File]:
        """The files as discord.py sends them, once."""
        return [discord.File(BytesIO(file.data), file.name) for file in self.files]

    @property
    def embeds(self) -> list[discord.Embed]:
        """The notice as discord.py sends it."""
        return [discord.Embed(description=self.notice)] if self.notice else []


def _buttons(message: discord.Message) -> list[Button]:
    found = []
    for row in message.components:
        for component in row.children if isinstance(row, discord.ActionRow) else ():
            custom_id = component.custom_id if isinstance(component, discord.Button) else None
            if custom_id and (match := CUSTOM_ID.fullmatch(custom_id)):
                found.append(Button(Action(match["action"]), int(match["key"])))
    return found
