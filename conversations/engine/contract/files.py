"""Files that come in place of a message."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from conversations.engine.contract.base import Value
from conversations.engine.contract.operations import Say

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class FileTaken(Value):
    """A file that came in place of a message, as the door left it. `name` holds tokens, `size` is in bytes.

    `skill` has taken it and knows it by `reference`; with a `refusal` nobody has, and nothing of it was kept.
    """

    name: str
    size: int
    skill: str = ""
    reference: str = ""
    refusal: Say | None = None


class FileKinds(NamedTuple):
    """What files a skill takes: `extensions` (lower case, with the dot) and how many bytes one may have.

    `label` says it in words ("a CSV file"). `known` are further extensions whose files the hook is given only to say
    why not ("save the workbook as CSV").
    """

    label: "StrPromise | str"
    extensions: tuple[str, ...]
    max_bytes: int
    known: tuple[str, ...] = ()

    def hears(self, extension: str) -> bool:
        return extension in self.extensions or extension in self.known


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file at the door: its name as the user's computer has it, its media type as the browser guessed it, and what
    is in it. Nothing in it is trusted, its name and type least of all."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class FileRefused(Exception):
    """The hook cannot use the file; `say` tells the user why. Nothing of it was kept."""

    def __init__(self, say: Say) -> None:
        super().__init__(say.key)
        self.say = say
