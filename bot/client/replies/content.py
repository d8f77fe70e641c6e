"""What one message of a reply shows: text, buttons, files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO

import discord

from bot.client import words

CUSTOM_ID = re.compile(r"ovbot:(?P<action>stop|regenerate|continue|delete):(?P<key>-?\d{1,20})")
"""The custom id of a button: what it does, and the key of the reply that it stands on."""


class Action(StrEnum):
    """What a button does."""

    STOP = "stop"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Button:
    """A button on a reply. key: the reply's, by which it is found again (see `delivery.key`)."""

    action: Action
    key: int

    @property
    def custom_id(self) -> str:
        """How Discord names the button when it is pressed."""
        return f"ovbot:{self.action}:{self.key}"


@dataclass(frozen=True, slots=True)
class File:
    """An attached file. size: in bytes. data: empty where only Discord has it."""

    name: str
    size: int
    data: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, name: str, text: str) -> File:
        """A file of text, which is UTF-8."""
        data = text.encode()
        return cls(name, len(data), data)

    def upload(self) -> discord.File:
        """The file as discord.py sends it, once."""
        return discord.File(BytesIO(self.data), self.name)


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What a message shows. Two that are equal look the same."""

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = ()

    @classmethod
    def of(cls, message: discord.Message) -> MessageContent:
        """What a message of the bot shows at present."""
        files = tuple(File(attachment.filename, attachment.size) for attachment in message.attachments)
        return cls(message.content, tuple(_buttons(message)), files)

    @property
    def view(self) -> discord.ui.View | None:
        """The buttons as discord.py sends them, in the language spoken now."""
        if not self.buttons:
            return None
        view = discord.ui.View(timeout=None)
        for button in self.buttons:
            view.add_item(discord.ui.Button(label=_label(button.action), custom_id=button.custom_id))
        view.stop()  # or discord.py would remember it for ever; presses are heard without
        return view

    @property
    def uploads(self) -> list[discord.File]:
        """The files as discord.py sends them, once."""
        return [file.upload() for file in self.files]


def _label(action: Action) -> str:
    match action:
        case Action.STOP:
            return words.buttons.stop()
        case Action.REGENERATE:
            return words.buttons.regenerate()
        case Action.CONTINUE:
            return words.buttons.continue_()
        case Action.DELETE:
            return words.buttons.delete()


def _buttons(message: discord.Message) -> list[Button]:
    found = []
    for row in message.components:
        for component in row.children if isinstance(row, discord.ActionRow) else ():
            custom_id = component.custom_id if isinstance(component, discord.Button) else None
            if custom_id and (match := CUSTOM_ID.fullmatch(custom_id)):
                found.append(Button(Action(match["action"]), int(match["key"])))
    return found
