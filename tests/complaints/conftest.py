"""The real client on the sandbox, as in tests/client."""

from tests.client.conftest import _check_the_wire, database, start

__all__ = ["_check_the_wire", "database", "start"]
