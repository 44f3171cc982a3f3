"""What pages, the chat and the command say of files, rows and imports."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.regions import REGION_NAMES
from stores.importing.layout import FileFault, RowFault, UnreadableFile
from stores.messages import ERRORS, MESSAGES
from stores.models import NAME_MAX, NOTE_MAX

FILE_FAULTS: dict[FileFault, object] = {
    "too_large": gettext_lazy("The file is too large. It can have at most {limit} KB."),
    "too_many_rows": gettext_lazy("The file has too many rows. Split it into files of at most {limit} rows."),
    "too_many_columns": gettext_lazy("The file has too many columns. It can have at most {limit}."),
    "no_readable_rows": gettext_lazy(
        "No row of the file can be read: quotes open and don’t close, or cells don’t end."
    ),
    "empty": gettext_lazy("The file is empty."),
    "no_rows": gettext_lazy("The file has column titles, but no stores below them."),
    "excel": gettext_lazy("This is an Excel workbook. Save it as CSV and upload that file."),
    "spreadsheet": gettext_lazy("This is a spreadsheet document. Export it as CSV and upload that file."),
    "zip": gettext_lazy("This is a ZIP archive. Unpack it and upload the CSV file in it."),
    "pdf": gettext_lazy("This is a PDF. Export the table as CSV and upload that file."),
    "image": gettext_lazy("This is an image. Upload a CSV file."),
    "document": gettext_lazy("This is a text document with formatting. Save the table as CSV and upload that file."),
    "web_page": gettext_lazy("This is a web page. Save the table as CSV and upload that file."),
    "json": gettext_lazy("This is JSON. Save the table as CSV and upload that file."),
    "vcard": gettext_lazy("These are vCards. Export your contacts as CSV and upload that file."),
    "binary": gettext_lazy("This isn’t a text file. Save the table as CSV and upload that file."),
    "encoding": gettext_lazy("The file can’t be read as {encoding}. Choose another encoding."),
    "no_columns": gettext_lazy("The file needs a column with names and one with phone numbers."),
}
ROW_FAULTS: dict[RowFault, object] = {
    "quotes": gettext_lazy("A quote opens here and doesn’t close."),
    "unreadable": gettext_lazy("The row has signs that can’t be read."),
    "too_many_cells": gettext_lazy("The row has far too many cells."),
    "cell_too_long": gettext_lazy("A cell is far too long."),
    "name_empty": gettext_lazy("There is no name."),
    "name_too_long": ERRORS["name_too_long"],
    "name_control_characters": gettext_lazy("The name has invisible control characters."),
    "note_too_long": ERRORS["note_too_long"],
    "note_control_characters": gettext_lazy("The note has invisible control characters."),
    "phone_empty": gettext_lazy("There is no phone number."),
    "phone_rounded": gettext_lazy(
        "The spreadsheet has rounded the number. Format the column as text and type it again."
    ),
    "phone_several": gettext_lazy("There are several phone numbers. Keep one."),
    "name_taken": gettext_lazy("This name is already there with another number."),
    "name_ambiguous": gettext_lazy("Several stores have this name, so it isn’t clear which one to update."),
}
ENCODING_NAMES: dict[str, object] = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": gettext_lazy("UTF-16, little-endian"),
    "utf-16-be": gettext_lazy("UTF-16, big-endian"),
    "cp1250": gettext_lazy("Windows-1250 (Central European)"),
    "cp1251": gettext_lazy("Windows-1251 (Cyrillic)"),
    "cp1252": gettext_lazy("Windows-1252 (Western)"),
    "cp1253": gettext_lazy("Windows-1253 (Greek)"),
    "cp1254": gettext_lazy("Windows-1254 (Turkish)"),
    "cp1255": gettext_lazy("Windows-1255 (Hebrew)"),
    "cp1256": gettext_lazy("Windows-1256 (Arabic)"),
    "iso8859-1": "ISO 8859-1",
    "iso8859-2": "ISO 8859-2",
    "iso8859-15": "ISO 8859-15",
    "koi8-r": "KOI8-R",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850",
    "shift_jis": "Shift JIS",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc-kr": "EUC-KR",
}
FAILURES: dict[str, object] = {
    "too_often": gettext_lazy("The import was interrupted several times. Nothing was saved."),
    "expired": gettext_lazy("The import was not confirmed in time. Nothing was saved."),
    "error": gettext_lazy("Something went wrong. Nothing was saved."),
}
REFUSALS: dict[str, object] = {
    "forbidden": gettext_lazy("This is not your import."),
    "locked": gettext_lazy("Enter your passphrase first."),
    "wrong_state": gettext_lazy("This import was started or cancelled already."),
    "layout": gettext_lazy("The file doesn’t have such a column."),
}


def encoding_name(codec: str) -> str:
    """An encoding as people know it."""
    return str(ENCODING_NAMES.get(codec, codec))


def explain_file(error: UnreadableFile) -> str:
    """The sentence for a file that cannot be used."""
    text = str(FILE_FAULTS[error.code])
    return text.format(limit=error.limit, encoding=encoding_name(error.encoding))


def explain_reason(reason: str, region: str) -> str:
    """Why a row was rejected, numbers having been read in `region`; without the name or the number in it."""
    if text := ROW_FAULTS.get(reason):  # type: ignore[call-overload]
        return str(text).format(name_max=NAME_MAX, note_max=NOTE_MAX)
    why = str(MESSAGES[f"stores.{reason}"]).format(region=REGION_NAMES.get(region, region))
    return _("This isn’t a valid phone number: {reason}.").format(reason=why)


def explain_failure(code: str) -> str:
    return str(FAILURES.get(code, FAILURES["error"]))


def explain_refusal(code: str) -> str:
    return str(REFUSALS[code])
