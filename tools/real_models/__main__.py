"""Make them: `python -m tools.real_models [--all] [NAME …]`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tools.real_models import cache_folder
from tools.real_models.cache import Cache
from tools.real_models.errors import LeftOutError, RealModelsError
from tools.real_models.packages import load_packages
from tools.real_models.products import load_products


def main(arguments: list[str] | None = None) -> int:
    """Make what is asked for; 1 where something of it failed."""
    products = load_products()
    parser = argparse.ArgumentParser(
        prog="python -m tools.real_models", description="Fetch and convert real models."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(products)}")
    parser.add_argument("--all", action="store_true", help="also what only few tests need")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in products]
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are: {', '.join(products)}")
    wanted = options.names or [name for name, product in products.items() if options.all or not product.all]
    cache = Cache(cache_folder(), products, load_packages())
    left_out: dict[str, list[str]] = {}
    failed: dict[str, list[str]] = {}
    with cache.lock():
        cache.clean()
        for name in wanted:
            started = time.monotonic()
            try:
                new = cache.make(name)
            except LeftOutError as error:
                left_out.setdefault(str(error), []).append(name)
            except RealModelsError as error:
                failed.setdefault(str(error), []).append(name)
            else:
                took = f"made in {time.monotonic() - started:.0f} s" if new else "there already"
                print(f"{name}: {took}, {_megabytes(cache.root / name):.0f} MB.", flush=True)
    for said, reasons in (("Left out", left_out), ("Failed", failed)):
        for reason, names in reasons.items():
            print(f"{said}: {', '.join(names)}: {reason}.", file=sys.stderr)
    return 1 if failed else 0


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    # Whatever asks a hub by mistake fails at once.
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.exit(main())
