"""What the contract's values have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict

JSON = dict[str, Any]


class Value(BaseModel):
    """Base of the contract's values: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
