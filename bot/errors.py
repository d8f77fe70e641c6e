"""Errors for people to read: one line that says what is wrong, where, and what to do.

    OvbotError                 exit code 1
    ├── SettingsError          exit code 2   a variable of the environment or of .env
    ├── ModelError             exit code 3   the model folder, its export or its download
    ├── DeviceError            exit code 4   the OpenVINO device
    ├── DiscordError           exit code 5   the token, an intent, the connection
    ├── StoreError             exit code 6   the database
    └── EngineError            exit code 7   generation itself
        └── PromptTooLongError               a prompt that cannot fit the context

Other libraries' exceptions are turned into these once, where they are raised. `cli` prints the message on
standard error and exits with `exit_code`; everything in between lets them pass.
"""

from __future__ import annotations

from bot.i18n import fill, gettext, mark


class OvbotError(Exception):
    """An error whose text is meant for the person at the terminal or in the channel.

    Its text is in the language of the task that turns it into a string. For that, `message` is a constant
    marked for the catalogues, with `{name}` placeholders for `values`. What only the owner reads, at the
    terminal, is plain English.
    """

    exit_code = 1

    def __init__(self, message: str, **values: object) -> None:
        """Take what is wrong, where, and what to do."""
        super().__init__(message)
        self._message = message
        self._values = values

    def __reduce__(self) -> tuple[object, ...]:
        # Else it is unpickled by __init__ with `args`, which a class of another signature does not take.
        return _remade, (type(self), self.args), self.__dict__

    def __str__(self) -> str:
        return fill(gettext(self._message), **self._values) if self._values else gettext(self._message)


class SettingsError(OvbotError):
    """A setting is missing or has a value that is not allowed."""

    exit_code = 2


class ModelError(OvbotError):
    """A model folder is missing or unusable, or an export or a download failed."""

    exit_code = 3


class DeviceError(OvbotError):
    """The OpenVINO device that is set is not there."""

    exit_code = 4


class DiscordError(OvbotError):
    """Discord refused the token or an intent, or cannot be reached."""

    exit_code = 5


class StoreError(OvbotError):
    """The database cannot be opened, or is newer than this program."""

    exit_code = 6


class EngineError(OvbotError):
    """The engine failed to load or to generate."""

    exit_code = 7


class PromptTooLongError(EngineError):
    """A prompt leaves no room for a reply within the model's context."""

    def __init__(self, tokens: int, most: int) -> None:
        """Take the prompt's length, and the longest one that leaves room for a token."""
        message = mark(
            "The prompt has {tokens} tokens; the model takes 1 to {most} and needs room for its answer."
        )
        super().__init__(message, tokens=tokens, most=most)


def _remade(kind: type[OvbotError], args: tuple[object, ...]) -> OvbotError:
    """A pickled error, before its attributes are put back."""
    return kind.__new__(kind, *args)
