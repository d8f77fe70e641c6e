"""People: what somebody does in front of a Discord client, as Python calls.

What is done at once is a plain method. What asks the bot for an answer is awaited, and returns the
interaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.sandbox import guilds, messages, reactions, thread_start
from bot.sandbox.asking import Resolved, command_data, component_data, modal_data, usable_command
from bot.sandbox.command_rules import CHAT_INPUT, MESSAGE
from bot.sandbox.drafts import Draft, require_content
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.interaction import Interaction, InteractionType
from bot.sandbox.model import Channel, Guild, Json, Message, Reference, Role, User
from bot.sandbox.permissions import Permission, may
from bot.sandbox.saying import File, Poll, drafted, forwarded, upload
from bot.sandbox.services import Services


class Person:
    """Somebody with an account, who is subject to the permissions of the server like everybody."""

    def __init__(self, services: Services, user: User) -> None:
        self._services = services
        self._world = services.world
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
        """Post a message; `<@id>` in the text mentions, as does a reply unless `ping` is off.

        Args:
            channel: where.
            text: at most 2000 characters, as without Nitro.
            reply_to: the message that this one answers.
            ping: whether the author of that message is to be notified.
            files: names and contents, or uploads where more is to be told.
            embeds: what Discord adds for links, or another bot posts.
            poll: a question and its answers.
            stickers: their names.

        Raises:
            SandboxError: this person may not, or there is nothing to post.
        """
        draft = drafted(self._world, text, files=files, embeds=embeds, poll=poll, stickers=stickers)
        draft.allowed.replied_user = ping
        if reply_to is not None:
            draft.reference = Reference(reply_to.channel.id, reply_to.id, reply_to.channel.guild_id)
        return self._post(channel, draft)

    def forward(self, message: Message, channel: Channel) -> Message:
        """Forward a message to a channel.

        Raises:
            SandboxError: it is gone, or this person may not post there.
        """
        self._check_there(message)
        return self._post(channel, forwarded(self._world, message))

    def edit(self, message: Message, text: str) -> Message:
        """Change the text of one of this person's messages.

        Raises:
            SandboxError: it is another's, it is gone, or nothing would be left.
        """
        if message.author is not self.user:
            raise SandboxError(f"{self.user.name} cannot edit what {message.author.name} wrote")
        self._check_there(message)
        draft = Draft(content=text.strip(), given=frozenset({"content"}))
        if not message.attachments:
            _translate(draft)
        return messages.edit(self._world, message, draft)

    def delete(self, message: Message) -> None:
        """Delete a message: one's own, or with permission another's.

        Raises:
            SandboxError: this person may not, or it is gone already.
        """
        self._check_there(message)
        if message.author is not self.user and not may(message.channel, self.id, Permission.MANAGE_MESSAGES):
            raise SandboxError(f"{self.user.name} may not delete what {message.author.name} wrote")
        messages.delete(self._world, message)

    def react(self, message: Message, emoji: str) -> None:
        """React to a message with an emoji character.

        Raises:
            SandboxError: the message is gone.
        """
        self._check_there(message)
        reactions.add(self._world, message, self.user, emoji)

    def type(self, channel: Channel) -> None:
        """Be seen typing."""
        messages.start_typing(self._world, channel, self.user)

    def open_dm(self) -> Channel:
        """Return the direct message with the bot."""
        return guilds.direct_channel(self._world, self.user)

    def start_thread(
        self, channel: Channel, name: str, *, message: Message | None = None, private: bool = False
    ) -> Channel:
        """Start a thread, from a message or without one.

        Raises:
            SandboxError: this person may not, or the message has a thread already.
        """
        try:
            return thread_start.start(self._world, channel, self.user, name, message=message, private=private)
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot start a thread: {error.message}") from error

    def commands(self, channel: Channel) -> list[Json]:
        """Return the slash commands that this person may use in a channel, by name."""
        registered = self._services.commands
        scopes = {None, channel.guild_id}
        names = {c["name"] for scope in scopes for c in registered.all(scope) if c["type"] == CHAT_INPUT}
        usable = []
        for name in sorted(names):
            with suppress(SandboxError):
                usable.append(usable_command(registered, self.user, channel, name, CHAT_INPUT))
        return usable

    async def command(self, channel: Channel, command: str, /, **options: Any) -> Interaction:
        """Use a slash command like `/ask` or `/persona set`; return the interaction once it is answered.

        Args:
            channel: where.
            command: its name, with group and subcommand.
            options: by name; people, roles and channels as they are, a file as name and contents.

        Raises:
            SandboxError: there is no such command for this person here, or an option is wrong.
            NoAnswerError: the bot did not answer within 3 s.
        """
        found, path = self._command(channel, command)
        resolved = Resolved(self._world, channel)
        data = command_data(found, path, {name: _plain(value) for name, value in options.items()}, resolved)
        return await self._ask(InteractionType.COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, /, **options: Any
    ) -> list[Json]:
        """Return what is offered while `typed` stands in an option of a slash command: names and values.

        Raises:
            SandboxError: there is no such command or option.
            NoAnswerError: the bot did not answer within 3 s.
        """
        found, path = self._command(channel, command)
        values = {**{name: _plain(value) for name, value in options.items()}, option: typed}
        data = command_data(found, path, values, Resolved(self._world, channel), focused=option)
        return (await self._ask(InteractionType.AUTOCOMPLETE, channel, data)).choices

    async def menu(self, message: Message, command: str) -> Interaction:
        """Choose a command from the menu of a message; return the interaction once it is answered.

        Raises:
            SandboxError: there is no such command for this person here, or the message is gone.
            NoAnswerError: the bot did not answer within 3 s.
        """
        self._check_there(message)
        found = usable_command(self._services.commands, self.user, message.channel, command, MESSAGE)
        resolved = Resolved(self._world, message.channel)
        target = resolved.add(message)
        data = {"id": found["id"], "name": found["name"], "type": MESSAGE, "target_id": target}
        return await self._ask(InteractionType.COMMAND, message.channel, resolved.into(data))

    async def click(self, message: Message, button: str) -> Interaction:
        """Click a button, named by its custom id or its label; return the interaction once it is answered.

        Raises:
            SandboxError: there is no such button, it is disabled, or the message is not there to be seen.
            NoAnswerError: the bot did not answer within 3 s.
        """
        return await self._use_component(message, button, None)

    async def choose(self, message: Message, menu: str, *values: Any) -> Interaction:
        """Choose from a select menu, named by its custom id; return the interaction once it is answered.

        Raises:
            SandboxError: there is no such menu or value, or the message is not there to be seen.
            NoAnswerError: the bot did not answer within 3 s.
        """
        return await self._use_component(message, menu, [_plain(value) for value in values])

    async def submit(self, opened: Interaction, values: Mapping[str, Any]) -> Interaction:
        """Send the form that an interaction opened; return the new interaction once it is answered.

        Args:
            opened: has the form.
            values: texts by custom id; lists for menus. What is left out stays as the form had it.

        Raises:
            SandboxError: there is no form, or a field is unknown or wrong.
            NoAnswerError: the bot did not answer within 3 s.
        """
        if opened.modal is None:
            raise SandboxError("that opened no form")
        resolved = Resolved(self._world, opened.channel)
        data = modal_data(opened.modal, values, resolved)
        return await self._ask(InteractionType.MODAL, opened.channel, data, parent=opened)

    async def _use_component(self, message: Message, name: str, values: list[Any] | None) -> Interaction:
        self._check_there(message)
        if message.ephemeral_to not in (None, self.user):
            raise SandboxError(f"{self.user.name} cannot see this message")
        labelled = (c for c in message.buttons() if c.get("label") == name and c.get("custom_id"))
        component = message.component(name) or next(labelled, None)
        if component is None:
            raise SandboxError(f"the message has no {name!r}")
        data = component_data(component, values, Resolved(self._world, message.channel))
        return await self._ask(InteractionType.COMPONENT, message.channel, data, source=message)

    async def _ask(self, kind: InteractionType, channel: Channel, data: Json, **more: Any) -> Interaction:
        interactions = self._services.interactions
        return await interactions.answered(interactions.begin(kind, self.user, channel, data, **more))

    def _command(self, channel: Channel, command: str) -> tuple[Json, list[str]]:
        name, *path = command.removeprefix("/").split()
        return usable_command(self._services.commands, self.user, channel, name, CHAT_INPUT), path

    def _post(self, channel: Channel, draft: Draft) -> Message:
        try:
            return messages.post(self._world, channel, self.user, draft)
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot post in #{channel.name}: {error.message}") from error

    def _check_there(self, message: Message) -> None:
        if message.deleted:
            raise SandboxError("the message is deleted")


class People:
    """Everybody in the sandbox, in the order they came."""

    def __init__(self, services: Services, home: Guild) -> None:
        self._services = services
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
        """Make somebody who is in the sandbox's server, or in `guild`; `bot` for another bot.

        Raises:
            SandboxError: there is somebody of that name.
        """
        account = name.lower().replace(" ", "_")
        if self.find(account) is not None:
            raise SandboxError(f"there is a {account} already")
        world, home = self._services.world, guild or self._home
        user = world.add_user(account, name, bot=bot, locale=locale)
        guilds.add_member(world, home, user, nick=nick)
        if roles:
            guilds.set_roles(world, home, user, {role.id for role in roles})
        person = Person(self._services, user)
        self._people.append(person)
        return person

    def find(self, account: str) -> Person | None:
        """Return the person with that account name."""
        return next((person for person in self._people if person.user.name == account), None)


def _plain(value: Any) -> Any:
    """Return what the rules know: accounts for people, uploads for files."""
    if isinstance(value, Person):
        return value.user
    return upload(value) if isinstance(value, tuple) else value


def _translate(draft: Draft) -> None:
    try:
        require_content(draft)
    except ApiError as error:
        raise SandboxError("a message cannot be empty; delete it instead") from error
