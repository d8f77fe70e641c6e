"""What can go wrong with a request to Discord, as few kinds as there are things to do about it.

DeliveryError
├── GoneError        the message, the prompt or the channel is no longer there: stop
├── RefusedError     not allowed, or not accepted: keep the reply, tell the log
│   ├── UnquotableError     the bot may write but not reply: write without pointing at the prompt
│   └── AcknowledgedError   an interaction has its first answer already: go on with it
├── FrozenError      the message cannot be edited any more: write a new one
├── ExpiredError     the interaction's token is void: go on in the channel
└── PassingError     Discord or the network is in trouble: try again
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes
_UNKNOWN_WEBHOOK = 10015
_INVALID_WEBHOOK_TOKEN = 50027
_INVALID_FORM = 50035
_TOO_MANY_OLD_EDITS = 30046
_NO_HISTORY_FOR_REPLY = 160002
_ALREADY_ACKNOWLEDGED = 40060


class DeliveryError(Exception):
    """A request to Discord failed."""


class GoneError(DeliveryError):
    """What the request is about is no longer there."""


class RefusedError(DeliveryError):
    """Discord does not allow or not accept the request."""


class UnquotableError(RefusedError):
    """The bot may write here but not reply: it may not read the message history."""


class AcknowledgedError(RefusedError):
    """The interaction was acknowledged already: by an attempt whose answer was lost."""


class FrozenError(DeliveryError):
    """The message is too old to be edited this often."""


class ExpiredError(DeliveryError):
    """The interaction's token is no longer valid."""


class PassingError(DeliveryError):
    """Discord or the network is in trouble; the request may or may not have been carried out."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise what discord.py and aiohttp raise within as one of the errors above."""
    try:
        yield
    except discord.RateLimited as error:
        raise PassingError(str(error)) from error
    except discord.HTTPException as error:
        raise _kind(error)(_line(error)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise PassingError(str(error) or type(error).__name__) from error


def _kind(error: discord.HTTPException) -> type[DeliveryError]:
    if error.status >= 500 or error.status == 429:
        return PassingError
    if error.code in (_UNKNOWN_WEBHOOK, _INVALID_WEBHOOK_TOKEN):
        return ExpiredError
    if error.code == _TOO_MANY_OLD_EDITS:
        return FrozenError
    if error.code == _NO_HISTORY_FOR_REPLY:
        return UnquotableError
    if error.code == _ALREADY_ACKNOWLEDGED:
        return AcknowledgedError
    # A reply to a message that was deleted is refused as a form with an unknown message in it.
    if error.status == 404 or (error.code == _INVALID_FORM and "message_reference" in error.text):
        return GoneError
    return RefusedError


def _line(error: discord.HTTPException) -> str:
    return f"HTTP {error.status}, code {error.code}: {' '.join(error.text.split())}"
