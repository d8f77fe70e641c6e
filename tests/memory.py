"""How much the bot holds in memory, counted in things: a dict of numbers that grows for weeks is seen too."""

from __future__ import annotations

import math
from collections import Counter, deque
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from cachetools import Cache


def held_by(*roots: object) -> Counter[str]:
    """How many things the bot's objects hold, by attribute, however deep.

    A cache with a limit of its own is not counted: what it may hold is known.
    """
    held: Counter[str] = Counter()
    known: set[int] = set()
    found = [(type(root).__qualname__, root) for root in roots]
    while found:
        name, thing = found.pop()
        if id(thing) in known:
            continue
        known.add(id(thing))
        if isinstance(thing, Cache):
            held[name] += len(thing) if thing.maxsize == math.inf else 0
        elif isinstance(thing, dict | WeakKeyDictionary | WeakValueDictionary):
            held[name] += len(thing)
            found += [(f"{name}[]", value) for value in list(thing.values())]
        elif isinstance(thing, list | tuple | set | frozenset | deque | WeakSet):
            held[name] += len(thing)
            found += [(f"{name}[]", value) for value in list(thing)]
        elif type(thing).__module__.startswith("bot."):
            of = f"{type(thing).__module__}.{type(thing).__qualname__}"
            slots = {slot for cls in type(thing).__mro__ for slot in getattr(cls, "__slots__", ())}
            for attribute in {*getattr(thing, "__dict__", ()), *slots}:
                found.append((f"{of}.{attribute}", getattr(thing, attribute, None)))
    return held
