"""What people do during a soak, and a ledger of what they asked."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from bot.sandbox import Channel, Interaction, Message, Person, Sandbox, SandboxError, interactions
from bot.sandbox.events import Event

_SHORT = (
    "What can you do?",
    "Who are you?",
    "What is {a} plus {b}?",
    "Count to {a}.",
    "Spell kettle.",
    "Tell me a joke.",
    "My name is {name}.",
    "What is my name?",
    "How do I start a new conversation?",
    "What is the capital of France?",
    "Write a Python function that reverses a string.",
    "Say hello.",
)
# Their answers take two messages.
_LONG = ("Tell me a very long story about a {thing}.", "Write me a long answer about everything you can do.")
_HELLO = "Say hello."
_CHATTER = ("good morning", "see you later", "who is up for a game?")
_THINGS = ("kettle", "lighthouse", "tram", "clock", "garden")
_SECONDS_FOR_A_REPLY = 20.0
_SECONDS_FOR_THE_FIRST_REPLIES = 60.0


@dataclass(eq=False, slots=True)
class Asked:
    """Something that the bot was asked, and what the person did about it later.

    id: of the message; of a command, of its interaction. text: what it says by now, without the mention.
    Times are `Clock.monotonic`, None for never. message, interaction: one of them, by how it was asked.
    """

    id: int
    channel: Channel
    person: Person
    text: str
    at: float
    message: Message | None = None
    interaction: Interaction | None = None
    edited_at: float | None = None
    deleted_at: float | None = None
    stopped_at: float | None = None
    regenerated_at: float | None = None

    @property
    def was_answered_again(self) -> bool:
        """Whether the reply was made a second time."""
        return self.edited_at is not None or self.regenerated_at is not None


@dataclass(slots=True)
class Ledger:
    """What was said: all that the bot was asked, and the ids of the messages that it posted."""

    asked: list[Asked] = field(default_factory=list)
    posted: set[int] = field(default_factory=set)


class Crowd:
    """People who talk to the bot.

    pace: seconds that each of them waits between two things, on average.
    """

    def __init__(self, sandbox: Sandbox, people: int, pace: float, seed: int) -> None:
        self.ledger = Ledger()
        self._sandbox = sandbox
        self._pace = pace
        self._seed = seed
        self._people = [sandbox.person(f"Person {number}") for number in range(people)]
        channels = [sandbox.channel(name) for name in ("games", "music", "garden", "work")]
        self._thread = self._people[0].start_thread(channels[0], "a thread of its own")
        self._channels = [sandbox.general, *channels, self._thread]
        # Some write to the bot alone as well.
        self._direct = {person.id: person.open_dm() for person in self._people[: max(1, people // 3)]}
        self._commands: WeakKeyDictionary[asyncio.Task[object], int] = WeakKeyDictionary()
        sandbox.world.events.listen(self._note)

    @property
    def channels(self) -> list[Channel]:
        """Wherever something may have been said."""
        return [*self._channels, *self._direct.values()]

    async def begin(self) -> None:
        """Have the bot know the thread and the direct messages: of those that it never heard of, Discord does
        not tell it when it is back.

        Raises: TimeoutError where it does not answer.
        """
        first = [self._say(self._people[0], self._thread, _HELLO)]
        first += [
            self._say(person, self._direct[person.id], _HELLO)
            for person in self._people
            if person.id in self._direct
        ]
        for asked in first:
            await _answer(asked, _SECONDS_FOR_THE_FIRST_REPLIES)

    async def talk(self) -> None:
        """Let everybody talk until cancelled."""
        async with asyncio.TaskGroup() as talking:
            for person in self._people:
                draw = random.Random(f"{self._seed} {person.user.name}")
                talking.create_task(self._talk(person, draw))

    async def _talk(self, person: Person, draw: random.Random) -> None:
        async with asyncio.TaskGroup() as errands:
            while True:
                await asyncio.sleep(draw.uniform(0.1, 2 * self._pace))
                action = draw.random()
                if action < 0.06:
                    self._chat(person, draw)
                elif action < 0.14:
                    errands.create_task(self._command(person, draw))
                else:
                    asked = self._ask(person, draw)
                    if draw.random() < 0.12:  # and once more, without waiting for the answer
                        self._ask(person, draw)
                    self._change_mind(asked, draw, errands)
                    if draw.random() < 0.5:
                        with suppress(TimeoutError):
                            await _answer(asked, _SECONDS_FOR_A_REPLY)

    def _ask(self, person: Person, draw: random.Random) -> Asked:
        channel, text = self._place(person, draw), question(person, draw)
        earlier = [message for message in channel.history[-20:] if message.author is self._sandbox.bot]
        if earlier and draw.random() < 0.2:
            return self._say(person, channel, text, reply_to=draw.choice(earlier))
        needs_mention = channel is not self._thread or not earlier or draw.random() < 0.7
        return self._say(person, channel, text, mention=needs_mention)

    def _say(
        self,
        person: Person,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        mention: bool = True,
    ) -> Asked:
        mention = mention and reply_to is None and channel not in self._direct.values()
        written = f"{self._sandbox.bot.mention} {text}" if mention else text
        said = person.say(channel, written, reply_to=reply_to)
        asked = Asked(said.id, channel, person, text, self._now(), message=said)
        self.ledger.asked.append(asked)
        return asked

    def _chat(self, person: Person, draw: random.Random) -> None:
        """Say something that is not meant for the bot."""
        person.say(draw.choice(self._channels[:-1]), draw.choice(_CHATTER))

    async def _command(self, person: Person, draw: random.Random) -> None:
        """Ask by /ask, in a task of its own."""
        channel, text, at = self._place(person, draw), question(person, draw), self._now()
        task = asyncio.current_task()
        assert task is not None
        try:
            await person.command(channel, "/ask", prompt=text)
        except SandboxError:  # the bot is away, or has not told Discord of its commands yet
            pass
        finally:
            if (number := self._commands.get(task)) is not None:
                interaction = interactions.find(self._sandbox.world, number)
                self.ledger.asked.append(Asked(number, channel, person, text, at, interaction=interaction))

    def _note(self, event: Event) -> None:
        """Note what the bot posts, and the commands, each of which begins in the task of who uses it."""
        if event.name == "MESSAGE_CREATE" and event.data["author"]["id"] == str(self._sandbox.bot.id):
            self.ledger.posted.add(int(event.data["id"]))
        if event.name == "INTERACTION_CREATE" and (task := asyncio.current_task()) is not None:
            self._commands[task] = int(event.data["id"])

    def _change_mind(self, asked: Asked, draw: random.Random, errands: asyncio.TaskGroup) -> None:
        chance, after = draw.random(), draw.choice((draw.uniform(0.05, 1), draw.uniform(1, 8)))
        if chance < 0.06:
            errands.create_task(self._edit(asked, after, question(asked.person, draw)))
        elif chance < 0.10:
            errands.create_task(self._delete(asked, after))
        elif chance < 0.35:
            errands.create_task(self._stop(asked, draw.uniform(0, 1)))
        elif chance < 0.39:
            errands.create_task(self._regenerate(asked, after))

    async def _edit(self, asked: Asked, after: float, text: str) -> None:
        await asyncio.sleep(after)
        if asked.message is None or asked.deleted_at is not None:
            return
        asked.person.edit(asked.message, asked.message.content.replace(asked.text, text))
        asked.text, asked.edited_at = text, self._now()

    async def _delete(self, asked: Asked, after: float) -> None:
        await asyncio.sleep(after)
        if asked.message is not None:
            asked.person.delete(asked.message)
            asked.deleted_at = self._now()

    async def _stop(self, asked: Asked, after: float) -> None:
        """Press Stop on the reply, if there is one for long enough."""
        with suppress(TimeoutError, SandboxError):  # the bot may be gone, or the reply finished
            reply = await asked.channel.wait_for(
                lambda message: is_reply(message, asked) and stop_button(message), _SECONDS_FOR_A_REPLY
            )
            await asyncio.sleep(after)
            if (button := stop_button(reply)) is not None:
                asked.stopped_at = self._now()
                await asked.person.click(reply, button)

    async def _regenerate(self, asked: Asked, after: float) -> None:
        """Have a finished reply made again."""
        with suppress(TimeoutError, SandboxError):
            reply = await _answer(asked, _SECONDS_FOR_A_REPLY)
            await asyncio.sleep(after)
            if (button := find_button(reply, "regenerate")) is not None:
                asked.regenerated_at = self._now()
                await asked.person.click(reply, button)

    def _place(self, person: Person, draw: random.Random) -> Channel:
        direct = self._direct.get(person.id)
        return draw.choice([*self._channels, *([direct] * 3 if direct is not None else [])])

    def _now(self) -> float:
        return self._sandbox.clock.monotonic()


def question(person: Person, draw: random.Random) -> str:
    """Something to ask, mostly with a short answer."""
    text = draw.choice(_LONG if draw.random() < 0.06 else _SHORT)
    return text.format(
        a=draw.randint(2, 9), b=draw.randint(2, 9), name=person.user.display_name, thing=draw.choice(_THINGS)
    )


async def _answer(asked: Asked, timeout: float) -> Message:
    """Wait for a reply that is not, or no longer, being made."""
    return await asked.channel.wait_for(
        lambda message: is_reply(message, asked) and stop_button(message) is None, timeout
    )


def is_reply(message: Message, asked: Asked) -> bool:
    """Whether a message replies to what was asked."""
    reference = message.reference
    return message.author.bot and reference is not None and reference.message_id == asked.id


def stop_button(message: Message) -> str | None:
    """The custom id of a message's Stop button."""
    return find_button(message, "stop")


def find_button(message: Message, action: str) -> str | None:
    """The custom id of the button that does something with the reply."""
    ids = (str(button.get("custom_id", "")) for button in message.buttons())
    return next((custom_id for custom_id in ids if custom_id.startswith(f"ovbot:{action}:")), None)
