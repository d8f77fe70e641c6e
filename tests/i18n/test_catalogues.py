"""Every catalogue says everything that the code says, and nothing else."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools.catalogues import CATALOGUES, load, template, untranslated

FILES = sorted(CATALOGUES.glob("*.po"))
by_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def forms(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


def ids(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in catalogue if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_japanese() -> None:
    assert "ja" in [path.stem for path in FILES]


@by_language
def test_every_message_is_translated(path: Path) -> None:
    catalogue = load(path)
    missing = ids(template()) - ids(catalogue)
    assert not missing, f"not in {path.name}; run make catalogues and translate them"
    assert not untranslated(catalogue), f"translate them in {path.name}"


@by_language
def test_no_message_is_left_over_from_earlier(path: Path) -> None:
    assert ids(load(path)) <= ids(template()), "run make catalogues"


@by_language
def test_translations_have_the_placeholders_of_their_messages(path: Path) -> None:
    for message in load(path):
        if not message.id or not message.string:
            continue  # the test above tells
        wanted = set.union(*map(placeholders, forms(message.id)))
        *few, many = forms(message.string)
        assert placeholders(many) == wanted, message.id
        assert all(placeholders(form) <= wanted for form in few), message.id


@by_language
def test_translations_have_the_lines_of_their_messages(path: Path) -> None:
    for message in load(path):
        if message.id and message.string:
            one, other = forms(message.id)[0], forms(message.string)[0]
            assert one.count("\n") == other.count("\n"), one
            assert one.startswith("\n") == other.startswith("\n"), one
            assert one.endswith("\n") == other.endswith("\n"), one
