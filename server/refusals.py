"""What waitress refuses before the application sees it, told as the application tells its refusals."""

import math
import socket
from contextlib import suppress

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask

from server.errors import problem_body
from server.security import HEADERS

__all__ = ["Channel"]

MOST_UNREAD = 64 << 20
"""Bytes that may still come after a refusal until the connection is cut."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    expect_continue: bool

    def received(self, data: bytes) -> int:
        """Take what came, and return how many bytes of it belong to this request."""
        consumed: int = super().received(data)
        if self.completed:
            self.expect_continue = False  # no body is asked for that was refused, or isn't there
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request.

        Raises:
            ParsingError: it is none.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address such as http://[, or a length of 5,000 digits
            raise ParsingError("the address or a number in the head can't be read") from error


class _Refusal(ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        """Send a problem."""
        error = self.request.error
        too_large = f"the body is too large; at most {self.channel.adj.max_request_body_size - 1:,} bytes expected"
        detail = too_large if error.code == 413 else error.body
        body, mimetype = problem_body(getattr(self.request, "path", ""), error.code, detail)
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", mimetype), ("Cache-Control", "no-store"), *HEADERS.items()]
        if hasattr(error, "retry_after_s"):
            self.response_headers.append(("Retry-After", str(math.ceil(error.retry_after_s))))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.refused = True
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose refusals are problems, and reach a client that is still sending.

    A connection that is closed before all was read is reset, and the answer lost. So what comes is let pass meanwhile.
    """

    parser_class = _Parser
    error_task_class = _Refusal
    refused = False
    unread: int | None = None
    """Bytes that came since the connection is closed on this side."""

    def received(self, data: bytes) -> None:
        """Take what came."""
        if self.unread is None:
            super().received(data)
            return
        self.unread += len(data)
        if self.unread > MOST_UNREAD:
            self.handle_close()

    def handle_close(self) -> None:
        """Close the connection; after a refusal first this side of it alone."""
        if not self.refused:
            super().handle_close()
            return
        self.refused, self.will_close, self.unread = False, False, 0
        with suppress(OSError):  # the client has gone
            self.socket.shutdown(socket.SHUT_WR)
