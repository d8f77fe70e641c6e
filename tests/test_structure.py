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


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in SOURCES}
    graph = {name: imports(path) & modules.keys() - {name} for name, path in modules.items()}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError
