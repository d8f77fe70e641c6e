"""Which persona, which longest reply and which reasoning hold in a channel."""

from __future__ import annotations

from bot.chat.ports import ChannelOptions, ChannelOptionsSource, ReasoningMode
from bot.chat.turns import Author, Incoming
from bot.policy.channel_options import PolicyChannelOptions
from bot.policy.server import ServerPolicy
from bot.store import SqlStore

GUILD, CHANNEL, THREAD, DM = 100, 7, 8, 9


async def spoken_in(store: SqlStore, channel_id: int, guild_id: int | None, parent_id: int | None) -> None:
    await store.accept(
        Incoming(channel_id, 1000 + channel_id, Author(50, "Ana"), "hi", guild_id, parent_id=parent_id)
    )


async def test_the_persona_is_the_threads_then_its_channels_then_the_servers(store: SqlStore) -> None:
    options: ChannelOptionsSource = PolicyChannelOptions(store)
    await spoken_in(store, THREAD, GUILD, CHANNEL)
    assert await options.channel_options(THREAD) == ChannelOptions(None, None, GUILD)

    await store.set_policy(GUILD, ServerPolicy(persona="of the server", max_reply_tokens=99))
    assert await options.channel_options(THREAD) == ChannelOptions("of the server", 99, GUILD)
    await store.set_persona(CHANNEL, GUILD, "of the channel")
    assert await options.channel_options(THREAD) == ChannelOptions("of the channel", 99, GUILD)
    await store.set_persona(THREAD, GUILD, "of the thread")
    assert await options.channel_options(THREAD) == ChannelOptions("of the thread", 99, GUILD)
    assert await options.channel_options(CHANNEL) == ChannelOptions("of the channel", 99, GUILD)

    await store.set_persona(THREAD, GUILD, None)
    assert (await options.channel_options(THREAD)).persona == "of the channel"


async def test_an_empty_persona_is_one(store: SqlStore) -> None:
    await spoken_in(store, CHANNEL, GUILD, None)
    await store.set_policy(GUILD, ServerPolicy(persona="of the server"))
    await store.set_persona(CHANNEL, GUILD, "")
    assert (await PolicyChannelOptions(store).channel_options(CHANNEL)).persona == ""


async def test_direct_messages_have_what_is_set_for_them_and_nothing_of_any_server(store: SqlStore) -> None:
    await store.set_policy(GUILD, ServerPolicy(persona="of the server", max_reply_tokens=99))
    await spoken_in(store, DM, None, None)
    assert await PolicyChannelOptions(store).channel_options(DM) == ChannelOptions()
    await store.set_persona(DM, None, "mine")
    assert await PolicyChannelOptions(store).channel_options(DM) == ChannelOptions("mine")


async def test_a_channel_where_nobody_spoke_has_its_own_persona_and_no_other(store: SqlStore) -> None:
    assert await PolicyChannelOptions(store).channel_options(CHANNEL) == ChannelOptions()
    await store.set_persona(CHANNEL, GUILD, "of the channel")
    assert await PolicyChannelOptions(store).channel_options(CHANNEL) == ChannelOptions(
        "of the channel", None, GUILD
    )


async def test_a_server_chooses_whether_its_model_reasons(store: SqlStore) -> None:
    await spoken_in(store, THREAD, GUILD, CHANNEL)
    await store.set_policy(GUILD, ServerPolicy(reasoning=ReasoningMode.OFF))
    options = PolicyChannelOptions(store)
    assert (await options.channel_options(THREAD)).reasoning is ReasoningMode.OFF
    assert (await options.channel_options(CHANNEL, GUILD)).reasoning is ReasoningMode.OFF
    assert (await options.channel_options(DM)).reasoning is None
