"""A model folder is complete or not there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelError
from bot.model.build_folder import MODEL_FILE, build_folder
from bot.model.disk import check_space, gigabytes
from bot.model.hub import MOVE_CACHE


def fill(folder: Path, text: str = "new") -> None:
    (folder / MODEL_FILE).write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_result_is_moved_to_its_target_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "int4"
    with build_folder(target, force=False) as build:
        fill(build.result)
        (build.scratch / "large").write_text("x")
        assert not target.exists()

    assert names(target) == [MODEL_FILE]
    assert names(target.parent) == ["int4"]


def test_an_error_leaves_nothing_not_even_the_folders_above(tmp_path: Path) -> None:
    with suppress(KeyError), build_folder(tmp_path / "a" / "b" / "int4", force=False) as build:
        fill(build.result)
        raise KeyError
    assert names(tmp_path) == []


def test_folders_above_that_hold_something_else_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "other").write_text("")
    with suppress(KeyError), build_folder(tmp_path / "a" / "b" / "int4", force=False):
        raise KeyError
    assert names(tmp_path / "a") == ["other"]


def test_what_an_error_left_is_found_again_by_its_name_only(tmp_path: Path) -> None:
    target = tmp_path / "int4"
    with suppress(KeyError), build_folder(target, force=False, resume="one@1") as build:
        fill(build.result, "half")
        raise KeyError
    assert not target.exists()

    with suppress(KeyError), build_folder(target, force=False, resume="one@1") as build:
        assert (build.result / MODEL_FILE).read_text() == "half"
        raise KeyError
    with build_folder(target, force=False, resume="one@2") as build:
        assert names(build.result) == []
        fill(build.result)
    assert names(tmp_path) == ["int4"]


def test_the_old_model_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "int4"
    target.mkdir()
    fill(target, "old")
    with suppress(KeyError), build_folder(target, force=True) as build:
        fill(build.result)
        raise KeyError
    assert (target / MODEL_FILE).read_text() == "old"

    with build_folder(target, force=True) as build:
        fill(build.result)
        assert (target / MODEL_FILE).read_text() == "old"
    assert (target / MODEL_FILE).read_text() == "new"
    assert names(tmp_path) == ["int4"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "int4").mkdir()
    with build_folder(tmp_path / "int4", force=False) as build:
        fill(build.result)
    assert names(tmp_path / "int4") == [MODEL_FILE]


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "file", tmp_path / "file" / "int4"):
        with pytest.raises(ModelError, match="file"), build_folder(target, force=True):
            pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    target = tmp_path / "int4"
    with (
        pytest.raises(ModelError, match=r"^The disk of .* is full: make room"),
        build_folder(target, force=False),
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert names(tmp_path) == []


def test_too_little_room_is_told_before_anything_is_done(tmp_path: Path) -> None:
    check_space(tmp_path / "not" / "there", 1)
    with pytest.raises(ModelError, match=r"about 9000000\.0 GB are needed, .*\. Make room, or name"):
        check_space(tmp_path / "not" / "there", 9 * 10**15)
    with pytest.raises(ModelError, match=r"Make room, or set HF_HOME to a folder on another disk\.$"):
        check_space(tmp_path / "not" / "there", 9 * 10**15, MOVE_CACHE)


@given(st.integers(0, 10**13))
def test_sizes_are_told_in_a_few_characters(size: int) -> None:
    assert len(gigabytes(size)) <= 10
