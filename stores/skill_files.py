"""Files dropped into a conversation with the directory: taken at the door, read, and imported once that is confirmed.

The rows are the import's (`stores.importing.jobs`); here are only the hook, the facts for the question, and the tools.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from accounts.models import User
from accounts.regions import REGION_NAMES
from conversations.engine.contract import (
    JSON,
    FileContext,
    FileKinds,
    FileRefused,
    InboundFile,
    Operation,
    Say,
    Tool,
    ToolContext,
    ToolResult,
)
from stores.context import owner_of, told
from stores.importing import jobs
from stores.importing.layout import UnreadableFile
from stores.importing.models import ImportJob, ImportStatus, SameName
from stores.importing.words import FILE_FAULTS, encoding_name
from vault.actions import mint_many

PREVIEW_ROWS = 5
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

FILES = FileKinds(
    label=_("a table as CSV (.csv, .tsv, .txt)"),
    extensions=(".csv", ".tsv", ".tab", ".txt"),
    max_bytes=settings.IMPORT_MAX_BYTES,
    known=(".xlsx", ".xls", ".ods", ".numbers", ".zip"),
)
MESSAGES = {f"stores.file_{code}": text for code, text in FILE_FAULTS.items()}


class StartArguments(BaseModel):
    job: UUID
    on_same_name: SameName


class JobArguments(BaseModel):
    job: UUID


def accept_file(file: InboundFile, context: FileContext) -> str:
    """Keep the file as an import to be confirmed, and give its id. Raises FileRefused."""
    principal = context.principal
    if principal.user_id is None:
        raise PermissionError("the directory needs a signed-in user")
    try:
        job = jobs.upload(
            principal.user_id,
            file.name,
            file.content,
            region=principal.region,
            source=principal.channel,
            actor=principal.user_id,
            origin=UUID(context.conversation_id),
        )
    except UnreadableFile as error:
        params = {"line": error.line, "limit": error.limit, "encoding": encoding_name(error.encoding)}
        raise FileRefused(Say(key=f"stores.file_{error.code}", params=params)) from None
    return str(job.pk)


def import_facts(operation: Operation, context: ToolContext) -> JSON:
    """What a decision about an import needs; numbers of the file as gated tokens."""
    user_id = owner_of(context)
    facts: JSON = {"unlocked": context.unlocked, "import": None}
    if not context.unlocked:
        facts["has_passphrase"] = User.objects.only("passphrase").get(pk=user_id).has_passphrase
    job = _job(user_id, UUID(operation.slots["job"]))
    if job:
        facts["import"] = {"status": job.status, "count": job.rows}
        if job.status == ImportStatus.UPLOADED:
            facts["import"] |= _found_out(job, context)
    return facts


def _job(user_id: int, job_id: UUID) -> ImportJob | None:
    return ImportJob.objects.for_user(user_id).filter(pk=job_id).first()


def _found_out(job: ImportJob, context: ToolContext) -> JSON:
    layout = job.layout_read
    seen = jobs.preview(job, unlocked=True, rows=PREVIEW_ROWS)  # gated below, as tokens
    valid = {row.phone for row in seen.rows if not row.fault}
    tokens = mint_many("phone", valid, owner_id=owner_of(context), gated=True)

    def column(index: int) -> JSON:
        return {"title": told(context, layout.titles[index]), "number": index + 1}

    return {
        "encoding": encoding_name(layout.encoding),
        "delimiter": DELIMITER_WORDS[layout.delimiter],
        "has_header": layout.has_header,
        "columns": {"name": column(layout.name), "phone": column(layout.phone)},
        "region": str(REGION_NAMES.get(layout.region, layout.region)),
        "items": [
            {"name": told(context, row.name) or "–", "phone": tokens.get(row.phone) or told(context, row.phone) or "–"}
            for row in seen.rows
        ],
    }


def _origin(context: ToolContext) -> dict[str, Any]:
    return {
        "origin": UUID(context.conversation_id),
        "source": context.principal.channel,
        "actor": context.principal.user_id,
    }


def start_import(context: ToolContext, arguments: StartArguments) -> ToolResult:
    """Set an import going. What it does is told by its report, not by this turn."""
    job = _job(owner_of(context), arguments.job)
    if job is None:
        return ToolResult(ok=False, code="import_gone")
    try:
        jobs.start(job, arguments.on_same_name, unlocked=context.unlocked, **_origin(context))
    except jobs.ImportRefused:
        return ToolResult(ok=False, code="import_known")
    return ToolResult(ok=True, code="import_started", data={"count": job.rows})


def cancel_import(context: ToolContext, arguments: JobArguments) -> ToolResult:
    """Drop an import that was not started."""
    job = _job(owner_of(context), arguments.job)
    if job is None:
        return ToolResult(ok=False, code="import_gone")
    try:
        jobs.cancel(job, **_origin(context))
    except jobs.ImportRefused:
        return ToolResult(ok=False, code="import_known")
    return ToolResult(ok=True, code="import_cancelled")


TOOLS = (
    Tool("start_import", "Import a file the user sent.", StartArguments, start_import),
    Tool("cancel_import", "Drop a file the user sent.", JobArguments, cancel_import),
)
