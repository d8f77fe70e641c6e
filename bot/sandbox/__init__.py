"""A local Discord on the loopback: REST API v10 and gateway, for `ovbot demo` and for the tests.

    async with Sandbox() as sandbox:
        ana = sandbox.person("Ana")
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        reply = await sandbox.general.wait_for(lambda message: message.author.bot)

The bot connects to it by `api_url`, `gateway_url` and `token`. Nothing here imports the bot or discord.py.

What to look for where, from the top down:

server.py            the whole: what a test opens
people.py            what a person does; control.py offers that over HTTP
rest/, gateway/      the two ways in which a bot talks to Discord
interactions.py, commands.py, messages.py, threads.py, guilds.py
                     the rules: everything that changes the state
payloads.py          the JSON of each object
model.py, world.py   the objects, and the state as a whole
faults.py, limits.py what goes wrong on demand, and what Discord refuses
"""

from bot.sandbox.errors import NoAnswerError, SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.limits import Limits, Window
from bot.sandbox.messages import Upload
from bot.sandbox.model import Channel, ChannelType, Interaction, Message, User
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.server import Sandbox
from bot.sandbox.world import TeamMember, TeamRole

__all__ = [
    "Channel",
    "ChannelType",
    "Fault",
    "Interaction",
    "Limits",
    "Message",
    "NoAnswerError",
    "Permission",
    "Person",
    "Sandbox",
    "SandboxError",
    "TeamMember",
    "TeamRole",
    "Upload",
    "User",
    "Window",
]
