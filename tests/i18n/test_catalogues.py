"""Every catalogue says everything that the code says, and nothing else."""

from __future__ import annotations

import string
import subprocess
import sys
import tomllib
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools.catalogues import CATALOGUES, ROOT, compiled, load, template, untranslated, update

FILES = sorted(CATALOGUES.glob("*.po"))
by_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def forms(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


@cache
def in_the_code() -> Catalog:
    return template()


def ids(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in catalogue if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_japanese() -> None:
    assert "ja" in [path.stem for path in FILES]


@by_language
def test_every_message_is_translated(path: Path) -> None:
    catalogue = load(path)
    missing = ids(in_the_code()) - ids(catalogue)
    assert not missing, f"not in {path.name}; run make catalogues and translate them"
    assert not untranslated(catalogue), f"translate them in {path.name}"


@by_language
def test_no_message_is_left_over_from_earlier(path: Path) -> None:
    assert ids(load(path)) <= ids(in_the_code()), "run make catalogues"


@by_language
def test_the_compiled_catalogue_is_that_of_its_source(path: Path) -> None:
    is_current = path.with_suffix(".mo").read_bytes() == compiled(path)
    assert is_current, f"{path.stem}.mo is not what {path.name} compiles to: run make catalogues"


def test_no_compiled_catalogue_is_without_its_source() -> None:
    assert [path.stem for path in sorted(CATALOGUES.glob("*.mo"))] == [path.stem for path in FILES]


def test_compiled_catalogues_are_part_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "*.mo" in project["tool"]["setuptools"]["package-data"]["*"]


def test_an_update_keeps_translations_adds_new_messages_and_drops_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    path.write_text(
        'msgid "Kept"\nmsgstr "Bleibt"\n\nmsgid "Gone"\nmsgstr "Weg"\n\n'
        'msgid "Stop the cat"\nmsgstr "Halt die Katze an"\n',
        encoding="utf-8",
    )
    current = Catalog()
    for message in ("Kept", "Stop the car", ("One apple", "{count} apples")):
        current.add(message)
    update(path, current)
    assert ids(load(path)) == ids(current)
    assert untranslated(load(path)) == ["Stop the car", "One apple"]
    path.with_suffix(".mo").write_bytes(compiled(path))
    with path.with_suffix(".mo").open("rb") as file:
        spoken = GNUTranslations(file)
    assert spoken.gettext("Kept") == "Bleibt"
    assert spoken.gettext("Stop the car") == "Stop the car"
    assert spoken.ngettext("One apple", "{count} apples", 2) == "{count} apples"


def test_a_new_catalogue_has_everything_to_translate(tmp_path: Path) -> None:
    update(tmp_path / "pt-BR.po", in_the_code())
    begun = load(tmp_path / "pt-BR.po")
    assert ids(begun) == ids(in_the_code())
    assert begun.locale_identifier == "pt_BR"
    assert begun.num_plurals == 2


def test_what_is_no_language_gets_no_catalogue() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.catalogues", "klingonish"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Babel knows no language 'klingonish': give a tag such as de or pt-BR."
    ]


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
