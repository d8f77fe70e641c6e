"""Why a model is not made. Each message is one line for a person."""


class RealModelsError(Exception):
    """Something went wrong."""


class LeftOutError(RealModelsError):
    """It cannot be made on this machine, or not yet: no fault, and the rest goes on."""


class FetchError(RealModelsError):
    """A package index, or the way to it, fails."""
