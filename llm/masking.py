"""Masking at the choke point: the last check that no private value leaves in a prompt, and the way back.

What people type has no private values any more when it gets here: the vault's tokens travel as they are. What still
stands in a document, a name or a prompt is replaced by a placeholder such as `⟦number-1⟧`. In the answer a placeholder
becomes a token of the vault, which its reader's edge draws like any other; a key never comes back.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import structlog
from django.conf import settings
from django.db import transaction

from agentsite.gates import gate
from audit.threads import in_db
from llm.contract import Account
from llm.private import Private, find_private
from llm.prompting import DELIMITER_RE
from vault.actions import gated_among, keep
from vault.scan import Found
from vault.tokens import TOKEN_RE, Kind, as_token, new_letters

logger = structlog.get_logger(__name__)

REMOVED = "[removed]"
# The same instructions and messages come again with every turn; reading one takes half a millisecond.
CACHED_TEXTS, CACHED_CHARS = 4_096, 4_000

_WORDS: dict[Kind, str] = {"phone": "number", "email": "email"}
# As prompts speak of them; these stand for nothing.
_MENTIONS = "⟦(?:phone:|email:|data:|number-|email-)…⟧"
_OURS_OR_STRAY = re.compile(rf"{TOKEN_RE.pattern}|{DELIMITER_RE.pattern}|{_MENTIONS}|⟦⟧|(?P<stray>⟦)")
_PLACEHOLDER = re.compile(r"⟦(?:number|email)-[0-9]{1,6}⟧")
# Whatever may yet become a placeholder or a token: at most 30 characters.
_UNFINISHED = re.compile(r"⟦(?:[a-z]{0,6}(?:-[0-9]{0,6}|:[a-z]{0,22})?)?\Z")

_SECRET_SETTINGS = (
    "SECRET_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY", "LANGFUSE_PUBLIC_KEY",
    "LANGFUSE_SECRET_KEY", "EMAIL_HOST_PASSWORD", "SENTRY_DSN", "REDIS_URL",
)  # fmt: skip

Find = Callable[[str], list[Private]]


class SiteMasker:
    """Makes the masking of each request. `region` is where numbers are read, `secrets` are the keys of this site."""

    def __init__(self, region: str | None, secrets: Sequence[str] = ()) -> None:
        self._read = partial(find_private, region=region, secrets=tuple(secrets))
        self._read_once = lru_cache(CACHED_TEXTS)(self._read)

    def begin(self, account: Account) -> "RequestMasking":
        return RequestMasking(self._find, account)

    def _find(self, text: str) -> list[Private]:
        return self._read_once(text) if len(text) <= CACHED_CHARS else self._read(text)


class RequestMasking:
    """The masking of one request, made for whom `account` names: what is put back is theirs to see."""

    def __init__(self, find: Find, account: Account) -> None:
        self._find, self._account = find, account
        self._placeholders: dict[tuple[Kind, str], str] = {}
        self._originals: dict[str, Found] = {}
        self._shown: dict[str, Found] = {}
        self._unkept: list[Found] = []
        self._held = ""

    def mask(self, text: str) -> str:
        """`text` without private values; nothing in it can be taken for a placeholder or a token nobody made."""
        pieces: list[str] = []
        position = 0
        for private in self._find(text):
            original = text[private.start : private.end]
            pieces += [_escape(text[position : private.start]), self._placeholder(private, original)]
            position = private.end
        return "".join([*pieces, _escape(text[position:])])

    def unmask(self, piece: str) -> str:
        text = self._held + piece
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        return _PLACEHOLDER.sub(self._put_back, text[:end])

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held

    async def keep(self) -> None:
        """Store what was put back since the last call, so that it can be drawn. Without a database it draws nothing."""
        if not self._unkept:
            return
        found, self._unkept = self._unkept, []
        try:
            await in_db(_keep, found, self._account)
        except Exception as error:  # the reply goes on, whatever ails the database
            logger.error("masked values could not be put back", count=len(found), error=type(error).__name__)

    def _placeholder(self, private: Private, original: str) -> str:
        if private.kind == "key":
            return REMOVED
        key = (private.kind, private.value)
        if key not in self._placeholders:
            placeholder = f"⟦{_WORDS[private.kind]}-{len(self._placeholders) + 1}⟧"
            token = as_token(private.kind, new_letters())
            self._placeholders[key] = placeholder
            self._originals[placeholder] = Found(token, private.kind, original, private.value, valid=False)
        return self._placeholders[key]

    def _put_back(self, placeholder: re.Match[str]) -> str:
        found = self._originals.get(placeholder[0])
        if found is None:
            return ""
        if self._account.is_trial or not (self._account.user_id or self._account.conversation_id):
            return found.raw
        if found.token not in self._shown:
            self._shown[found.token] = found
            self._unkept.append(found)
        return found.token


def site_secrets() -> list[str]:
    """The keys of this site, as far as the process has them."""
    found = [*(getattr(settings, name) for name in _SECRET_SETTINGS), *settings.SECRET_KEY_FALLBACKS]
    found.append(settings.DATABASES["default"].get("PASSWORD", ""))
    return [str(secret) for secret in found if secret]


@gate("mask.look_alikes")
def _escape(text: str) -> str:
    return _OURS_OR_STRAY.sub(lambda match: "⟦⟧" if match["stray"] else match[0], text) if "⟦" in text else text


def _keep(found: list[Found], account: Account) -> None:
    """Stored for the account's owner and conversation. A number that is gated for the owner stays so."""
    gated = gated_among({item.value for item in found}, owner_id=account.user_id)
    with transaction.atomic():
        for is_gated in (True, False):
            keep(
                [item for item in found if (item.value in gated) == is_gated],
                owner_id=account.user_id,
                conversation_id=account.conversation_id or None,
                gated=is_gated,
            )
