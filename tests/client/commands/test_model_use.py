"""/model use: another model answers from then on, chosen by those who own the bot."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path

import pytest

from bot.client import words
from bot.client.words import permissions, status
from bot.engine.genai.kv_pool import GIB, Memory
from bot.sandbox import Sandbox, TeamMember, TeamRole
from tests.client.conftest import Gate, Start
from tests.client.model_folders import Shelf, becomes, make_folder, presence, running, use
from tests.client.watching import by_bot, shown


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the models `red` and `blue`, and room in memory for both."""
    monkeypatch.chdir(tmp_path)
    make_folder("red")
    make_folder("blue")
    has_memory(monkeypatch, free=8 * GIB)
    return tmp_path


def has_memory(monkeypatch: pytest.MonkeyPatch, *, free: int) -> None:
    """Let the machine have 16 GiB of memory, so much of it free."""
    monkeypatch.setattr("bot.model_switch.read_memory", lambda: Memory(16 * GIB, free))


async def test_the_new_model_is_loaded_beside_the_old_one_which_ends_its_replies(
    sandbox: Sandbox, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shelf = Shelf(gates={"red": Gate()}, held={"blue": asyncio.Event()})
    ana = sandbox.person("Ana")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await presence(sandbox, "dnd")
        answer = await use(sandbox.owner, sandbox.general, "BLUE")
        await answer.wait_until(lambda m: m.content.startswith("Loading `blue`…"))
        shelf.held["blue"].set()
        await answer.wait_until(lambda m: m.content.startswith("Waiting for the replies"))
        other = sandbox.channel("other")
        ana.say(other, f"{sandbox.bot.mention} and me?")
        assert shelf.log == ["load red", "load blue"]
        shelf.gates["red"].open()
        await becomes(answer, "Now `blue` answers.")
        await shown(sandbox, sandbox.general, "I am red.")
        await shown(sandbox, other, "I am blue.")
        assert shelf.log == ["load red", "load blue", "unload red"]
        described = await ana.command(other, "/model show")
        assert described.message is not None
        await described.message.wait_until(lambda m: "**blue**" in m.content)
        assert bot.client.health()[0]
    assert shelf.log[-1] == "unload blue"
    assert "Changing the model from red to blue" in caplog.text
    assert "Changed the model from red to blue in" in caplog.text


async def test_where_memory_is_short_the_old_model_goes_first_and_messages_wait(
    sandbox: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_memory(monkeypatch, free=GIB // 4)
    shelf = Shelf(gates={"red": Gate()}, held={"blue": asyncio.Event()})
    ana = sandbox.person("Ana")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")) as bot:
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await presence(sandbox, "dnd")
        answer = await use(sandbox.owner, sandbox.owner.open_dm(), "blue")
        await answer.wait_until(lambda m: m.content.startswith("Waiting for the replies"))
        assert shelf.log == ["load red"]
        shelf.gates["red"].open()
        await answer.wait_until(lambda m: m.content.startswith("Loading `blue`…"))
        await presence(sandbox, "idle")
        assert (sandbox.gateway.presence or {})["activities"][0]["state"] == words.presence.loading()
        assert bot.client.health() == (False, "loading the model")
        assert shelf.log == ["load red", "unload red", "load blue"]
        other = sandbox.channel("other")
        ana.say(other, f"{sandbox.bot.mention} and me?")
        shelf.held["blue"].set()
        await becomes(answer, "Now `blue` answers.")
        await shown(sandbox, other, "I am blue.")
        await shown(sandbox, sandbox.general, "I am red.")
        await presence(sandbox, "online")


@pytest.mark.parametrize(
    ("free", "log"),
    [
        (GIB // 4, ["load red", "unload red", "load blue", "fail blue", "load red"]),
        (8 * GIB, ["load red", "load blue", "fail blue"]),
    ],
    ids=["one at a time", "both"],
)
async def test_a_model_that_cannot_be_loaded_leaves_the_old_one(
    sandbox: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch, free: int, log: list[str]
) -> None:
    has_memory(monkeypatch, free=free)
    shelf = Shelf(broken={"blue"})
    ana = sandbox.person("Ana")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        answer = await use(sandbox.owner, sandbox.general, "blue")
        kept = "`blue` can't be used: blue is damaged.\n`red` stays."
        await becomes(answer, kept)
        assert shelf.log == log
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, "I am red.")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        pass
    assert shelf.log[-2:] == ["load red", "unload red"]


async def test_where_the_old_model_cannot_be_loaded_again_another_can_be_chosen(
    sandbox: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_memory(monkeypatch, free=GIB // 4)
    shelf = Shelf(broken={"blue"})
    ana = sandbox.person("Ana")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")) as bot:
        shelf.broken.add("red")
        answer = await use(sandbox.owner, sandbox.general, "blue")
        await answer.wait_until(lambda m: "No model answers now" in m.content)
        assert "blue is damaged.\nAnd `red` can't be loaded again: red is damaged." in answer.content
        assert "stays" not in answer.content
        assert bot.client.health() == (False, "the model does not run")
        shelf.broken.clear()
        answer = await use(sandbox.owner, sandbox.general, "red")
        await becomes(answer, "Now `red` answers.")
        ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
        await shown(sandbox, sandbox.general, "I am red.")


async def test_there_is_one_change_at_a_time(sandbox: Sandbox, database: str) -> None:
    shelf = Shelf(held={"blue": asyncio.Event()})
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        first = await use(sandbox.owner, sandbox.general, "blue")
        await first.wait_until(lambda m: m.content.startswith("Loading"))
        second = await use(sandbox.owner, sandbox.general, "demo")
        refusal = words.note(status.CHANGING_ALREADY.format(name="`blue`"))
        await becomes(second, refusal)
        shelf.held["blue"].set()
        await becomes(first, "Now `blue` answers.")


@pytest.mark.parametrize(
    ("name", "refusal"), [("green", status.NO_SUCH_MODEL), ("red", status.ANSWERS_ALREADY)]
)
async def test_a_name_of_no_model_and_that_of_the_present_one_are_refused(
    sandbox: Sandbox, database: str, name: str, refusal: str
) -> None:
    shelf = Shelf()
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        answer = await use(sandbox.owner, sandbox.general, name)
        await becomes(answer, words.note(refusal.format(name=f"`{name}`")))
    assert shelf.log == ["load red", "unload red"]


async def test_others_are_refused_in_private_and_offered_nothing(sandbox: Sandbox, database: str) -> None:
    ana = sandbox.person("Ana")
    shelf = Shelf()
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        answer = await use(ana, sandbox.general, "blue")
        await becomes(answer, words.note(permissions.NOT_THE_OWNER))
        assert await ana.autocomplete(sandbox.general, "/model use", "name", "") == []
    assert shelf.log == ["load red", "unload red"]
    assert by_bot(sandbox, sandbox.general) == []


async def test_of_a_team_those_may_who_can_change_its_applications(sandbox: Sandbox, database: str) -> None:
    lead, dev, guest, invited = (sandbox.person(name) for name in ("Lead", "Dev", "Guest", "Invited"))
    sandbox.give_to_team(
        "Team",
        lead,
        TeamMember(dev.user, TeamRole.DEVELOPER),
        TeamMember(guest.user, TeamRole.READ_ONLY),
        TeamMember(invited.user, TeamRole.ADMIN, accepted=False),
    )
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
        offered = {
            person.user.name: bool(await person.autocomplete(sandbox.general, "/model use", "name", ""))
            for person in (lead, dev, guest, invited, sandbox.owner)
        }
    assert offered == {"lead": True, "dev": True, "guest": False, "invited": False, "owner": False}


async def test_what_fits_is_offered_first(sandbox: Sandbox, database: str) -> None:
    make_folder("alpha-giant/int4", weights=40 * 10**9)
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
        owner = sandbox.owner
        offered = await owner.autocomplete(sandbox.general, "/model use", "name", "")
        assert [choice["value"] for choice in offered] == ["blue", "demo", "red", "alpha-giant/int4"]
        assert "answers now" in offered[2]["name"]
        assert offered[3]["name"] == "alpha-giant/int4 (40 GB, too large for the memory)"
        (found,) = await owner.autocomplete(sandbox.general, "/model use", "name", " GIANT")
        assert found["value"] == "alpha-giant/int4"
        for number in range(30):
            make_folder(f"many-{number}")
        make_folder("x" * 120)
        offered = await owner.autocomplete(sandbox.general, "/model use", "name", "")
        assert len(offered) == 25
        assert await owner.autocomplete(sandbox.general, "/model use", "name", "xxx") == []


async def test_the_choice_holds_after_a_restart(
    sandbox: Sandbox, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("blue", "demo"):
        async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
            answer = await use(sandbox.owner, sandbox.general, name)
            await becomes(answer, f"Now `{name}` answers.")
        again = Shelf()
        async with running(sandbox, database, again, model_dir=Path("model/red")):
            assert again.log == [f"load {name}"]
    assert "was chosen by /model use, in place of MODEL_DIR" in caplog.text


async def test_a_model_dir_that_is_set_anew_wins_over_an_older_choice(
    sandbox: Sandbox, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with running(sandbox, database, Shelf()):
        answer = await use(sandbox.owner, sandbox.general, "blue")
        await becomes(answer, "Now `blue` answers.")
    for _ in range(2):
        shelf = Shelf()
        async with running(sandbox, database, shelf, model_dir=Path("model/red")):
            assert shelf.log == ["load red"]
    assert caplog.text.count("MODEL_DIR was changed since") == 1
    shelf = Shelf()
    async with running(sandbox, database, shelf):
        assert shelf.log == ["load demo"]


async def test_the_model_of_the_settings_chosen_again_is_no_choice(sandbox: Sandbox, database: str) -> None:
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")) as bot:
        for name in ("blue", "red"):
            answer = await use(sandbox.owner, sandbox.general, name)
            await becomes(answer, f"Now `{name}` answers.")
        assert await bot.store.setting("model") is None


async def test_a_chosen_folder_that_is_gone_or_damaged_is_replaced_by_the_model_of_the_settings(
    sandbox: Sandbox, database: str, folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
        answer = await use(sandbox.owner, sandbox.general, "blue")
        await becomes(answer, "Now `blue` answers.")
    damaged = Shelf(broken={"blue"})
    async with running(sandbox, database, damaged, model_dir=Path("model/red")):
        assert damaged.log[-1] == "load red"
    shutil.rmtree(folders / "model" / "blue")
    caplog.clear()
    shelf = Shelf()
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        assert shelf.log == ["load red"]
    [warning] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "which was chosen by /model use, is gone, so MODEL_DIR holds" in warning


@pytest.mark.parametrize("free", [GIB // 4, 8 * GIB], ids=["one at a time", "both"])
@pytest.mark.parametrize("waiting_for", ["replies", "the model"])
async def test_the_end_of_the_bot_in_the_middle_of_a_change_leaves_nothing_loaded(
    sandbox: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch, free: int, waiting_for: str
) -> None:
    has_memory(monkeypatch, free=free)
    shelf = Shelf(gates={"red": Gate()})
    if waiting_for == "the model":
        shelf = Shelf(held={"blue": asyncio.Event()})
    ana = sandbox.person("Ana")
    async with running(sandbox, database, shelf, model_dir=Path("model/red")):
        if waiting_for == "replies":
            ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
            await presence(sandbox, "dnd")
        answer = await use(sandbox.owner, sandbox.general, "blue")
        beginning = "Waiting for" if waiting_for == "replies" else "Loading"
        await answer.wait_until(lambda m: m.content.startswith(beginning))
    assert shelf.loaded == []
    assert not [task for task in asyncio.all_tasks() if task.get_name() in ("model change", "unloading")]


async def test_the_demo_model_introduces_itself_when_it_is_chosen(sandbox: Sandbox, database: str) -> None:
    ana = sandbox.person("Ana")
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
        for name, introduced in [("demo", True), ("blue", False)]:
            answer = await use(sandbox.owner, sandbox.general, name)
            await becomes(answer, f"Now `{name}` answers.")
            ana.say(sandbox.general, f"{sandbox.bot.mention} hello")
            reply = await shown(sandbox, sandbox.general, f"I am {name}.")
            assert bool(reply.embeds) is introduced


async def test_the_change_is_told_in_the_persons_language(sandbox: Sandbox, database: str) -> None:
    sandbox.owner.user.locale = "ja"
    async with running(sandbox, database, Shelf(), model_dir=Path("model/red")):
        answer = await use(sandbox.owner, sandbox.general, "blue")
        await becomes(answer, "これからは `blue` が回答します。")


async def test_where_the_model_cannot_be_changed_that_is_said(sandbox: Sandbox, start: Start) -> None:
    async with start():
        answer = await use(sandbox.owner, sandbox.general, "blue")
        await becomes(answer, words.note(status.CANNOT_CHANGE))
