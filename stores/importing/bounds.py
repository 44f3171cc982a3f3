"""What a file is, by its first bytes, and how much of one is taken. Pure; looks before anything is parsed."""

from agentsite.gates import gate
from stores.importing.layout import FileFault, UnreadableFile

COLUMNS_MAX = 1_000
CELL_MAX = 32_767
"""What Excel holds in a cell."""

_SEEN = 65_536
_ZIPPED: tuple[tuple[bytes, FileFault], ...] = (
    (b"xl/", "excel"),
    (b"word/", "document"),
    (b"ppt/", "document"),
    (b"opendocument.spreadsheet", "spreadsheet"),
    (b"opendocument", "document"),
    (b"Index/Document.iwa", "spreadsheet"),
)
_MAGIC: tuple[tuple[bytes, FileFault], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),  # also old Word documents, which nobody takes for a table
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "document"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x1f\x8b\x08", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"Rar!\x1a\x07", "zip"),
    (b"\xfd7zXZ\0", "zip"),
    (b"\x28\xb5\x2f\xfd", "zip"),
    (b"SQLite format 3\0", "binary"),
    (b"\x7fELF", "binary"),
    (b"OggS", "binary"),
    (b"ID3", "binary"),
)
_MARKUP: tuple[tuple[bytes, FileFault], ...] = (
    (b"<!doctype html", "web_page"),
    (b"<html", "web_page"),
    (b"<table", "web_page"),
    (b"<svg", "image"),
    (b'[{"', "json"),
    (b'{"', "json"),
    (b"begin:vcard", "vcard"),
)


@gate("file.kind")
def check_file(content: bytes, most_bytes: int | None) -> None:
    """Raises UnreadableFile for what is too large (`most_bytes`, None: any size), empty, or known not to be text."""
    if most_bytes is not None and len(content) > most_bytes:
        raise UnreadableFile("too_large", limit=most_bytes // 1024)
    if not content.strip(b" \t\r\n\0"):
        raise UnreadableFile("empty")
    if fault := _kind(content):
        raise UnreadableFile(fault)


def _kind(content: bytes) -> FileFault | None:
    if content.startswith(b"PK\x03\x04"):
        seen = content[:_SEEN] + content[-_SEEN:]
        return next((fault for mark, fault in _ZIPPED if mark in seen), "zip")
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "image" if content[8:12] == b"WEBP" else "binary"
    if content[4:8] == b"ftyp":
        return "image" if content[8:12] in (b"heic", b"heix", b"avif", b"mif1") else "binary"
    if content[:2] == b"BM" and b"\0" in content[6:14]:
        return "image"
    start = content[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b'progid="excel.sheet"' in start or b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "excel"
    if start.startswith(b"<?xml"):
        return "web_page"
    return next(
        (fault for mark, fault in _MAGIC if content.startswith(mark)),
        next((fault for mark, fault in _MARKUP if start.startswith(mark)), None),
    )
