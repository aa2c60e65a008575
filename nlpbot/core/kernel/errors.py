"""What can go wrong in a way that the user can mend.

::

    NlpbotError
    ├── ConfigError      a settings file or an option is wrong
    ├── DataError        a corpus or a row can't be used
    ├── BundleError      a bundle is damaged, missing, or of another kind
    ├── DeviceError      the device asked for is not there
    └── ServingError     a request can't be served
        ├── Overloaded   now: come back later
        │   └── RateLimited  to this client, which asks too often
        ├── Locked       while another program holds the database
        └── Closed       any more: the server is stopping

Each message says where, what is wrong, and what is expected:
``data/a.tsv:17: 3 columns found; 2 expected (label, text)``.
A programmer's mistake stays a ValueError.
"""

from pathlib import Path

__all__ = [
    "BundleError",
    "Closed",
    "ConfigError",
    "DataError",
    "DeviceError",
    "Locked",
    "NlpbotError",
    "Overloaded",
    "RateLimited",
    "ServingError",
]


class NlpbotError(Exception):
    """An error whose message is shown to the user as it is."""


class ConfigError(NlpbotError):
    """A settings file or an option is wrong."""


class DataError(NlpbotError):
    """A corpus, a file of labelled rows or a single row can't be used."""

    @classmethod
    def at(cls, path: Path | str, line: int, problem: str) -> "DataError":
        """Return the error that points at one line of one file, counted from 1."""
        return cls(f"{path}:{line}: {problem}")


class BundleError(NlpbotError):
    """A bundle is damaged, missing, in the way, or of another kind than expected."""


class DeviceError(NlpbotError):
    """The device asked for is not on this machine."""


class ServingError(NlpbotError):
    """A request can't be served."""


class Overloaded(ServingError):
    """There is more to do than can be done in time.

    Args:
        retry_after_s: seconds after which another try is worth it.
    """

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimited(Overloaded):
    """One client asks too often; others are served."""


class Locked(ServingError):
    """Another program holds the database."""


class Closed(ServingError):
    """The server is stopping and takes no new work."""
