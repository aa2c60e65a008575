"""What the server logs: a line of JSON each, on stderr, without what people said."""

import logging
import sys
import traceback

import structlog
from structlog.typing import ExcInfo, Processor

__all__ = ["quiet_logs"]


def quiet_logs() -> None:
    """Set up the logs of the server and of its libraries."""
    steps: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.add_log_level,
        structlog.processors.ExceptionRenderer(_origin),
    ]
    line = structlog.processors.JSONRenderer()
    structlog.configure(processors=[*steps, line], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    libraries = logging.StreamHandler()
    libraries.setFormatter(structlog.stdlib.ProcessorFormatter(line, foreign_pre_chain=steps))
    logging.basicConfig(level=logging.WARNING, handlers=[libraries])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it would warn of each request that waits


def _origin(exc_info: ExcInfo) -> str:
    """Return where an exception came from, without its message, which may quote what somebody wrote."""
    error: BaseException | None = exc_info[1]
    told: list[str] = []
    while error is not None:
        told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nafter\n".join(told)
