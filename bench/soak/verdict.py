"""What became of each message: how the replies that people see compare with what the bot's database says."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.shown import is_notice, notes, reply_text, squeezed
from bench.soak.people import Asked, Ledger, stop_button
from bot.client import words
from bot.sandbox import Channel, Interaction, Message


class Outcome(StrEnum):
    """What became of something that was asked.

    All is well: ANSWERED once, to the end. REFUSED in words. DELETED by the person, and its reply with it.
    NOT_TAKEN: a command that the bot did not take in time; Discord says so. INTERRUPTED: a command that the
    bot took just before it was killed; Discord says so after some minutes.

    Something is wrong: LOST, there is no reply. DOUBLED, there are two, or a part of one twice, or one that
    nobody asked for. UNFINISHED, it is not what the bot itself takes for its end: it still shows Stop, or a
    notice that it is to come, or another text. LEFT, it replies to a message that was deleted.
    """

    ANSWERED = "answered"
    REFUSED = "refused"
    DELETED = "deleted"
    NOT_TAKEN = "not taken"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    DOUBLED = "doubled"
    UNFINISHED = "unfinished"
    LEFT = "left"


FAILURES = (Outcome.LOST, Outcome.DOUBLED, Outcome.UNFINISHED, Outcome.LEFT)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one message.

    message: its id; of a command, that of the interaction. found: what was wrong, or how it was refused, or
    how the reply ended. pages: ids of the messages that show the reply, or did.
    """

    message: int
    channel: int
    outcome: Outcome
    found: str
    pages: tuple[int, ...] = ()


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
) -> list[Answer]:
    """Compare what was asked with what is shown and what is stored: the answer to each message, and what the
    bot said unasked.

    could_hear: whether the bot was there at a time, and for long enough after it to act upon what it heard.
    """
    shown, unasked = _attribute(ledger, channels, stored)
    answers = []
    for asked in ledger.asked:
        messages = shown.get(asked.id, [])
        outcome, found = _judge_one(asked, messages, stored.get(asked.id), could_hear)
        pages = stored[asked.id].pages if asked.id in stored else ()
        ids = tuple({message.id for message in messages} | set(pages))
        answers.append(Answer(asked.id, asked.channel.id, outcome, found, ids))
    for message in unasked:
        found = f"{_described(message)}, which nobody asked for"
        answers.append(Answer(message.id, message.channel.id, Outcome.DOUBLED, found, (message.id,)))
    return answers


def _attribute(
    ledger: Ledger, channels: Iterable[Channel], stored: dict[int, Stored]
) -> tuple[dict[int, list[Message]], list[Message]]:
    """The bot's messages by what they answer, the pages of a reply in order; and those that answer nothing.

    A first page replies to its message, or is the response to its command. A further page has the nonce of
    its reply, or follows up the response. Of replies that were made again, or taken up after a restart, the
    database tells. A notice that a reply is ready belongs to no answer; a second one for the same reply
    answers nothing.
    """
    asked = {one.id: one for one in ledger.asked}
    owners = {page: key for key, exchange in stored.items() for page in exchange.pages}
    posted = [message for channel in channels for message in channel.history if message.author.bot]
    owners |= {
        message.id: owner for message in posted if (owner := _direct_owner(message, asked)) is not None
    }
    shown: dict[int, list[Message]] = defaultdict(list)
    unasked = []
    noticed: Counter[int] = Counter()
    for message in posted:
        reference = message.reference.message_id if message.reference is not None else 0
        is_follow_up = message.webhook_id is not None
        owner = owners.get(message.id) or (owners.get(reference) if is_follow_up else None)
        if owner in asked:
            shown[owner].append(message)
        elif is_notice(message, ledger.posted):
            noticed[reference] += 1
            about = asked.get(owners.get(reference, 0))
            if noticed[reference] > 1 and about is not None and not about.was_answered_again:
                unasked.append(message)
        else:
            unasked.append(message)
    for key, messages in shown.items():
        pages = stored[key].pages if key in stored else ()
        places = {page: place for place, page in enumerate(pages)}
        messages.sort(key=lambda message: (places.get(message.id, len(places)), message.id))
    return shown, unasked


def _direct_owner(message: Message, asked: Collection[int]) -> int | None:
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


def _judge_one(
    asked: Asked, messages: list[Message], exchange: Stored | None, could_hear: Callable[[float], bool]
) -> tuple[Outcome, str]:
    if asked.deleted_at is not None:
        return _judge_deleted(messages, exchange, could_hear(asked.deleted_at))
    if exchange is None and asked.interaction is not None:
        return _judge_unknown_command(asked.interaction, messages, could_hear(asked.at))
    if exchange is None:
        return _judge_unknown(messages)
    if not messages:
        state = "withdrawn" if exchange.withdrawn else exchange.ended or "not ended"
        return Outcome.LOST, f"no reply is shown; in the database it is {state}, its pages {exchange.pages}"
    outcome, found = _judge_pages(messages, exchange)
    is_outdated = asked.text not in exchange.prompt_text
    if outcome is Outcome.ANSWERED and is_outdated and asked.edited_at and could_hear(asked.edited_at):
        return Outcome.UNFINISHED, f"it answers {exchange.prompt_text!r}, edited to {asked.text!r}"
    return outcome, found


def _judge_deleted(messages: list[Message], exchange: Stored | None, was_heard: bool) -> tuple[Outcome, str]:
    """A reply goes with its message. Where the bot was away meanwhile, a finished one may stay."""
    if messages and was_heard:
        return Outcome.LEFT, f"its message was deleted: {_all_described(messages)}"
    if messages and exchange is not None and not exchange.withdrawn:
        outcome, found = _judge_pages(messages, exchange)
        return (Outcome.DELETED, "") if outcome is Outcome.ANSWERED else (outcome, found)
    if any(_is_under_way(message) for message in messages):
        return Outcome.UNFINISHED, _all_described(messages)
    return Outcome.DELETED, ""


def _judge_unknown_command(
    interaction: Interaction, messages: list[Message], was_heard: bool
) -> tuple[Outcome, str]:
    """A command that the bot has not written down."""
    private = [*interaction.followups, *filter(None, [interaction.message])]
    said = [
        message.content for message in private if message.ephemeral_to is not None and not message.loading
    ]
    if said and not messages:
        return Outcome.REFUSED, said[0]
    if interaction.answer is None and not messages:
        return Outcome.NOT_TAKEN, ""
    if not was_heard and all(message.loading for message in messages):
        return Outcome.INTERRUPTED, ""
    return _judge_unknown(messages)


def _judge_unknown(messages: list[Message]) -> tuple[Outcome, str]:
    """Something that the bot has not written down was refused in words, or lost."""
    if not messages:
        return Outcome.LOST, "no reply is shown, and it is not in the database"
    if len(messages) > 1:
        return Outcome.DOUBLED, f"it is not in the database: {_all_described(messages)}"
    if _is_refusal(messages[0]):
        return Outcome.REFUSED, messages[0].content
    return Outcome.UNFINISHED, f"it is not in the database: {_all_described(messages)}"


def _judge_pages(messages: list[Message], exchange: Stored) -> tuple[Outcome, str]:
    """Whether messages show a reply as it ended."""
    surplus = [message for message in messages if message.id not in exchange.pages]
    shown, stored = reply_text(messages), squeezed(exchange.text)
    said = sum(len(notes(message)) for message in messages)
    if surplus and len(messages) > 1 and shown != stored:
        return Outcome.DOUBLED, f"the database knows of {exchange.pages} alone: {_all_described(messages)}"
    if any(_is_under_way(message) for message in messages):
        return Outcome.UNFINISHED, _all_described(messages)
    if exchange.ended is None:
        return Outcome.UNFINISHED, f"in the database it has not ended: {_all_described(messages)}"
    if shown != stored:
        return Outcome.UNFINISHED, f"stored is …{stored[-80:]!r}: {_all_described(messages)}"
    if said != (0 if exchange.ended == "complete" and stored else 1):
        return Outcome.UNFINISHED, f"it ended {exchange.ended}: {_all_described(messages)}"
    return Outcome.ANSWERED, exchange.ended


def _is_under_way(message: Message) -> bool:
    """Whether a message says that there is more to come."""
    return stop_button(message) is not None or message.loading or message.content == _loading()


def _is_refusal(message: Message) -> bool:
    is_note = bool(message.content) and not reply_text([message])
    return is_note and not message.buttons() and not _is_under_way(message)


def _loading() -> str:
    return words.note(words.replies.loading())


def _all_described(messages: list[Message]) -> str:
    return "; ".join(_described(message) for message in messages)


def _described(message: Message) -> str:
    buttons = ", ".join(str(button.get("label")) for button in message.buttons())
    thinking = ", thinking" if message.loading else ""
    return f"{message.id} shows {message.content[-120:]!r} [{buttons}]{thinking}"
