"""The interactions there have been, and what the bot may answer to them.

The first answer must come within 3 s, one only; the token is good for 15 minutes
(developers/interactions/receiving-and-responding.mdx).
"""

import secrets

from bot.sandbox import messages
from bot.sandbox.drafts import Draft, require_content
from bot.sandbox.errors import NoAnswerError, api_error, form_error
from bot.sandbox.interaction import Interaction, InteractionType, Reply, legacy_origin, metadata, payload
from bot.sandbox.model import Channel, Json, Message, MessageFlag, MessageType, Reference, User
from bot.sandbox.world import World

_ANSWERS_TO = {
    InteractionType.COMMAND: {Reply.MESSAGE, Reply.DEFERRED_MESSAGE, Reply.MODAL},
    InteractionType.COMPONENT: set(Reply) - {Reply.CHOICES},
    InteractionType.AUTOCOMPLETE: {Reply.CHOICES},
    InteractionType.MODAL: set(Reply) - {Reply.CHOICES, Reply.MODAL},
}


class Interactions:
    """The interactions there have been."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def begin(
        self,
        kind: InteractionType,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the bot."""
        self._forget_old()
        now = self._world.clock.monotonic()
        token = secrets.token_urlsafe(32)
        made = Interaction(self._world.ids.next(), token, kind, user, channel, data, now, source, parent)
        self._by_id[made.id] = self._by_token[token] = made
        self._world.publish("INTERACTION_CREATE", payload(made, self._world), channel=channel)
        return made

    def get(self, interaction_id: int) -> Interaction | None:
        """Return the interaction with that id."""
        return self._by_id.get(interaction_id)

    def to_answer(self, interaction_id: int, token: str) -> Interaction:
        """Return the interaction that the bot wants to answer for the first time.

        Raises:
            ApiError: 10062 there is none or it is too late, 40060 it has been answered.
        """
        found = self._by_id.get(interaction_id)
        if found is None or found.token != token:
            raise api_error(10062)
        if found.answer is not None:
            raise api_error(40060)
        if self._world.clock.monotonic() - found.at > self._world.limits.interaction_answer_s:
            raise api_error(10062)
        return found

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Return the interaction that the bot wants to follow up.

        Raises:
            ApiError: 10015 there is none or it has no first answer yet, 50027 its 15 minutes are over.
        """
        found = self._by_token.get(token)
        if application_id != self._world.application.id or found is None:
            raise api_error(10015)
        if self._world.clock.monotonic() - found.at > self._world.limits.interaction_token_s:
            raise api_error(50027)
        if found.answer is None:
            raise api_error(10015)
        return found

    def respond(self, interaction: Interaction, kind: int, draft: Draft, data: Json) -> None:
        """Take the bot's first answer.

        Args:
            interaction: what is answered.
            kind: the type in the body.
            draft: its message, for the kinds that have one.
            data: its `data`, for choices and modals.

        Raises:
            ApiError: 50035 that kind does not go with this interaction; or what the message lacks.
        """
        if kind not in _ANSWERS_TO[interaction.kind] or (kind in (6, 7) and interaction.origin is None):
            raise form_error("type", "BASE_TYPE_CHOICES", "This type does not answer such an interaction.")
        reply = Reply(kind)
        if reply is Reply.MESSAGE:
            require_content(draft)
            interaction.message = self._post(interaction, draft)
        elif reply is Reply.DEFERRED_MESSAGE:
            loading = Draft(flags=draft.flags & MessageFlag.EPHEMERAL | MessageFlag.LOADING)
            interaction.message = self._post(interaction, loading)
        elif reply is Reply.UPDATE:
            source = interaction.origin
            assert source is not None
            interaction.message = messages.edit(self._world, source, draft) if draft.given else source
        elif reply is Reply.DEFERRED_UPDATE:
            interaction.message = interaction.origin
        elif reply is Reply.CHOICES:
            interaction.choices = [c for c in data.get("choices") or [] if c is not None]
            if len(interaction.choices) > 25:
                raise form_error("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        else:
            interaction.modal = data
        interaction.answer = reply
        self._world.changes.notify()

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        """Post another message, or fill the one that says "thinking".

        Raises:
            ApiError: 50006, there is nothing to show.
        """
        require_content(draft)
        thinking = interaction.message
        if thinking is not None and thinking.loading and not thinking.deleted:
            draft.given |= {"content", "embeds", "components"}
            return messages.edit(self._world, thinking, draft)
        message = self._post(interaction, draft)
        interaction.followups.append(message)
        return message

    def message_of(self, interaction: Interaction, message_id: int | None) -> Message:
        """Return the first answer (None) or the follow-up with that id.

        Raises:
            ApiError: 10008, there is none.
        """
        mine = [interaction.message, *interaction.followups]
        for message in mine[:1] if message_id is None else mine:
            if message is not None and not message.deleted and message_id in (None, message.id):
                return message
        raise api_error(10008)

    def _post(self, interaction: Interaction, draft: Draft) -> Message:
        world, source = self._world, interaction.origin
        kind, reference = MessageType.DEFAULT, None
        if interaction.kind is InteractionType.COMMAND:
            chat_input = interaction.data["type"] == 1
            kind = MessageType.CHAT_INPUT_COMMAND if chat_input else MessageType.CONTEXT_MENU_COMMAND
        elif source is not None and not source.deleted and source.ephemeral_to is None:
            kind = MessageType.REPLY
            reference = Reference(source.channel.id, source.id, source.channel.guild_id)
        if interaction.answer is not None:
            kind = MessageType.REPLY
            original = interaction.message
            if original is not None and not original.deleted:
                reference = Reference(original.channel.id, original.id, original.channel.guild_id)
            else:
                kind = MessageType.DEFAULT
        return messages.add(
            world,
            interaction.channel,
            world.bot,
            draft,
            kind=kind,
            reference=reference,
            webhook_id=world.application.id,
            interaction=legacy_origin(interaction),
            interaction_metadata=metadata(interaction),
            ephemeral_to=interaction.user if draft.flags & MessageFlag.EPHEMERAL else None,
        )

    def _forget_old(self) -> None:
        oldest = self._world.clock.monotonic() - 2 * self._world.limits.interaction_token_s
        for interaction in [i for i in self._by_id.values() if i.at < oldest]:
            del self._by_id[interaction.id], self._by_token[interaction.token]

    async def answered(self, interaction: Interaction) -> Interaction:
        """Return an interaction once the bot gave its first answer.

        Raises:
            NoAnswerError: it did not within its 3 s.
        """

        def probe() -> Interaction | None:
            return interaction if interaction.answer is not None else None

        seconds = self._world.limits.interaction_answer_s
        try:
            return await self._world.changes.until(probe, seconds)
        except TimeoutError:
            raise NoAnswerError(f"the bot did not answer within {seconds:g} s") from None
