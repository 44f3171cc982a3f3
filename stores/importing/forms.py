"""The forms of the import pages."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.choices import phone_regions
from accounts.forms import LongSelect
from stores.importing.encodings import ENCODINGS
from stores.importing.jobs import Corrections
from stores.importing.layout import Layout
from stores.importing.models import SameName
from stores.importing.showing import preview_titles
from stores.importing.words import encoding_name

DELIMITER_LABELS = {",": _("Comma ,"), ";": _("Semicolon ;"), "\t": _("Tab"), "|": _("Bar |")}
EXTENSIONS = (".csv", ".tsv", ".tab", ".txt")


class UploadForm(forms.Form):
    """A file to import: bounded here, judged by its content by the reader."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        size = file.size or 0
        if size > settings.IMPORT_MAX_BYTES:
            sizes = {"size": filesizeformat(size), "limit": filesizeformat(settings.IMPORT_MAX_BYTES)}
            raise ValidationError(_("The file has %(size)s, and %(limit)s is the most."), params=sizes)
        return file


class LayoutForm(forms.Form):
    """How a file is to be read, as found out, to be corrected."""

    encoding = forms.ChoiceField(label=_("Encoding"))
    delimiter = forms.ChoiceField(label=_("Separated by"), choices=list(DELIMITER_LABELS.items()))
    has_header = forms.TypedChoiceField(
        label=_("First line"),
        choices=[("1", _("Column titles")), ("0", _("A store"))],
        coerce=lambda value: value == "1",
    )
    name = forms.TypedChoiceField(label=_("Names"), coerce=int)
    phone = forms.TypedChoiceField(label=_("Numbers"), coerce=int)
    note = forms.TypedChoiceField(label=_("Notes"), coerce=int, required=False, empty_value=None)
    region = forms.ChoiceField(label=_("Country"), widget=LongSelect)

    def __init__(self, data: Any = None, *, layout: Layout, unlocked: bool) -> None:
        super().__init__(data, initial=_initial(layout))
        columns = [
            (str(index), title) for index, (title, _role) in enumerate(preview_titles(layout, unlocked=unlocked))
        ]
        choices: dict[str, list[tuple[str, Any]]] = {
            "encoding": [(codec, encoding_name(codec)) for codec in ENCODINGS],
            "name": columns,
            "phone": columns,
            "note": [("", _("None")), *columns],
            "region": phone_regions(),
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  as declared above
            field.choices = options
        for doubt in layout.doubts:
            self.fields[doubt].help_text = _("A guess: look at it twice.")
        self._layout = layout

    def corrections(self) -> Corrections:
        """All that was looked at and left or changed; but another encoding or separator makes other columns, which are
        found out anew."""
        data = self.cleaned_data
        if data["delimiter"] != self._layout.delimiter:
            names = ["encoding", "delimiter", "region"]
        elif data["encoding"] != self._layout.encoding:
            names = ["encoding", "region"]
        else:
            names = list(self.fields)
        return cast(Corrections, {name: data[name] for name in names})


def _initial(layout: Layout) -> dict[str, Any]:
    """The layout as the form's fields have it."""
    return {
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "has_header": "1" if layout.has_header else "0",
        "name": layout.name,
        "phone": layout.phone,
        "note": "" if layout.note is None else layout.note,
        "region": layout.region,
    }


class StartForm(forms.Form):
    """What becomes of names that are there already. While locked there is no choice: what an update leaves behind tells
    which numbers are stored."""

    on_same_name = forms.ChoiceField(
        label=_("Names you have already, with another number"),
        choices=SameName.choices,
        initial=SameName.REJECT,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, unlocked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unlocked:
            self.fields["on_same_name"].disabled = True
