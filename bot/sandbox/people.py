"""People: what somebody does in front of a Discord client, as Python calls.

What is done at once is a plain method. What asks the bot for an answer is awaited, and returns the interaction.
"""

import mimetypes
from collections.abc import Sequence

from bot.sandbox import guilds, messages, reactions, threads
from bot.sandbox.drafts import Draft, Upload, require_content
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.limits import MESSAGE_LENGTH
from bot.sandbox.model import Channel, Message, Reference, User
from bot.sandbox.permissions import Permission, may
from bot.sandbox.services import Services

File = tuple[str, bytes]


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
    ) -> Message:
        """Post a message; `<@id>` in the text mentions, as does a reply unless `ping` is off.

        Args:
            channel: where.
            text: at most 2000 characters, as without Nitro.
            reply_to: the message that this one answers.
            ping: whether the author of that message is to be notified.
            files: names and contents.

        Raises:
            SandboxError: this person may not, or there is nothing to post.
        """
        if len(text.strip()) > MESSAGE_LENGTH:
            raise SandboxError(
                f"a message has at most {MESSAGE_LENGTH} characters, this one {len(text.strip())}"
            )
        draft = Draft(content=text.strip(), uploads=[_upload(*file) for file in files])
        draft.allowed.replied_user = ping
        if reply_to is not None:
            draft.reference = Reference(reply_to.channel.id, reply_to.id, reply_to.channel.guild_id)
        try:
            return messages.post(self._world, channel, self.user, draft)
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot post in #{channel.name}: {error.message}") from error

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
            return threads.start(self._world, channel, self.user, name, message=message, private=private)
        except ApiError as error:
            raise SandboxError(f"{self.user.name} cannot start a thread: {error.message}") from error

    def _check_there(self, message: Message) -> None:
        if message.deleted:
            raise SandboxError("the message is deleted")


def _upload(name: str, data: bytes) -> Upload:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Upload(name, kind + charset, data)


def _translate(draft: Draft) -> None:
    try:
        require_content(draft)
    except ApiError as error:
        raise SandboxError("a message cannot be empty; delete it instead") from error
