"""Imports in tests: files of the kinds people have, and the worker's part done at once."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from stores.importing import jobs

ROWS = "Name,Phone\nAlder Books,206-555-0114\nBirdie’s Garden,206-555-0115\nCosta Verde,12\n,206-555-0117\n"
"""Four data rows, of which the last two cannot be saved."""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def csv_file(text: str | bytes = ROWS, name: str = "stores.csv") -> SimpleUploadedFile:
    content = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile(name, content, content_type="text/csv")


def many_rows(count: int) -> str:
    """A file of that many stores, every tenth with a number that is none."""
    rows = (f"Store {number},{'12' if number % 10 == 9 else f'206-555-{number:04}'}\n" for number in range(count))
    return "Name,Phone\n" + "".join(rows)


def work(job_id: UUID | str) -> None:
    """Do what the worker does."""
    jobs.run(str(job_id))
