"""Settings of the server: from the command line, else from the environment as NLPBOT_NAME, else by default."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from nlpbot.core.bundles.home import SLOT_PATTERN, default_home
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.parts import DEFAULTS

__all__ = ["PREFIX", "ServerSettings", "load_server_settings"]

PREFIX = "NLPBOT_"

Origin = Annotated[str, Field(pattern=r"^https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$")]
"""A site as browsers name it: scheme, host in lower case and port, and nothing behind them."""


def _listed(names: object) -> object:
    """Return the names of a list as the environment has it, parted by commas."""
    return [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Origins = Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)]
SlotName = Annotated[str, Field(pattern=f"^{SLOT_PATTERN}$")]
SlotNames = Annotated[frozenset[SlotName], NoDecode, BeforeValidator(_listed)]


class ServerSettings(BaseSettings):
    """How the server serves."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    host: str = "127.0.0.1"
    """Address to listen on; another than this machine's own wants tokens."""
    port: int = Field(8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    home: Path = Field(default_factory=default_home)
    """Where bundles and conversations are kept."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Where models compute."""
    without: SlotNames = frozenset()
    """Slots that are left out."""
    train: SlotNames = frozenset()
    """Slots whose default is trained where the home lacks them; without any, all of a home that holds nothing."""
    api_key: str | None = Field(None, min_length=16, repr=False)
    """Key that /v1, /api/fraud/score, /api/classify and /api/retrieval/search expect, if set."""
    operator_token: str | None = Field(None, min_length=16, repr=False)
    """Token that opens /metrics from elsewhere."""
    allowed_hosts: Names = ()
    """Host names it answers to, beside its own address."""
    trusted_proxies: int = Field(0, ge=0, le=8)
    """Proxies in front of it whose X-Forwarded-For and X-Forwarded-Proto are believed; with any, tokens are a must."""
    allowed_origins: Origins = ()
    """Other sites whose pages may use /v1 and the scorer from a browser, such as https://chat.example."""
    request_threads: int = Field(128, ge=2, le=512)
    """Requests worked on at once; most of them wait for the engine, which refuses only what has reached it."""
    max_wait_s: float = Field(2, gt=0, allow_inf_nan=False)
    """Seconds that a request may have to wait for those before it; where it would be more it is refused."""
    max_streams: int = Field(32, ge=1)
    """Streams at once; below the number of threads, so that other requests get through."""
    max_body_bytes: int = Field(1 << 20, ge=1024)
    """Largest body of a request."""
    requests_per_minute: float = Field(240, gt=0, allow_inf_nan=False)
    """Requests that a client may make, over time."""
    drain_s: float = Field(20, ge=0, allow_inf_nan=False)
    """Seconds that running requests get to finish when the server stops."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.trusted_proxies == 0 and (self.host == "localhost" or _is_loopback(self.host))

    @field_validator("train")
    @classmethod
    def _has_default(cls, names: frozenset[str]) -> frozenset[str]:
        if unknown := sorted(names - DEFAULTS.keys()):
            raise ValueError(
                f"{unknown[0]}: nothing is trained there by default; expected one of {', '.join(DEFAULTS)}"
            )
        return names

    @model_validator(mode="after")
    def _guarded(self) -> "ServerSettings":
        if not self.is_local and (self.api_key is None or self.operator_token is None):
            way = f"listening on {self.host}" if self.trusted_proxies == 0 else "serving behind a proxy"
            raise ValueError(
                f"{way} lets others in; set NLPBOT_API_KEY and NLPBOT_OPERATOR_TOKEN, "
                "each of at least 16 characters, or keep --host 127.0.0.1 without trusted proxies"
            )
        return self

    @model_validator(mode="after")
    def _threads_left(self) -> "ServerSettings":
        if self.max_streams >= self.request_threads:
            raise ValueError(
                f"max_streams: {self.max_streams}; expected fewer than request_threads ({self.request_threads})"
            )
        return self


def load_server_settings(given: Mapping[str, object]) -> ServerSettings:
    """Return the settings given by name, and for the others what the environment says, else the default.

    Raises:
        ConfigError: a value is wrong; the message says where it came from.
    """
    try:
        return ServerSettings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        variable = f"{PREFIX}{key.upper()}"
        place = variable if key not in given and variable in os.environ else key
        raise ConfigError(": ".join(filter(None, (place, first["msg"].removeprefix("Value error, "))))) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
