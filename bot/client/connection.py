"""Where Discord is, and what a failed login or connection means."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import DiscordError
from bot.settings import ENV_FILE

PORTAL = "https://discord.com/developers/applications"

_NEW_TOKEN = (
    f"get a new one ({PORTAL} > your application > Bot > Reset Token) and set it in "
    f"{ENV_FILE.absolute()} or in the environment"
)
_CLOSED = {
    4004: f"Discord no longer accepts DISCORD_TOKEN: {_NEW_TOKEN}.",
    4010: "Discord says that the shard is not valid (close code 4010).",
    4011: "The bot is in more servers than one connection may serve (2,500): this version cannot be sharded.",
    4012: "Discord no longer speaks the API version of this discord.py: install a newer release of the bot.",
    4013: "Discord does not know an intent that the bot asks for: install a newer release of the bot.",
}


@contextmanager
def endpoints(api_url: str, gateway_url: str | None) -> Iterator[None]:
    """Inside, discord.py talks to these.

    discord.py keeps its base URLs in classes, so a process has one of each.
    """
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


async def use_api_gateway(client: discord.Client) -> None:
    """Use the gateway that the API names."""
    _, url, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)


def check_token(token: str) -> str:
    """The token without white space around it.

    Raises: DiscordError if it cannot be a token.
    """
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise DiscordError(
            "DISCORD_TOKEN is no bot token (it is empty, or has white space or odd characters in it): copy "
            f"it from {PORTAL} > your application > Bot > Reset Token."
        )
    return token


@contextmanager
def explain_failure(api_url: str) -> Iterator[None]:
    """Raise as DiscordError, in one line, whatever keeps the bot from logging in or from staying."""
    try:
        yield
    except discord.LoginFailure:
        raise DiscordError(f"Discord does not accept DISCORD_TOKEN: {_NEW_TOKEN}.") from None
    except discord.PrivilegedIntentsRequired:
        raise DiscordError(
            "The bot may not read messages yet: switch on Message Content Intent at "
            f"{PORTAL} > your application > Bot > Privileged Gateway Intents, then start it again."
        ) from None
    except discord.ConnectionClosed as error:
        line = _CLOSED.get(error.code, f"Discord closed the connection (close code {error.code}).")
        raise DiscordError(line) from None
    except discord.GatewayNotFound:
        raise DiscordError(
            f"Discord at {api_url} does not name its gateway: try again later, or set DISCORD_GATEWAY_URL."
        ) from None
    except discord.HTTPException as error:
        raise DiscordError(f"Discord at {api_url} {_explain_answer(error)}") from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise DiscordError(
            f"Discord cannot be reached at {api_url} ({reason}): check the network, and DISCORD_API_URL and "
            "DISCORD_GATEWAY_URL if they are set."
        ) from None


def _explain_answer(error: discord.HTTPException) -> str:
    """What an answer of Discord's that ends the bot means, and what to do."""
    if error.status == 404 and not error.code:
        return "answers HTTP 404: no API is at this address. Correct DISCORD_API_URL, or leave it empty."
    if error.status == 429:
        seconds = error.response.headers.get("Retry-After", "")
        when = f"in {seconds} seconds" if seconds.isdecimal() else "later"
        return f"answers HTTP 429, too many requests from this address: try again {when}."
    code = f" (code {error.code})" if error.code else ""
    return f"answers HTTP {error.status}{code}: try again later, and check DISCORD_API_URL if it is set."


class SingleLineReconnects(logging.Filter):
    """Takes the traceback out of discord.py's lines about a connection that it will open again."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, with the error in its line."""
        if record.exc_info and "reconnect" in str(record.msg):
            record.msg = f"{record.getMessage()}: {record.exc_info[1]!r}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
