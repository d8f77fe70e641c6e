"""The shape of the code: which room may import which."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
# A room may import those before it. client and sandbox know nothing of each other, nor engine of store.
ROOMS = [
    "signals",
    "i18n",
    "errors",
    "hints",
    "settings",
    "health",
    "chat",
    "policy",
    "store",
    "engine",
    "model",
    "sandbox",
    "client",
    "model_switch",
    "app",
    "benchmark",
    "cli",
]
STRANGERS = {
    "chat": {"settings"},
    "policy": {"settings"},
    "engine": {"store", "policy"},
    "model": {"store", "policy"},
    "client": {"sandbox", "engine", "model", "store"},
    "sandbox": {"i18n", "policy", "chat", "store", "engine", "model", "settings"},
}
ONLY_IN = {
    "discord": {"client"},
    "openvino": {"engine", "model", "benchmark"},
    "openvino_genai": {"engine"},
    "gguf": {"model"},
    "optimum": {"engine", "model"},
    "torch": {"engine"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "aiohttp": {"sandbox", "client"},
    "babel": {"client"},
    "pypdf": {"client"},
    "typer": {"cli"},
}
# Inside the client, in the same order: what comes in leads to replies; commands are above both.
CLIENT = [
    "words",
    "requests",
    "services",
    "tasks",
    "connection",
    "locales",
    "presence",
    "bot_permissions",
    "access",
    "replies",
    "inbox",
    "commands",
    "bot",
]
# Where a protocol is, its name, and the rooms that call its methods.
PROTOCOLS = [
    ("chat/ports.py", "ChatStore", {"chat"}),
    ("policy/ports.py", "UsageStore", {"policy"}),
    ("policy/ports.py", "ChannelOptionsStore", {"policy"}),
    ("policy/ports.py", "PolicyStore", {"policy", "client"}),
    ("client/services.py", "ConversationStore", {"client"}),
    ("client/services.py", "Models", {"client"}),
]
SOURCES = sorted(BOT.rglob("*.py"))


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def methods(path: Path, protocol: str) -> set[str]:
    """The public methods that a protocol has of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    [found] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == protocol]
    names = {node.name for node in found.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert names, f"{path}: {protocol} has no methods"
    return {name for name in names if not name.startswith("_")}


def calls(path: Path) -> set[str]:
    """The names of the methods that a file calls on others than `self`."""
    return {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "self")
    }


def room(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(BOT)))
def test_imports_go_one_way(path: Path) -> None:
    here = room(path)
    if here.startswith("__"):
        return
    assert here in ROOMS, f"{here} is a new room: give it its place in ROOMS"
    allowed = set(ROOMS[: ROOMS.index(here) + 1]) - STRANGERS.get(here, set())
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "bot" and (target := rest.split(".")[0]) in ROOMS:
            assert target in allowed, f"{here} may not import {name}"
        assert here in ONLY_IN.get(top, {here}), f"{top} belongs to {ONLY_IN[top]}, not to {here}"


@pytest.mark.parametrize("path", sorted((BOT / "client").rglob("*.py")), ids=lambda path: path.stem)
def test_inside_the_client_imports_go_one_way(path: Path) -> None:
    here = path.relative_to(BOT / "client").parts[0].removesuffix(".py")
    if here.startswith("__"):
        return
    assert here in CLIENT, f"{here} is new in bot/client: give it its place in CLIENT"
    for name in imports(path):
        if name.startswith("bot.client.") and (target := name.split(".")[2]) in CLIENT:
            assert CLIENT.index(target) <= CLIENT.index(here), f"{here} may not import {name}"


@pytest.mark.parametrize(("file", "name", "rooms"), PROTOCOLS)
def test_protocols_hold_what_their_rooms_call_and_no_more(file: str, name: str, rooms: set[str]) -> None:
    callers = [path for path in SOURCES if room(path) in rooms and path != BOT / file]
    assert methods(BOT / file, name) - {called for path in callers for called in calls(path)} == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in SOURCES}
    graph = {name: imports(path) & modules.keys() - {name} for name, path in modules.items()}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError
