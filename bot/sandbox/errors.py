"""Errors: what people in the sandbox cannot do, and how the REST API refuses a request.

SandboxError         a person or a test tries something impossible, such as posting without permission
└── NoAnswerError    the bot did not answer an interaction in time
ApiError             the REST API refuses a request: status, code, errors per field

The codes are those of developers/topics/opcodes-and-status-codes.mdx.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.errors import OvbotError
from bot.sandbox.model import Json


class SandboxError(OvbotError):
    """A person in the sandbox cannot do that; the text says why."""


class NoAnswerError(SandboxError):
    """The bot did not answer an interaction in time. People read "The application did not respond"."""


class ApiError(Exception):
    """The REST API refuses a request."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


_KNOWN: dict[int, tuple[int, str]] = {
    10002: (404, "Unknown application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (404, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large. Try sending something smaller in size"),
    40060: (400, "Interaction has already been acknowledged."),
    40333: (403, "internal network error"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (403, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50034: (400, "A message provided was too old to bulk delete"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
}


def api_error(code: int) -> ApiError:
    """The error with one of Discord's codes, its usual status and text."""
    status, message = _KNOWN[code]
    return ApiError(status, code, message)


@contextmanager
def well_shaped() -> Iterator[None]:
    """Refuse a body in which a text, a list or an object is something else.

    Raises: ApiError (50035) in place of the error that reading such a body raised.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ApiError(400, 50035, "Invalid Form Body") from error


class FormErrors:
    """Collects what is wrong with a body, field by field, for error 50035."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Add an error at `path`: names and indexes joined by dots, empty for the whole body."""
        node: dict[str, Any] = self._errors
        for step in filter(None, path.split(".")):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def check(self) -> None:
        """Refuse the body if anything is wrong with it.

        Raises: ApiError (50035) with the errors, nested like the body.
        """
        if self._errors:
            raise ApiError(400, 50035, "Invalid Form Body", self._errors)


def form_error(path: str, code: str, message: str) -> ApiError:
    """Error 50035 about one field."""
    errors = FormErrors()
    errors.add(path, code, message)
    try:
        errors.check()
    except ApiError as error:
        return error
    raise AssertionError("unreachable")
