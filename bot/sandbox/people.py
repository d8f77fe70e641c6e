"""People: what somebody does with a Discord client, as Python calls.

What is done at once is a plain method. What the bot has to respond to is awaited, and returns the
interaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.sandbox import commands, guilds, interactions, messages, payloads
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.interaction_data import Resolved, command_data, component_data, modal_data
from bot.sandbox.limits import MESSAGE_LENGTH
from bot.sandbox.messages import Draft, Upload, content_type
from bot.sandbox.model import (
    Channel,
    Guild,
    Interaction,
    InteractionType,
    Json,
    Message,
    MessageFlag,
    Reference,
    Role,
    User,
)
from bot.sandbox.permissions import Permission, may
from bot.sandbox.world import World

File = tuple[str, bytes] | Upload
Poll = tuple[str, Sequence[str]]

_FORWARD = 1
_PNG = 1


class Person:
    """Somebody with an account. The permissions of the server apply to them as to everyone."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    def __repr__(self) -> str:
        return f"Person({self.user.name!r})"

    @property
    def id(self) -> int:
        """The account's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """The text that mentions this person."""
        return self.user.mention

    def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Sequence[File] = (),
        embeds: Sequence[Json] = (),
        poll: Poll | None = None,
        stickers: Sequence[str] = (),
    ) -> Message:
        """Post a message. `<@id>` in the text mentions somebody; a reply mentions whom it replies to.

        text: at most 2000 characters, as without Nitro. ping: whether a reply notifies that person.
        files: names and contents, or uploads with more details. embeds: as Discord adds them for links,
        or another bot posts them. poll: a question and its answers. stickers: their names.

        Raises: SandboxError where this person may not, or there is nothing to post.
        """
        draft = _draft(self._world, text, files=files, embeds=embeds, poll=poll, stickers=stickers)
        draft.allowed.replied_user = ping
        if reply_to is not None:
            draft.reference = Reference(reply_to.channel.id, reply_to.id, reply_to.channel.guild_id)
        return self._post(channel, draft)

    def forward(self, message: Message, channel: Channel) -> Message:
        """Forward a message to a channel.

        Raises: SandboxError where it is deleted, or this person may not post there.
        """
        self._check_not_deleted(message)
        return self._post(channel, _forward(self._world, message))

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of one of this person's messages.

        Raises: SandboxError where somebody else wrote it, it is deleted, or nothing would be left.
        """
        if message.author is not self.user:
            raise SandboxError(f"{self.user.name} cannot edit what {message.author.name} wrote")
        self._check_not_deleted(message)
        draft = Draft(content=text.strip(), given=frozenset({"content"}))
        if not message.attachments and draft.empty:
            raise SandboxError("a message cannot be empty; delete it instead")
        return messages.edit(self._world, message, draft)

    def delete(self, message: Message) -> None:
        """Delete a message: one of this person's, or anyone's with the permission to.

        Raises: SandboxError where this person may not, or it is deleted already.
        """
        self._check_not_deleted(message)
        if message.author is not self.user and not may(message.channel, self.id, Permission.MANAGE_MESSAGES):
            raise SandboxError(f"{self.user.name} may not delete what {message.author.name} wrote")
        messages.delete(self._world, message)

    def react(self, message: Message, emoji: str) -> None:
        """React to a message with an emoji character.

        Raises: SandboxError where the message is deleted.
        """
        self._check_not_deleted(message)
        messages.add_reaction(self._world, message, self.user, emoji)

    def type(self, channel: Channel) -> None:
        """Show that this person is typing."""
        messages.start_typing(self._world, channel, self.user)

    def open_dm(self) -> Channel:
        """The direct message with the bot."""
        return guilds.direct_channel(self._world, self.user)

    def start_thread(
        self,
        channel: Channel,
        name: str,
        *,
        text: str = "",
        message: Message | None = None,
        private: bool = False,
    ) -> Channel:
        """Start a thread, from a message or without one; in a forum, a post with a text.

        Raises: SandboxError where this person may not, the message has a thread already, or a post has
        no text.
        """
        try:
            if text:
                draft = _draft(self._world, text)
                return messages.post_in_forum(self._world, channel, self.user, name, draft).channel
            return messages.start_thread(
                self._world, channel, self.user, name, message=message, private=private
            )
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot start a thread: {error.message}") from error

    def commands(self, channel: Channel) -> list[Json]:
        """The slash commands that this person may use in a channel, by name."""
        scopes = {None, channel.guild_id}
        every = [command for scope in scopes for command in commands.registered(self._world, scope)]
        names = {command["name"] for command in every if command["type"] == commands.CHAT_INPUT}
        usable = []
        for name in sorted(names):
            with suppress(SandboxError):
                usable.append(self._usable(channel, name, commands.CHAT_INPUT))
        return usable

    async def command(self, channel: Channel, command: str, /, **options: Any) -> Interaction:
        """Use a slash command; return the interaction once the bot has responded.

        command: such as `/ask` or `/persona set`. options: by name; people, roles and channels as they
        are, a file as its name and contents.

        Raises: SandboxError where this person has no such command here, or an option is wrong;
        NoAnswerError where the bot did not respond within 3 s.
        """
        found, path = self._command(channel, command)
        resolved = self._resolved(channel)
        data = command_data(found, path, {name: _plain(value) for name, value in options.items()}, resolved)
        return await self._ask(InteractionType.COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, /, **options: Any
    ) -> list[Json]:
        """The choices (names and values) that the bot offers once `typed` is in an option of a command.

        Raises: SandboxError where there is no such command or option; NoAnswerError where the bot did
        not respond within 3 s.
        """
        found, path = self._command(channel, command)
        values = {**{name: _plain(value) for name, value in options.items()}, option: typed}
        data = command_data(found, path, values, self._resolved(channel), focused=option)
        return (await self._ask(InteractionType.AUTOCOMPLETE, channel, data)).choices

    async def menu(self, message: Message, command: str) -> Interaction:
        """Choose a command from a message's menu; return the interaction once the bot has responded.

        Raises: SandboxError where this person has no such command here, or the message is deleted;
        NoAnswerError where the bot did not respond within 3 s.
        """
        self._check_not_deleted(message)
        found = self._usable(message.channel, command, commands.MESSAGE)
        resolved = self._resolved(message.channel)
        target = resolved.add(message)
        data = {"id": found["id"], "name": found["name"], "type": commands.MESSAGE, "target_id": target}
        return await self._ask(InteractionType.COMMAND, message.channel, resolved.into(data))

    async def user_menu(self, channel: Channel, who: "Person | User", command: str) -> Interaction:
        """Choose a command from a user's menu; return the interaction once the bot has responded.

        Raises: SandboxError where this person has no such command here; NoAnswerError where the bot did
        not respond within 3 s.
        """
        found = self._usable(channel, command, commands.USER)
        resolved = self._resolved(channel)
        target = resolved.add(_plain(who))
        data = {"id": found["id"], "name": found["name"], "type": commands.USER, "target_id": target}
        return await self._ask(InteractionType.COMMAND, channel, resolved.into(data))

    async def click(self, message: Message, button: str) -> Interaction:
        """Click a button, by custom id or label; return the interaction once the bot has responded.

        Raises: SandboxError where there is no such button, it is disabled, or this person cannot see
        the message; NoAnswerError where the bot did not respond within 3 s.
        """
        return await self._use_component(message, button, None)

    async def choose(self, message: Message, menu: str, *values: Any) -> Interaction:
        """Choose from a select menu, by custom id; return the interaction once the bot has responded.

        Raises: SandboxError where there is no such menu or value, or this person cannot see the
        message; NoAnswerError where the bot did not respond within 3 s.
        """
        return await self._use_component(message, menu, [_plain(value) for value in values])

    async def submit(self, opened: Interaction, values: Mapping[str, Any]) -> Interaction:
        """Submit the form that an interaction opened; return the new interaction once the bot has responded.

        values: texts by custom id, lists for menus. Other fields stay as they were in the form.

        Raises: SandboxError where there is no form, or a field is unknown or wrong; NoAnswerError where
        the bot did not respond within 3 s.
        """
        if opened.modal is None:
            raise SandboxError("that opened no form")
        resolved = self._resolved(opened.channel)
        data = modal_data(opened.modal, values, resolved)
        return await self._ask(InteractionType.MODAL, opened.channel, data, parent=opened)

    async def _use_component(self, message: Message, name: str, values: list[Any] | None) -> Interaction:
        self._check_not_deleted(message)
        if message.ephemeral_to not in (None, self.user):
            raise SandboxError(f"{self.user.name} cannot see this message")
        labelled = (c for c in message.buttons() if c.get("label") == name and c.get("custom_id"))
        component = message.component(name) or next(labelled, None)
        if component is None:
            raise SandboxError(f"the message has no {name!r}")
        data = component_data(component, values, self._resolved(message.channel))
        return await self._ask(InteractionType.COMPONENT, message.channel, data, source=message)

    async def _ask(self, kind: InteractionType, channel: Channel, data: Json, **more: Any) -> Interaction:
        begun = interactions.begin(self._world, kind, self.user, channel, data, **more)
        return await interactions.answered(self._world, begun)

    def _command(self, channel: Channel, command: str) -> tuple[Json, list[str]]:
        name, *path = command.removeprefix("/").split()
        return self._usable(channel, name, commands.CHAT_INPUT), path

    def _resolved(self, channel: Channel) -> Resolved:
        return Resolved(self._world, channel, self.user)

    def _usable(self, channel: Channel, name: str, kind: int) -> Json:
        return commands.usable(self._world, self.user, channel, name, kind)

    def _post(self, channel: Channel, draft: Draft) -> Message:
        try:
            return messages.post(self._world, channel, self.user, draft)
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot post in #{channel.name}: {error.message}") from error

    def _check_not_deleted(self, message: Message) -> None:
        if message.deleted:
            raise SandboxError("the message is deleted")


class People:
    """Everyone in the sandbox, in the order in which they came."""

    def __init__(self, world: World, home: Guild) -> None:
        self._world = world
        self._home = home
        self._people: list[Person] = []

    def __iter__(self) -> Iterator[Person]:
        return iter(tuple(self._people))

    def add(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        roles: Sequence[Role] = (),
        nick: str | None = None,
        bot: bool = False,
        locale: str = "en-US",
    ) -> Person:
        """Make a person (or with `bot` another bot), a member of the sandbox's server or of `guild`.

        Raises: SandboxError where there is somebody of that name.
        """
        account = name.lower().replace(" ", "_")
        if self.find(account) is not None:
            raise SandboxError(f"there is a {account} already")
        world, home = self._world, guild or self._home
        user = world.add_user(account, name, bot=bot, locale=locale)
        guilds.add_member(world, home, user, nick=nick)
        if roles:
            guilds.set_roles(world, home, user, {role.id for role in roles})
        person = Person(world, user)
        self._people.append(person)
        return person

    def find(self, account: str) -> Person | None:
        """The person with that account name."""
        return next((person for person in self._people if person.user.name == account), None)


def _plain(value: Any) -> Any:
    """Return a person as their account, and a file as an upload."""
    if isinstance(value, Person):
        return value.user
    return _upload(value) if isinstance(value, tuple) else value


def _upload(file: File) -> Upload:
    return file if isinstance(file, Upload) else Upload(file[0], content_type(file[0]), file[1])


def _draft(
    world: World,
    text: str,
    *,
    files: Sequence[File] = (),
    embeds: Sequence[Json] = (),
    poll: Poll | None = None,
    stickers: Sequence[str] = (),
) -> Draft:
    text = text.strip()
    if len(text) > MESSAGE_LENGTH:
        raise SandboxError(f"a message has at most {MESSAGE_LENGTH} characters, this one {len(text)}")
    draft = Draft(content=text, uploads=[_upload(file) for file in files])
    draft.embeds = [{"type": "rich", **embed} for embed in embeds]
    if poll is not None:
        draft.extra["poll"] = _poll(world, *poll)
    if stickers:
        draft.extra["sticker_items"] = [
            {"id": str(world.ids.next()), "name": name, "format_type": _PNG} for name in stickers
        ]
    return draft


def _forward(world: World, message: Message) -> Draft:
    """Return the draft of a message that forwards another: a copy of it without its author."""
    copied = payloads.message(message, world)
    kept = (
        "type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp",
        "edited_timestamp", "flags", "components", "sticker_items",
    )  # fmt: skip
    draft = Draft(flags=int(MessageFlag.HAS_SNAPSHOT))
    draft.extra["message_snapshots"] = [{"message": {key: copied[key] for key in kept if key in copied}}]
    draft.reference = Reference(message.channel.id, message.id, message.channel.guild_id, _FORWARD)
    return draft


def _poll(world: World, question: str, answers: Sequence[str]) -> Json:
    return {
        "question": {"text": question},
        "answers": [
            {"answer_id": number, "poll_media": {"text": text}} for number, text in enumerate(answers, 1)
        ],
        "expiry": (world.clock.now() + timedelta(days=1)).isoformat(),
        "allow_multiselect": False,
        "layout_type": 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }
