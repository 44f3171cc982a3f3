"""Finding out in which encoding a file is, and decoding it. Pure."""

import codecs
import io
from collections.abc import Iterator

from charset_normalizer import from_bytes

from stores.importing.layout import UnreadableFile

ENCODINGS = (
    "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254",
    "cp1255", "cp1256", "iso8859-1", "iso8859-2", "iso8859-15", "koi8-r", "mac-roman", "cp850", "shift_jis", "gb18030",
    "big5", "euc-kr",
)  # fmt: skip
"""What may be chosen: names of Python's codecs. `utf-8-sig` reads UTF-8 with a byte order mark or without."""

UNREADABLE = "\ufffd"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_GUESSED = {
    "cp1252": "cp1252", "cp1250": "cp1250", "cp1251": "cp1251", "cp1253": "cp1253", "cp1254": "cp1254",
    "cp1255": "cp1255", "cp1256": "cp1256", "iso8859_2": "iso8859-2", "koi8_r": "koi8-r", "mac_roman": "mac-roman",
    "shift_jis": "shift_jis", "gb18030": "gb18030", "big5": "big5", "euc_kr": "euc-kr",
}  # fmt: skip
_AT_HOME = {
    **dict.fromkeys(("PL", "CZ", "SK", "HU", "SI", "HR", "RO", "BA", "AL"), "cp1250"),
    **dict.fromkeys(("RU", "UA", "BY", "BG", "RS", "MK", "KZ"), "cp1251"),
    "GR": "cp1253",
    "CY": "cp1253",
    "TR": "cp1254",
    "IL": "cp1255",
    "JP": "shift_jis",
    "CN": "gb18030",
    "TW": "big5",
    "HK": "big5",
    "KR": "euc_kr",
}
"""What spreadsheets there save: of two encodings that fit alike, it is this one. Elsewhere it is cp1252."""
_NEARLY = 0.05
_SAMPLE = 16_384
_NUL_SHARE = 0.3


def find_encoding(content: bytes, region: str) -> tuple[str, bool]:
    """The encoding of a file whose numbers are from `region`, and whether that is certain.

    Raises UnreadableFile for what is no text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            if not decodes(content, encoding):
                raise UnreadableFile("binary")
            return encoding, True
    if wide := _wide(content):
        return wide, False
    if _is_noise(content[:_SAMPLE].decode("latin-1")):
        raise UnreadableFile("binary")
    if decodes(content, "utf-8-sig"):
        return "utf-8-sig", True
    if _is_mostly_utf8(content):
        return "utf-8-sig", False
    likely = [_guess(content, region), "cp1252", "iso8859-1"]
    return next(encoding for encoding in likely if decodes(content, encoding)), False


def decodes(content: bytes, encoding: str) -> bool:
    """Whether all of `content` is text in `encoding`; in pieces, so that no second copy of a large file is made."""
    try:
        for _ in _pieces(content, encoding):
            pass
    except UnicodeError:
        return False
    return True


def open_text(content: bytes, encoding: str) -> io.TextIOWrapper:
    """`content` as text, decoded as it is read, with its line ends as they are; `UNREADABLE` for what is no UTF-8."""
    errors = "replace" if encoding == "utf-8-sig" else "strict"
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors=errors, newline="")


def _pieces(content: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), 1 << 20):
        yield decoder.decode(content[start : start + (1 << 20)])
    yield decoder.decode(b"", final=True)


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: Latin letters and separators have a zero byte each, always on the same side."""
    sample = content[: _SAMPLE // 2 * 2]
    half = max(1, len(sample) // 2)
    before, behind = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    encoding = "utf-16-le" if behind > before else "utf-16-be"
    if max(before, behind) < _NUL_SHARE or min(before, behind) > max(before, behind) / 4:
        return None
    if not decodes(content, encoding) or _is_noise(sample.decode(encoding, "ignore")):
        return None
    return encoding


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether a few bytes alone are no UTF-8: a file put together of several, or cut off."""
    text = content[: 1 << 20].decode("utf-8-sig", "replace")
    broken = text.count(UNREADABLE)
    return sum(not sign.isascii() for sign in text) > 10 * broken


def _is_noise(sample: str) -> bool:
    """Whether there are more control characters than a text has."""
    controls = sum(sign < " " and sign not in "\t\n\r" for sign in sample)
    return controls > max(8, len(sample) // 20)


def _guess(content: bytes, region: str) -> str:
    sample = b"\n".join(line for line in content[: 1 << 20].splitlines() if not line.isascii())[:_SAMPLE]
    matches = list(from_bytes(sample, cp_isolation=list(_GUESSED)))
    if not matches:
        return "cp1252"
    near = [match for match in matches if match.chaos <= matches[0].chaos + _NEARLY]
    fitting = {name for match in near for name in match.could_be_from_charset}
    for preferred in (_AT_HOME.get(region, "cp1252"), "cp1252"):
        if preferred in fitting:
            return _GUESSED[preferred]
    return _GUESSED[matches[0].encoding]
