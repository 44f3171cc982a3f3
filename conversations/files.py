"""Files at the door: named, bounded and given to a skill's hook; then a turn tells what became of them.

A file is never stored here. A skill keeps it and gives a reference; what no skill takes is only named in the
conversation, with the reason, so that nobody wonders where it went.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agentsite.gates import gate
from audit.requests import current_request_id
from conversations.edge import BadMessage, check_key
from conversations.engine.contract import (
    FileContext,
    FileKinds,
    FileRefused,
    FileTaken,
    InboundFile,
    Principal,
    Say,
)
from conversations.engine.registry import skills_of
from conversations.engine.runtime import runtime
from conversations.engine.skillset import SkillSet
from conversations.engine.storage import Accepted, Inbound, NotYours
from conversations.engine.threads import in_db
from conversations.models import Conversation, Turn
from conversations.notices import announce_turn
from conversations.ratelimit import spend_in_loop
from vault.scan import tokenize
from vault.tokens import clean_text

FILE_MARK = "📎 "
"""Before the name of a file in the text of its message; pages show an icon instead."""
NAME_MAX_CHARS = 100
SIZE_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a form sent it. `read` gives its bytes; None if the page sent only what it is called and how large it
    is, because it saw that it is too large."""

    name: str
    media_type: str
    size: int
    read: Callable[[], bytes] | None


def sent_file(request: HttpRequest) -> SentFile:
    """The one file of a posted form. Raises `BadMessage` if there is none."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return SentFile(file.name or "", file.content_type or "", file.size or 0, file.read)
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > SIZE_MAX_DIGITS:
        raise BadMessage("no_file", _("Choose a file first."))
    return SentFile(request.POST.get("name", ""), "", int(size), None)


async def post_file(principal: Principal, conversation_id: UUID, file: SentFile, key: str) -> Accepted:
    """Accept a file in place of a message and set its turn going; the conversation's pages are told.

    The same key gives the same turn, and keeps the file once. Raises `BadMessage`, in the user's words, and `NotYours`.
    """
    check_key(key)
    await spend_in_loop(principal)
    inbound = await in_db(_take_in, principal, conversation_id, file, key)
    accepted = await runtime().start(principal, conversation_id, inbound, key, None)
    await announce_turn(accepted.conversation_id, accepted.turn_id)
    return accepted


@dataclass(frozen=True, slots=True)
class Offer:
    """What files a conversation's agent takes, for its page: `accept` as the browser's chooser wants it, the most bytes
    that any of them may have."""

    accept: str
    max_bytes: int
    kinds: str


def offer_of(skills: SkillSet) -> Offer | None:
    """None if the agent takes no files."""
    return _offer(skills, get_language())


@lru_cache(maxsize=128)
def _offer(skills: SkillSet, language: str | None) -> Offer | None:
    """In the current language. Cached: every look at a turn asks."""
    kinds = skills.file_kinds
    if not kinds:
        return None
    extensions = ",".join(extension for kind in kinds for extension in kind.extensions)
    return Offer(extensions, max(kind.max_bytes for kind in kinds), _labels(kinds))


def _take_in(principal: Principal, conversation_id: UUID, file: SentFile, key: str) -> Inbound:
    conversation = _conversation(principal, conversation_id)
    tokenized = tokenize(_shown_name(file.name), principal.region)
    text = f"{FILE_MARK}{tokenized.text}"
    if Turn.objects.filter(addressed_to=conversation_id, idempotency_key=key).exists():
        return Inbound(text=text, found=tokenized.found)
    context = FileContext(principal, str(conversation_id), current_request_id())
    taken = _give(skills_of(conversation.agent.skills), file, tokenized.text, context)
    return Inbound(text=text, found=tokenized.found, file=taken)


def _conversation(principal: Principal, conversation_id: UUID) -> Conversation:
    conversation: Conversation | None = None
    if principal.user_id is not None:
        own = Conversation.objects.for_user(principal.user_id).select_related("agent")
        conversation = own.filter(id=conversation_id).first()
    if conversation is None:
        raise NotYours
    return conversation


def _give(skills: SkillSet, file: SentFile, name: str, context: FileContext) -> FileTaken:
    """Give the file to the skill that takes its kind."""
    taker = skills.taker_of(PurePath(file.name).suffix.lower())
    try:
        if taker is None or taker.files is None:
            raise FileRefused(_no_taker(skills, name))
        content = _bounded(file, name, taker.files)
        reference = taker.accept_file(InboundFile(_shown_name(file.name), file.media_type, content), context)
    except FileRefused as refused:
        return FileTaken(name=name, size=file.size, refusal=refused.say)
    return FileTaken(name=name, size=file.size, skill=taker.slug, reference=reference)


def _no_taker(skills: SkillSet, name: str) -> Say:
    if not skills.file_kinds:
        return Say(key="engine.file_not_taken", params={"name": name})
    return Say(key="engine.file_kind", params={"name": name, "kinds": _labels(skills.file_kinds)})


def _bounded(file: SentFile, name: str, kind: FileKinds) -> bytes:
    """The file's bytes, read only if there are not too many. Raises FileRefused."""
    if _is_too_large(file, kind):
        sizes = {"size": filesizeformat(file.size), "limit": filesizeformat(kind.max_bytes)}
        raise FileRefused(Say(key="engine.file_too_large", params={"name": name, **sizes}))
    if file.read is None:
        raise BadMessage("no_file", _("Choose a file first."))
    if not file.size:
        raise FileRefused(Say(key="engine.file_empty", params={"name": name}))
    return file.read()


@gate("file.size")
def _is_too_large(file: SentFile, kind: FileKinds) -> bool:
    return file.size > kind.max_bytes


def _labels(kinds: Iterable[FileKinds]) -> str:
    return get_text_list([str(kind.label) for kind in kinds], _("and"))


def _shown_name(name: str) -> str:
    """A file's name as a conversation shows it: without what cannot be seen, and no longer than a line or two."""
    path = PurePath(" ".join(clean_text(name).split()) or _("file without a name"))
    if len(path.name) <= NAME_MAX_CHARS:
        return path.name
    suffix = path.suffix[:10]
    return f"{path.stem[: NAME_MAX_CHARS - len(suffix) - 1]}…{suffix}"
