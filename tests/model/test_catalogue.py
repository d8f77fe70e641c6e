"""The catalogue of models: its entries, what they need, and what fits which machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.genai.kv_pool import GIB, Memory
from bot.errors import ModelError
from bot.model.catalogue import (
    CatalogueEntry,
    Fit,
    Machine,
    best_fit,
    find_entry,
    fit,
    load_catalogue,
    memory_need,
    similar_names,
)
from bot.model.pull import DEFAULT_ID
from tests.model.conftest import Run

CATALOGUE = load_catalogue()
GB = 10**9
WHOLE = """
[[model]]
name = "Small"
kind = "text"
purpose = "Chat."
hub_id = "people/small-ov"
source_id = "people/small"
size_mb = 1000
context = 4096
abilities = ["tools"]
languages = "English"
licence = "MIT"
kv = { layers = 2, heads = 4, head_size = 64 }
default = true
verified = true
"""


def machine(total: float, free: float, disk: float = 100) -> Machine:
    """One with so many GB."""
    return Machine(Memory(int(total * GB), int(free * GB)), int(disk * GB))


def entry(name: str) -> CatalogueEntry:
    found = find_entry(name, CATALOGUE)
    assert found is not None, name
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_phi3_mini_stays_the_default() -> None:
    [default] = [entry for entry in CATALOGUE if entry.default]
    assert default.hub_id == DEFAULT_ID


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Phi-3-mini-4k",
            "Phi-4-mini",
            "Qwen3-4B",
            "Qwen3-8B",
            "Qwen3-30B-A3B",
            "gpt-oss-20b",
            "Gemma-3-4B",
        ),
        *("Qwen3.5-0.8B", "Qwen3.5-4B", "Qwen3.5-9B"),
    ],
)
def test_models_to_chat_with_say_what_their_memory_is_estimated_from(name: str) -> None:
    assert entry(name).kv is not None
    assert entry(name).context is not None


def test_models_for_an_npu_are_the_channel_wise_ones() -> None:
    assert any(entry.npu for entry in CATALOGUE)
    for found in CATALOGUE:
        assert found.npu == ("-cw-" in (found.hub_id or "")), found.name


@pytest.mark.parametrize("kind", ["speech", "embedding", "reranker"])
def test_there_are_helpers_of_each_kind(kind: str) -> None:
    assert any(entry.kind == kind and entry.hub_id for entry in CATALOGUE)


def test_what_is_not_verified_says_what_is_missing() -> None:
    assert all(entry.note for entry in CATALOGUE if not entry.verified)


def test_memory_is_the_weights_the_keys_and_values_and_some_more() -> None:
    phi3 = entry("Phi-3-mini-4k")
    whole_context = 4096 * 224 * 1024  # bytes of a token as measured for the KV pool
    assert phi3.need() == memory_need(phi3.size, "text", phi3.kv, 4096)
    assert phi3.need().run == phi3.size + whole_context + GIB // 2
    assert phi3.need().load == 2 * phi3.size + GIB // 2


def test_a_long_context_counts_with_8192_tokens() -> None:
    kv = entry("Qwen3-8B").kv
    assert memory_need(GB, "text", kv, 8192) == memory_need(GB, "text", kv, 262144)
    assert memory_need(GB, "text", kv, 8192).run > memory_need(GB, "text", kv, 8191).run


def test_helpers_need_little_beside_their_weights() -> None:
    assert memory_need(GB, "speech").run == GB + GIB // 10


@pytest.mark.parametrize(
    ("total", "free", "disk", "expected"),
    [
        (32, 16, 100, Fit.FITS),
        (32, 9, 100, Fit.TIGHT),  # it runs in 6.1 GB, but needs 10.3 GB while it loads
        (32, 2, 100, Fit.TIGHT),
        (7, 7, 100, Fit.NO_MEMORY),  # the system needs some of it
        (32, 16, 4.5, Fit.NO_DISK),
        (7, 7, 4.5, Fit.NO_MEMORY),
    ],
)
def test_what_fits_depends_on_memory_and_disk(total: float, free: float, disk: float, expected: Fit) -> None:
    assert fit(entry("Qwen3-8B"), machine(total, free, disk)) is expected


@pytest.mark.parametrize(
    ("total", "free", "npu", "expected"),
    [
        (64, 60, False, "Qwen3-30B-A3B"),
        (32, 27, False, "gpt-oss-20b"),
        (16, 13, False, "Qwen3.5-9B"),
        (8, 6, False, "Qwen3-4B"),
        (8, 5, False, "Phi-3-mini-4k"),
        (8, 2, False, None),
        (64, 60, True, "Qwen3-8B-cw"),
        (8, 5, True, "Phi-3-mini-4k-cw"),
    ],
)
def test_the_most_capable_model_that_fits_is_recommended(
    total: float, free: float, npu: bool, expected: str | None
) -> None:
    best = best_fit(CATALOGUE, machine(total, free), npu=npu)
    assert (best and best.name) == expected


def test_what_does_not_fit_the_disk_is_not_recommended() -> None:
    best = best_fit(CATALOGUE, machine(64, 60, disk=3), npu=False)
    assert best is not None
    assert best.name == "Qwen3-4B"


@pytest.mark.parametrize("name", ["Qwen3-8B", "qwen3-8b", "OpenVINO/Qwen3-8B-int4-ov", "qwen3-8b-INT4-ov"])
def test_a_model_is_found_by_name_and_id_in_upper_or_lower_case(name: str) -> None:
    assert entry(name).name == "Qwen3-8B"


@pytest.mark.parametrize("name", ["", "Qwen3", "someone/Qwen3-8B", "Qwen/Qwen3-8B"])
def test_other_names_are_not_found(name: str) -> None:
    assert find_entry(name, CATALOGUE) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qwen3-9b", "Qwen3-8B"),
        ("Qwen38B", "Qwen3-8B"),
        ("phi3mini", "Phi-3-mini-4k"),
        ("turbo", "whisper-large-v3-turbo"),
    ],
)
def test_similar_names_are_found(typed: str, meant: str) -> None:
    assert meant in similar_names(typed, CATALOGUE)


def test_nothing_resembles_nonsense() -> None:
    assert similar_names("xyzzy", CATALOGUE) == []


def test_what_has_no_repository_for_openvino_has_a_command_instead(tmp_path: Path) -> None:
    [small] = load_catalogue(written(tmp_path, WHOLE))
    assert small.export_command() == "ovbot model export people/small"
    assert entry("all-MiniLM-L6-v2").hub_id is None
    command = entry("all-MiniLM-L6-v2").export_command()
    assert "--model sentence-transformers/all-MiniLM-L6-v2 --task feature-extraction " in command


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "text"', 'kind = "prose"', "entry 1 (Small): kind: Input should be 'text', 'vision'"),
        ("size_mb = 1000", "size_mb = 0", "entry 1 (Small): size_mb: Input should be greater than 0"),
        ("size_mb = 1000", "", "entry 1 (Small): size_mb: Field required"),
        ("size_mb = 1000", "size_mb = 1000\nsize = 1", "entry 1 (Small): size: Unexpected keyword argument"),
        ('name = "Small"', "", "entry 1: name: Field required"),
        ("heads = 4,", "", "entry 1 (Small): kv.heads: Field required"),
        ("people/small-ov", "small-ov", "entry 1 (Small): hub_id: String should match pattern"),
        (
            "verified = true",
            'verified = true\nrevision = "main"',
            "entry 1 (Small): revision: String should match",
        ),
        ("default = true", "", "exactly one entry must have default = true"),
        ('kind = "text"', 'kind = "speech"', "Small cannot be the default"),
        ("[[model]]", "[[models]]", "entries that begin with [[model]]"),
        ("[[model]]", "[[model]", "cannot be read: "),
        (WHOLE, WHOLE + WHOLE.replace("Small", "SMALL"), "SMALL is there twice"),
        (WHOLE, WHOLE + WHOLE.replace("Small", "Other"), "people/small-ov is there twice"),
        (WHOLE, "model = 7", "model: Input should be a valid tuple"),
    ],
)
def test_a_wrong_catalogue_is_told_in_one_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = written(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(ModelError) as caught:
        load_catalogue(path)
    assert str(caught.value).startswith(str(path))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_catalogue_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.toml cannot be read"):
        load_catalogue(tmp_path / "nowhere.toml")


def test_list_available_shows_each_model_within_80_columns(ovbot: Run) -> None:
    done = ovbot("model", "list", "--available", columns=80)

    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for found in CATALOGUE:
        facts = [found.name, found.purpose, found.languages, found.licence, *found.abilities, found.note]
        facts.append(found.hub_id or found.export_command())
        for fact in facts:
            assert fact in text, found.name
    commands = [entry.export_command() for entry in CATALOGUE if entry.hub_id is None]
    long = [line.strip() for line in done.stdout.splitlines() if len(line) > 80]
    assert long == commands


def test_list_available_marks_what_fits_and_what_is_estimated(ovbot: Run) -> None:
    done = ovbot("model", "list", "--available")

    row = next(line for line in done.stdout.splitlines() if line.startswith("Phi-3-mini-4k "))
    assert "~3.6 GB" in row
    assert "~4.8 GB" in row
    assert row.split("  ")[-1].strip() in {fit.value for fit in Fit}
    assert "~ is an estimate" in done.stdout
    assert (
        "Recommended for this machine: ovbot model pull" in done.stdout or "None of the models" in done.stdout
    )


def test_list_available_recommends_for_the_npu_where_that_is_the_device(ovbot: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEVICE=NPU\n")
    text = ovbot("model", "list", "--available").stdout
    assert "-cw\n" in text.partition("Recommended for this machine: ")[2] or "None of the models" in text
