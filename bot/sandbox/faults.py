"""Faults on demand: requests that fail, whose answers come late, or whose connection is cut.

Every REST route can have them, downloads of attachments (`GET /attachments/…`) and connecting to the gateway
(`CONNECT /gateway`). A connection to the gateway that stands is cut, closed or invalidated by the methods
of `gateway.Gateway`.
"""

import asyncio
import random
import re
from dataclasses import dataclass, field

CONNECT = "CONNECT"
GATEWAY = "/gateway"
_ANY = re.compile(r"\{[^}]*\}")


@dataclass(eq=False)
class Fault:
    """What goes wrong with requests of one kind.

    method: `*` for each one but `CONNECT`. route: a template such as `/channels/{channel_id}/messages`, in
    which `{…}` stands for any one part, so that ids may be written out; `*` for each route.

    status, code: the answer is this error. drop: the connection is cut in place of an answer.
    delay: seconds that the answer takes longer. hold: the request waits until `release`.
    late: all of this comes after the request took effect; otherwise the request has no effect if it fails.
    scope, retry_after: of status 429; user, global or shared, and seconds.

    times: how often; None for always. after: how many requests pass first. chance: the probability that
    it happens to a request. happened: how often it has happened.
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
    hold: bool = False
    chance: float = 1.0
    happened: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        pieces = [re.escape(piece) for piece in _ANY.split(self.route)]
        self._pattern = re.compile(".*" if self.route == "*" else "[^/]+".join(pieces))
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    def matches(self, method: str, path: str) -> bool:
        """Whether this is about such a request."""
        every_method = self.method == "*" and method != CONNECT
        return (every_method or self.method == method) and self._pattern.fullmatch(path) is not None

    async def wait(self) -> None:
        """Let the time pass that the fault takes."""
        self._reached.set()
        if self.hold:
            await self._released.wait()
        if self.delay:
            await asyncio.sleep(self.delay)

    async def reached(self, timeout: float = 20.0) -> None:
        """Return once a request has met the fault.

        Raises: TimeoutError where none did within `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        """Let every request pass that `hold` made wait, and those to come."""
        self._released.set()


class Faults:
    """The faults to come. The first one that fits a request happens to it.

    random: draws for faults that have a chance; seed it for a run that can be repeated.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.random = random.Random()

    def add(self, fault: Fault) -> Fault:
        """Let `fault` happen from now on."""
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Let `fault` happen no more."""
        if fault in self._faults:
            self._faults.remove(fault)

    def clear(self) -> None:
        """Let no fault happen any more."""
        self._faults.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """The fault that happens to this request, which is counted."""
        for fault in self._faults:
            if not fault.matches(method, path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.chance < 1.0 and self.random.random() >= fault.chance:
                continue
            fault.happened += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None
