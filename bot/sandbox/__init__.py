"""A local Discord on the loopback: REST API v10 and gateway, for `ovbot demo` and for the tests.

    async with Sandbox() as sandbox:
        ana = sandbox.person("Ana")
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await sandbox.general.wait_for(lambda message: message.author.bot)

The bot is pointed at it by `api_url`, `gateway_url` and `token`. Nothing here imports the bot or discord.py.
"""

from bot.sandbox.drafts import Upload
from bot.sandbox.errors import NoAnswerError, SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.interaction import Interaction
from bot.sandbox.limits import Limits, Window
from bot.sandbox.model import Channel, Message, User
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.server import Sandbox

__all__ = [
    "Channel",
    "Fault",
    "Interaction",
    "Limits",
    "Message",
    "NoAnswerError",
    "Permission",
    "Person",
    "Sandbox",
    "SandboxError",
    "Upload",
    "User",
    "Window",
]
