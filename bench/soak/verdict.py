"""What became of each message: how the replies that people see compare with what the bot's database says."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bench.shown import is_notice, notes, reply_text, squeezed
from bench.soak.people import Asked, Ledger, stop_button
from bot.client import words
from bot.sandbox import Channel, Message


class Kind(StrEnum):
    """What may be wrong with an answer.

    LOST: there is none. DOUBLED: there is more than one, or a part of one twice, or one that nobody asked
    for. UNFINISHED: it is not what the bot itself takes for its end: it still shows Stop, or a notice that it
    is to come, or another text. LEFT: it answers a message that was deleted.
    """

    LOST = "lost"
    DOUBLED = "doubled"
    UNFINISHED = "unfinished"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something wrong with the answer to a message.

    message: its id, or that of the interaction. shown: ids of the messages that answer it.
    """

    kind: Kind
    message: int
    channel: int
    found: str
    shown: tuple[int, ...] = ()


@dataclass(slots=True)
class Verdict:
    """What became of all that was asked.

    ended: how many replies ended how, as the database has it. refusals: how often which one was said.
    not_taken: commands that the bot did not take in time, as people were told. interrupted: commands that
    the bot took and was killed before it wrote them down. deleted: messages whose answers are gone with them.
    """

    ended: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    not_taken: int = 0
    interrupted: int = 0
    deleted: int = 0
    failures: list[Failure] = field(default_factory=list)

    def count(self, kind: Kind) -> int:
        """How many failures there are of a kind."""
        return sum(failure.kind is kind for failure in self.failures)


@dataclass(frozen=True, slots=True)
class Stored:
    """An exchange as the bot's database has it. pages: the ids of the messages that show the reply."""

    prompt_text: str
    text: str
    ended: str | None
    withdrawn: bool
    pages: tuple[int, ...]


def read_database(file: Path) -> dict[int, Stored]:
    """All exchanges, by the id of the message or interaction that asked."""
    with closing(sqlite3.connect(file, timeout=10)) as database:
        messages: dict[int, list[int]] = defaultdict(list)
        for message_id, turn_id in database.execute(
            "SELECT id, turn_id FROM messages ORDER BY turn_id, page"
        ):
            messages[turn_id].append(message_id)
        found = database.execute(
            "SELECT prompt.id, prompt.text, prompt.withdrawn, reply.id, reply.text, reply.ended"
            " FROM turns prompt LEFT JOIN turns reply ON reply.reply_to = prompt.id"
            " WHERE prompt.role = 'user'"
        )
        return {
            messages[prompt][0]: Stored(said, text or "", ended, bool(withdrawn), tuple(messages[reply]))
            for prompt, said, withdrawn, reply, text, ended in found
            if messages[prompt]
        }


def judge(
    ledger: Ledger,
    channels: Iterable[Channel],
    stored: dict[int, Stored],
    could_hear: Callable[[float], bool],
) -> Verdict:
    """Compare what was asked with what is shown and what is stored.

    could_hear: whether the bot was there at a time, and for long enough after it to act upon what it heard.
    """
    shown, strays = _attribute(ledger, channels, stored)
    verdict = Verdict()
    for asked in ledger.asked:
        exchange = stored.get(asked.id)
        messages = shown.get(asked.id, [])
        problem = _problem(asked, messages, exchange, could_hear, verdict)
        if problem is not None:
            kind, found = problem
            ids = tuple(message.id for message in messages)
            verdict.failures.append(Failure(kind, asked.id, asked.channel.id, found, ids))
    for message in strays:
        found = f"{_described(message)} answers nothing that was asked"
        verdict.failures.append(Failure(Kind.DOUBLED, message.id, message.channel.id, found, (message.id,)))
    return verdict


def _attribute(
    ledger: Ledger, channels: Iterable[Channel], stored: dict[int, Stored]
) -> tuple[dict[int, list[Message]], list[Message]]:
    """The bot's messages by what they answer, pages of a reply in their order; and those that answer nothing.

    A first page replies to its message, or is the response to its command. A further page has the nonce of
    its reply, or follows up the response; for what was made again, or taken up after a restart, the database
    tells. Notices that a reply is ready answer nothing by themselves.
    """
    asked = {one.id for one in ledger.asked}
    owners = {page: key for key, exchange in stored.items() for page in exchange.pages}
    shown: dict[int, list[Message]] = defaultdict(list)
    strays = []
    for channel in channels:
        own = [message for message in channel.history if message.author.bot]
        for message in own:
            owner = _direct_owner(message, asked)
            if owner is not None:
                owners[message.id] = owner
        for message in own:
            reference = message.reference.message_id if message.reference is not None else None
            owner = owners.get(message.id)
            if owner is None and reference is not None and message.webhook_id is not None:
                owner = owners.get(reference)
            if owner in asked and owner is not None:
                shown[owner].append(message)
            elif not is_notice(message, ledger.posted):
                strays.append(message)
    for key, messages in shown.items():
        pages = stored[key].pages if key in stored else ()
        places = {page: place for place, page in enumerate(pages)}
        messages.sort(key=lambda message: (places.get(message.id, len(places)), message.id))
    return shown, strays


def _direct_owner(message: Message, asked: set[int]) -> int | None:
    """What a message answers, as far as it tells itself."""
    candidates = []
    if message.reference is not None:
        candidates.append(message.reference.message_id)
    if message.interaction_metadata is not None:
        candidates.append(int(message.interaction_metadata["id"]))
    name, _, number = str(message.nonce or "").rpartition("-")
    if name.isdecimal() and number.isdecimal():
        candidates.append(int(name))
    return next((candidate for candidate in candidates if candidate in asked), None)


def _problem(
    asked: Asked,
    messages: list[Message],
    exchange: Stored | None,
    could_hear: Callable[[float], bool],
    verdict: Verdict,
) -> tuple[Kind, str] | None:
    if asked.deleted_at is not None:
        return _problem_of_deleted(asked, messages, exchange, could_hear, verdict)
    if exchange is None:
        return _problem_of_unknown(asked, messages, could_hear, verdict)
    if not messages:
        state = "withdrawn" if exchange.withdrawn else exchange.ended or "not ended"
        return Kind.LOST, f"no reply is shown; in the database it is {state}, pages {exchange.pages}"
    verdict.ended[exchange.ended or "not ended"] += 1
    if problem := _problem_of_pages(messages, exchange):
        return problem
    if asked.edited_at is not None and could_hear(asked.edited_at) and asked.text not in exchange.prompt_text:
        return Kind.UNFINISHED, f"it answers {exchange.prompt_text!r}, which was edited to {asked.text!r}"
    return None


def _problem_of_deleted(
    asked: Asked,
    messages: list[Message],
    exchange: Stored | None,
    could_hear: Callable[[float], bool],
    verdict: Verdict,
) -> tuple[Kind, str] | None:
    """An answer goes with its message; one that was finished may stay where the bot was away meanwhile."""
    assert asked.deleted_at is not None
    if not messages:
        verdict.deleted += 1
        return None
    if could_hear(asked.deleted_at):
        return Kind.LEFT, f"its message was deleted: {_all_described(messages)}"
    if exchange is not None and not exchange.withdrawn:
        return _problem_of_pages(messages, exchange)
    return _first_unfinished(messages)


def _problem_of_unknown(
    asked: Asked, messages: list[Message], could_hear: Callable[[float], bool], verdict: Verdict
) -> tuple[Kind, str] | None:
    """Of something that the bot has not written down: it was refused in words, or lost."""
    interaction = asked.interaction
    if interaction is not None:
        said = [message for message in interaction.followups if message.ephemeral_to is not None]
        if interaction.message is not None and interaction.message.ephemeral_to is not None:
            said.append(interaction.message)
        if interaction.answer is None:
            verdict.not_taken += 1
            return _first_unfinished(messages)
        if said:
            verdict.refusals[said[-1].content] += 1
            return _first_unfinished(messages)
        if not could_hear(asked.at):
            verdict.interrupted += 1
            return None
    if not messages:
        return Kind.LOST, "no reply is shown, and it is not in the database"
    if len(messages) > 1:
        return Kind.DOUBLED, f"not in the database: {_all_described(messages)}"
    if problem := _first_unfinished(messages):
        return problem
    if _is_refusal(messages[0]):
        verdict.refusals[messages[0].content] += 1
        return None
    return Kind.UNFINISHED, f"not in the database: {_all_described(messages)}"


def _problem_of_pages(messages: list[Message], exchange: Stored) -> tuple[Kind, str] | None:
    """What is wrong with the messages that show a reply, given how it ended."""
    surplus = [message.id for message in messages if message.id not in exchange.pages]
    shown, stored = reply_text(messages), squeezed(exchange.text)
    if len(messages) > 1 and surplus and shown != stored:
        return Kind.DOUBLED, f"besides {exchange.pages}, which the database knows: {_all_described(messages)}"
    if problem := _first_unfinished(messages):
        return problem
    if exchange.ended is None:
        return Kind.UNFINISHED, f"in the database it has not ended: {_all_described(messages)}"
    if shown != stored:
        return (
            Kind.UNFINISHED,
            f"it shows {shown[-80:]!r}, stored is {stored[-80:]!r}: {_all_described(messages)}",
        )
    said = sum(len(notes(message)) for message in messages)
    if said != (0 if exchange.ended == "complete" and stored else 1):
        return Kind.UNFINISHED, f"it ended {exchange.ended}: {_all_described(messages)}"
    return None


def _first_unfinished(messages: list[Message]) -> tuple[Kind, str] | None:
    """What shows that a reply was not brought to its end, whatever the end is."""
    for message in messages:
        if stop_button(message) is not None or message.loading or message.content == _loading():
            return Kind.UNFINISHED, _all_described(messages)
    return None


def _is_refusal(message: Message) -> bool:
    return bool(message.content) and not reply_text([message]) and not message.buttons()


def _loading() -> str:
    return words.note(words.replies.loading())


def _all_described(messages: list[Message]) -> str:
    return "; ".join(_described(message) for message in messages)


def _described(message: Message) -> str:
    buttons = ", ".join(str(button.get("label")) for button in message.buttons())
    thinking = ", thinking" if message.loading else ""
    return f"{message.id} shows {message.content[-120:]!r} [{buttons}]{thinking}"
