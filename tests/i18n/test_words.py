"""Nothing is said to people on Discord that could not be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.client.words.commands import NAMES
from tools.catalogues import BOT, ERROR_ROOMS, error_names

WORDS = BOT / "client" / "words"
TRANSLATED = {"_", "gettext", "ngettext", "mark"}
# Keywords with which Discord is given something to show.
SHOWN = {"content", "label", "placeholder", "title", "description", "text"}
# What only the owner gets to read, or nobody: the log, the terminal, patterns, names of tasks.
UNSEEN_CALLS = {
    "compile",
    "sub",
    "match",
    "fullmatch",
    "finditer",
    "getLogger",
    "strftime",
    "format_datetime",
    "start",
}
UNSEEN_KEYWORDS = {"name"}
# Functions and classes, by their file's name, whose sentences are the log's, the terminal's, or an enum's.
OWNERS = {
    "addressing.py": {"Addressed"},
    "attachments.py": {"FileState"},
    "bot.py": {"health"},
    "delivery.py": {"_try"},
    "outlets.py": {"description"},
}
# Files whose sentences are read at the terminal (what keeps the bot from connecting) or by the model.
ELSEWHERE = {"connection.py", "quoting.py", "reader.py"}
TERMINAL_ERRORS = {"DiscordError", "SettingsError", "StoreError", "ModelError", "DeviceError"}
ERRORS = error_names() - TERMINAL_ERRORS

CLIENT = sorted(
    path for path in {*(BOT / "client").rglob("*.py")} - {*WORDS.rglob("*.py")} if path.name not in ELSEWHERE
)
ROOMS = [path for room in ERROR_ROOMS for path in sorted((BOT / room).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(BOT))


def text(node: ast.expr) -> str | None:
    """What a literal or an f-string says; None for other expressions."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=parts):
            return "".join(text(part) or "{}" for part in parts)
    return None


def called(node: ast.expr) -> str:
    """The last name of what is called: `send` for `interaction.followup.send`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_sentence(said: str) -> bool:
    """Whether words of a language stand in `said`, and not only names of fields and the like."""
    return re.search(r"[^\W\d_]+[ \n][^\W\d_]", re.sub(r"\{[^{}]*\}", "{}", said)) is not None


def docstrings(tree: ast.AST) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)  # also those below a constant
    return found


def messages_of_errors(tree: ast.AST) -> set[ast.AST]:
    """The constants that are messages of errors: the extraction finds them where they are."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node.func) in ERRORS]
    return {arg for call in calls for arg in call.args[:1] if isinstance(arg, ast.Constant)}


def unseen(node: ast.AST) -> bool:
    """Whether nobody on Discord reads what stands in a call or a raise."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="logger" | "logging"))):
            return True
        case ast.Call(func=ast.Name(id=name)) if name.endswith("Error") and name not in ERRORS:
            return True
        case ast.Call(func=function):
            return called(function) in UNSEEN_CALLS
        case ast.keyword(arg=name):
            return name in UNSEEN_KEYWORDS
    return isinstance(node, ast.Assert)


def said(node: ast.AST, skipped: set[ast.AST]) -> Iterator[ast.expr]:
    """The literals below `node` that somebody on Discord might read, translated ones left out."""
    if node in skipped or unseen(node):
        return
    if isinstance(node, ast.Call) and called(node.func) in TRANSLATED:
        return
    if isinstance(node, ast.expr) and text(node) is not None:
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from said(child, skipped)


def test_exceptions_are_for_files_that_exist() -> None:
    assert {*OWNERS} | ELSEWHERE <= {path.name for path in (BOT / "client").rglob("*.py")}


@pytest.mark.parametrize("path", CLIENT, ids=named)
def test_sentences_stand_in_words(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = OWNERS.get(path.name, set())
    theirs = {node for node in ast.walk(tree) if getattr(node, "name", "") in owners}
    for literal in said(tree, docstrings(tree) | messages_of_errors(tree) | theirs):
        shown = text(literal) or ""
        assert not is_sentence(shown), f"line {literal.lineno}: say it by bot/client/words: {shown!r}"


@pytest.mark.parametrize("path", CLIENT, ids=named)
def test_labels_stand_in_words(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg in SHOWN and (shown := text(node.value)):
            letters = re.search(r"[^\W\d_]", re.sub(r"\{[^{}]*\}", "", shown))
            assert not letters, f"line {node.value.lineno}: say it by bot/client/words: {shown!r}"


@pytest.mark.parametrize("path", sorted(WORDS.glob("*.py")), ids=lambda path: path.stem)
def test_words_are_marked_for_the_catalogues(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for literal in said(tree, docstrings(tree)):
        shown = text(literal) or ""
        if set(shown.split()) <= set(NAMES):
            continue  # a command, which is translated word by word
        assert not is_sentence(shown), (
            f"line {literal.lineno}: put it in _(), ngettext() or mark(): {shown!r}"
        )


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_messages_are_constants_for_the_catalogues(path: Path) -> None:
    """An f-string would be another message each time: values go by name, to be filled in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name, by_super = called(node.func), False
        if name == "__init__" and isinstance(node.func, ast.Attribute):
            by_super = isinstance(node.func.value, ast.Call) and called(node.func.value.func) == "super"
        if name in TRANSLATED | ERRORS or by_super:
            for given in node.args[: 2 if name == "ngettext" else 1]:
                assert not isinstance(given, ast.JoinedStr), f"line {given.lineno}: an f-string"
                assert not (by_super and is_sentence(text(given) or "")), f"line {given.lineno}: use mark()"
