"""The form of the export page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.passphrase import Verdict
from stores.exporting.formats import Kind
from stores.words import explain_verdict

KINDS: dict[Kind, tuple[Promise, Promise]] = {
    "csv": (gettext_lazy("CSV"), gettext_lazy("For Excel and other spreadsheets, and to import here again.")),
    "vcard": (gettext_lazy("vCard"), gettext_lazy("For the contacts of a phone, of Google or of Apple.")),
    "json": (gettext_lazy("JSON"), gettext_lazy("For programs: everything there is to a store.")),
}


class ExportForm(forms.Form):
    """Which file; and while locked (`asks`), the passphrase, which releases this one download."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(kind, label) for kind, (label, _use) in KINDS.items()],
        initial="csv",
        widget=forms.RadioSelect,
    )
    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase"),
        help_text=gettext_lazy("Numbers are locked. Your passphrase releases them for this one download."),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["passphrase"]

    def kinds(self) -> Iterator[tuple[BoundWidget, Promise]]:
        """The choices, each with what it is good for."""
        for choice in self["kind"]:
            yield choice, KINDS[choice.data["value"]][1]

    def refuse(self, verdict: Verdict) -> None:
        self.add_error("passphrase", ValidationError(explain_verdict(verdict), code=verdict.outcome))
