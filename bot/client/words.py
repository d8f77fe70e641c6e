"""Everything that the bot itself says to people, in one place, so that it can be translated."""

from __future__ import annotations

from bot.chat.turns import Ending


def note(text: str) -> str:
    """A line in Discord's small print."""
    return "-# " + " ".join(text.split())


def waiting(ahead: int) -> str:
    """While a message waits in line; `ahead` messages are before it."""
    if ahead <= 0:
        return "You are next."
    if ahead == 1:
        return "One message is before yours."
    return f"{ahead} messages are before yours."


def reading(tokens: int) -> str:
    """While the model reads a prompt of so many tokens."""
    return f"Reading {tokens} tokens…"


def ended(ending: Ending, error: str | None) -> str | None:
    """What is said below a reply that did not simply end."""
    match ending:
        case Ending.COMPLETE:
            return None
        case Ending.LENGTH:
            return "Cut off: the reply reached its longest length."
        case Ending.STOPPED:
            return "Stopped."
        case Ending.FAILED:
            return f"Failed: {error}" if error else "Failed."


PROMPT_CUT = "Your message is too long for the model: its end was left out."
EMPTY = "The model had nothing to say."
NO_TEXT = "Hello! Write something after my name and I will answer. `/help` tells what I can do."
ONLY_TEXT = "I can only read text so far. Write something and I will answer."

DEMO_MODEL = (
    "This is only the small demo model that comes with the bot. "
    "`ovbot model pull` installs Phi-3; then set MODEL_DIR to its folder."
)

LOADING = "loading the model…"
RESTARTING = "starting the model again…"
MODEL_FAILED = "out of order: the model does not run"
READY = "/help or mention me"
STILL_LOADING = "The model is still loading: please try again in a moment."
FAILED_COMMAND = "That did not work; the bot's log says why."


def busy(replies: int) -> str:
    """The presence while `replies` replies are being made or wait."""
    return "answering one message" if replies == 1 else f"answering {replies} messages"


def loading_full(waiting: int) -> str:
    """The refusal while the model loads and too many wait already."""
    return f"The model is still loading, and {waiting} messages wait for it: please try again in a moment."


ASK = "Ask the assistant; the answer joins this channel's conversation"
ASK_PROMPT = "What you want to say or know"
RESET = "Start this channel's conversation anew"
HELP = "What the assistant can do, and how"


def was_reset(turns: int) -> str:
    """After /reset; `turns` turns are no longer part of the conversation."""
    if turns == 0:
        return "There is nothing to forget here: the conversation is new."
    return f"A new conversation begins here. What was said before ({turns} messages) no longer counts."


def help_text(name: str, model: str | None) -> str:
    """The answer to /help. name: the bot's. model: what runs, or None while it loads."""
    runs = f"I run the model **{model}** on my owner's machine" if model else "My model is still loading"
    return (
        f"Hello, I am **{name}**. {runs}; nothing that you write to me leaves it.\n"
        "\n"
        "**Talk to me**\n"
        f"- Mention me in a channel: `@{name} what is a kettle?`\n"
        "- Reply to one of my messages.\n"
        "- Write to me in a direct message; no mention is needed there.\n"
        "- In a thread that I was called into, just write.\n"
        "\n"
        "**Commands**\n"
        f"- `/ask` – {ASK.lower()}.\n"
        f"- `/reset` – {RESET.lower()}.\n"
        "- `/help` – this text.\n"
        "\n"
        "Every channel, thread and direct message has a conversation of its own. "
        "Delete your message while I answer it, and I stop."
    )
