"""How much objects of the bot hold, counted in items: a dict of ints that grows for weeks is seen as well."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from cachetools import Cache

_CONTAINERS = (dict, list, set, frozenset, tuple, deque)


def items_held(*roots: object, ignore: tuple[type, ...] = ()) -> Counter[str]:
    """The number of items in the containers that are reached from `roots` through objects of the bot, by
    the attribute that holds the container.

    Caches of a limited size count with nothing: they fill, and then stay as they are. ignore: classes
    whose objects count with nothing either.
    """
    gc.collect()
    found: Counter[str] = Counter()
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [(type(root).__qualname__, root) for root in roots]
    while waiting:
        name, thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, ignore):
            continue
        seen.add(id(thing))
        if isinstance(thing, Cache):
            limited = thing.maxsize < float("inf")
            found[name] += 0 if limited else len(thing)
        elif isinstance(thing, _CONTAINERS):
            found[name] += len(thing)
            inner = [*thing.keys(), *thing.values()] if isinstance(thing, dict) else thing
            waiting += [(name, one) for one in inner]
        elif isinstance(thing, asyncio.Task | asyncio.Future):
            continue
        elif _is_ours(thing):
            waiting += [(f"{type(thing).__qualname__}.{key}", value) for key, value in _attributes(thing)]
    return +found


def _is_ours(thing: object) -> bool:
    return type(thing).__module__.partition(".")[0] in ("bot", "tests")


def _attributes(thing: object) -> Iterator[tuple[str, Any]]:
    yield from getattr(thing, "__dict__", {}).items()
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if not slot.startswith("__") and hasattr(thing, slot):
                yield slot, getattr(thing, slot)
