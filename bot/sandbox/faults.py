"""Trouble on demand: answers that fail, come late, or never come."""

import re
from dataclasses import dataclass

_ANY = re.compile(r"\{[^}]*\}")


@dataclass(eq=False)
class Fault:
    """What goes wrong on a route.

    `route` is a template like `/channels/{channel_id}/messages`, in which `{…}` stands for any one part, so
    that a concrete id may be written instead; `*` means every route. `times` counts down; None means always.
    `after` lets that many requests pass first. At `drop` the connection is cut, before the request is done or
    (`late`) after; `status` answers with that status and a fitting body; `delay` waits that many seconds
    first, or (`late`) between doing it and answering, and alone it only delays. `scope` goes with status 429:
    user, global or shared, to retry after `retry_after` seconds.
    """

    method: str
    route: str
    status: int | None = None
    code: int | None = None
    delay: float = 0.0
    drop: bool = False
    late: bool = False
    scope: str = "user"
    retry_after: float = 0.1
    times: int | None = 1
    after: int = 0

    def __post_init__(self) -> None:
        pieces = [re.escape(piece) for piece in _ANY.split(self.route)]
        self._pattern = re.compile(".*" if self.route == "*" else "[^/]+".join(pieces))

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this is about such a request."""
        return self.method in ("*", method) and self._pattern.fullmatch(path) is not None


class Faults:
    """The trouble that is to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let `fault` happen from now on."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything go well again."""
        self._faults.clear()

    def remove(self, fault: Fault) -> None:
        """Let one thing go well again."""
        if fault in self._faults:
            self._faults.remove(fault)

    def next(self, method: str, path: str) -> Fault | None:
        """Return what shall go wrong with this request, and count it."""
        for fault in self._faults:
            if not fault.matches(method, path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None
