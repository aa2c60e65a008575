"""Settings of the server."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from nlpbot.core.config import Settings
from nlpbot.core.home import default_home

__all__ = ["ServerSettings"]

Origin = Annotated[str, Field(pattern=r"^https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$")]
"""A site as browsers name it: scheme, host in lower case and port, and nothing behind them."""


class ServerSettings(Settings):
    """How the server serves."""

    host: str = "127.0.0.1"
    """Address to listen on; another than this machine's own wants tokens."""
    port: int = Field(8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    home: Path = Field(default_factory=default_home)
    """Where bundles and conversations are kept."""
    device: str = "auto"
    """Where models compute."""
    without: frozenset[Literal["fraud", "chat", "lm", "vision"]] = frozenset()
    """Parts that are switched off."""
    api_key: str | None = Field(None, min_length=16)
    """Key that /v1 and /api/fraud/score want, if set."""
    operator_token: str | None = Field(None, min_length=16)
    """Token that opens /metrics from elsewhere."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names it answers to, beside its own address."""
    allowed_origins: tuple[Origin, ...] = ()
    """Other sites whose pages may use /v1 and the scorer from a browser, such as https://chat.example."""
    request_threads: int = Field(16, ge=2, le=256)
    """Requests worked on at once."""
    max_streams: int = Field(8, ge=1)
    """Streams at once; below the number of threads, so that other requests get through."""
    max_body_bytes: int = Field(1 << 20, ge=1024)
    """Largest body of a request."""
    requests_per_minute: float = Field(240, gt=0)
    """Requests that a client may make, over time."""
    drain_s: float = Field(20, ge=0)
    """Seconds that running requests get to finish when the server stops."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host == "localhost" or _is_loopback(self.host)

    @model_validator(mode="after")
    def _guarded(self) -> "ServerSettings":
        if not self.is_local and (self.api_key is None or self.operator_token is None):
            raise ValueError(
                f"listening on {self.host} lets others in; set NLPBOT_API_KEY and NLPBOT_OPERATOR_TOKEN, "
                "each of at least 16 characters, or keep --host 127.0.0.1"
            )
        return self

    @model_validator(mode="after")
    def _threads_left(self) -> "ServerSettings":
        if self.max_streams >= self.request_threads:
            raise ValueError(
                f"max_streams: {self.max_streams}; less than request_threads ({self.request_threads}) wanted"
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
