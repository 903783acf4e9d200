"""What must the server know before it starts, and how does that reach its worker process?

By environment variables, never by the command line, where every user of the machine can read it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from receiver.protocol import SIZE_LIMIT, is_product_key
from receiver.silence import IDLE_SECONDS

PREFIX = "RECEIVER_"


class WrongConfigurationError(Exception):
    """A value is missing or malformed; the text says which, and what to do."""


@dataclass(frozen=True)
class Configuration:
    """Everything the worker needs; an empty product key accepts any well-formed one."""

    store: Path
    username: str
    password: str = field(repr=False)
    product_key: str = field(default="", repr=False)
    size_limit: int = SIZE_LIMIT
    idle_seconds: float = IDLE_SECONDS

    def check(self) -> None:
        """Raises WrongConfigurationError; a receiver without a password would accept everyone."""
        if not self.username or not self.password:
            raise WrongConfigurationError(
                "No credentials are configured for the receiver. "
                "Set CIS_USERNAME and CIS_PASSWORD, then start it again."
            )
        if self.product_key and not is_product_key(self.product_key):
            raise WrongConfigurationError(
                "The product key is not 40 lower-case hexadecimal digits. "
                "Correct CIS_PRODUCT_KEY, or leave it empty to accept any."
            )
        if self.idle_seconds <= 0:
            raise WrongConfigurationError("RECEIVER_IDLE_SECONDS must be more than 0. Correct it.")

    def into_environment(self) -> None:
        """Write all values where the worker process inherits them."""
        for item in fields(self):
            os.environ[_variable(item.name)] = str(getattr(self, item.name))


def from_environment(defaults: Mapping[str, object]) -> Configuration:
    """Values from RECEIVER_… variables, else from `defaults`, else those of the class."""
    values = {key: str(value) for key, value in defaults.items() if value is not None}
    for item in fields(Configuration):
        if _variable(item.name) in os.environ:
            values[item.name] = os.environ[_variable(item.name)]
    try:
        return Configuration(
            store=Path(values["store"]),
            username=values.get("username", ""),
            password=values.get("password", ""),
            product_key=values.get("product_key", ""),
            size_limit=int(values.get("size_limit", SIZE_LIMIT)),
            idle_seconds=float(values.get("idle_seconds", IDLE_SECONDS)),
        )
    except (KeyError, ValueError) as problem:
        raise WrongConfigurationError(f"A RECEIVER_ variable cannot be read: {problem}.") from None


def forget_secrets() -> None:
    """Remove secrets from the environment, which the web server copies into every request."""
    for name in ("password", "product_key"):
        os.environ.pop(_variable(name), None)


def _variable(name: str) -> str:
    return PREFIX + name.upper()
