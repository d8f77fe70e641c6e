"""What the documents name is there: files, links, tests, commands and messages."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import typer

from bot.cli import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("docs/architecture.md", "docs/complaints.md", "docs/models.md"),
]
FOLDERS = ("bench", "bot", "docs", "tests", "tools")

documents = pytest.mark.parametrize("document", DOCUMENTS)


@cache
def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def code(text: str) -> list[str]:
    """The code in a document: each `inline` piece, and each line of a block without its comment."""
    blocks = re.compile(r"^( *)```\w*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
    lines = [
        line.partition("  #")[0].strip() for match in blocks.finditer(text) for line in match[2].splitlines()
    ]
    return [*filter(None, lines), *re.findall(r"`([^`\n]+)`", blocks.sub("", text))]


def headings(document: str) -> set[str]:
    """The anchors that GitHub gives to a document's headings."""
    titles = re.findall(r"^#+ (.+)$", read(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@cache
def literals() -> str:
    """All text in the bot's code, one piece a line; a piece ends where a value is filled in."""
    return "\n".join(piece for path in sorted((ROOT / "bot").rglob("*.py")) for piece in _pieces(path))


def _pieces(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.split(r"\{\w*\}|%[\d.]*[a-z]", node.value)


@documents
def test_links_lead_somewhere(document: str) -> None:
    text = read(document)
    targets = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'\bsrc="([^"]+)"', text)]
    for target in targets:
        if re.match(r"\w+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / document).parent / name if name else ROOT / document
        assert path.exists(), target
        if anchor:
            assert anchor in headings(str(path.resolve().relative_to(ROOT))), target


@documents
def test_files_that_are_named_exist(document: str) -> None:
    for piece in code(read(document)):
        for name in re.findall(rf"(?<![\w./-])(?:{'|'.join(FOLDERS)})/[\w./-]*", piece):
            assert (ROOT / name).exists(), piece


@documents
def test_tests_that_are_named_exist(document: str) -> None:
    there = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"\btest_\w+", read(document)):
        if not list((ROOT / "tests").rglob(f"{name}.py")):
            assert re.search(rf"\bdef {name}\(", there), name


def test_each_complaint_is_listed_with_its_tests() -> None:
    listed = re.findall(r"`(test_complaint_\w+)`", read("docs/complaints.md"))
    files = (ROOT / "tests" / "complaints").glob("test_*.py")
    there = [name for file in files for name in re.findall(r"def (test_complaint_\w+)", file.read_text())]
    assert sorted(listed) == sorted(there)
    items = re.findall(r"^(\d+)\. (.+?)(?=^\d+\. |\Z)", read("docs/complaints.md"), re.DOTALL | re.MULTILINE)
    for number, item in items:
        assert f"`test_complaint_{int(number):02}_" in item


@documents
def test_make_targets_that_are_named_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for piece in code(read(document)):
        if match := re.match(r"make ([a-z-]+)$", piece):
            assert match[1] in targets, piece


@documents
def test_modules_that_are_named_exist(document: str) -> None:
    for piece in code(read(document)):
        for name in re.findall(r"python -m ((?:bench|bot|tools)[\w.]*)", piece):
            path = ROOT.joinpath(*name.split("."))
            assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), piece


@documents
def test_commands_of_ovbot_that_are_named_exist(document: str) -> None:
    for piece in code(read(document)):
        words = (
            [word.rpartition("\\")[2] for word in shlex.split(piece, posix=False)] if "ovbot" in piece else []
        )
        if words[:1] != ["ovbot"]:
            continue
        command: click.Command = typer.main.get_command(app)
        for word in words[1:]:
            if isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]
            elif word.startswith("-"):
                assert any(word in parameter.opts for parameter in command.params), piece
            else:
                assert not isinstance(command, click.Group) or word == "…", piece


def test_messages_that_the_troubleshooting_quotes_are_what_the_bot_says() -> None:
    """They are the pieces of code with a space in them that are neither commands nor settings."""
    section = read("README.md").partition("## Troubleshooting")[2].partition("\n## ")[0]
    messages = [
        piece for piece in code(section) if " " in piece and not re.match(r"ovbot |/|[A-Z_]+=\{", piece)
    ]
    assert messages
    for message in messages:
        for fragment in filter(None, (part.strip() for part in message.split("…"))):
            assert fragment in literals(), message


NAMED = re.findall(r"`(bot/[\w/]+\.py)`\s`([\w.]+)`", read("docs/architecture.md"))


def test_the_architecture_names_the_way_of_a_message() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_what_the_architecture_names_is_in_the_code(path: str, name: str) -> None:
    body: list[ast.stmt] = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    for part in name.split("."):
        found = [
            node
            for node in body
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == part
        ]
        assert found, f"{path} has no {name}"
        body = found[0].body
