"""The forms of the directory's pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stores.actions import StoreError, checked_name, checked_note
from stores.listing import Line
from stores.models import NAME_MAX, NOTE_MAX, PHONE_ORIGINAL_MAX
from stores.words import explain, explain_phone
from vault.phones import PhoneReading, read_phone


class StoreForm(forms.Form):
    """A store to save. Numbers are read in `region`; `phone` becomes a `PhoneReading`."""

    name = forms.CharField(label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=PHONE_ORIGINAL_MAX,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        # For the browser only: what is too long comes back with an explanation, not cut.
        self.fields["name"].widget.attrs["maxlength"] = NAME_MAX
        self.fields["note"].widget.attrs["maxlength"] = NOTE_MAX

    def clean_name(self) -> str:
        try:
            return checked_name(self.cleaned_data["name"])
        except StoreError as error:
            raise ValidationError(explain(error.code)) from None

    def clean_note(self) -> str:
        try:
            return checked_note(self.cleaned_data["note"])
        except StoreError as error:
            raise ValidationError(explain(error.code)) from None

    def clean_phone(self) -> PhoneReading | None:
        typed = self.cleaned_data["phone"]
        if not typed:
            return None
        reading = read_phone(typed, self.region)
        if not reading.valid:
            raise ValidationError(explain_phone(reading))
        return reading

    def changes(self) -> dict[str, Any]:
        """What was typed, as the parameters of the actions; a number that was left empty is not among them."""
        data = self.cleaned_data
        changes = {name: data[name] for name in ("name", "note") if not self.fields[name].disabled}
        if data["phone"]:
            changes |= {"phone_e164": data["phone"].e164, "phone_original": data["phone"].raw}
        return changes


class EditStoreForm(StoreForm):
    """A store to change.

    While locked, `line` shows what may be seen: the field of the number is empty and may stay so, and a name or a note
    with a number in it cannot be edited. `line` is None while unlocked.
    """

    def __init__(self, *args: Any, line: Line | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if line is None:
            return
        self.fields["phone"].required = False
        self.fields["phone"].widget.attrs["placeholder"] = line.number
        self.fields["phone"].help_text = _("Hidden while locked. Leave it empty to keep the number.")
        for name, shown in (("name", line.name), ("note", line.note)):
            if shown != getattr(line.store, name):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("It has a number in it, so it can be changed while unlocked only.")


class PassphraseForm(forms.Form):
    """A try to unlock. `next` is the page to go on to, `q` what was searched for."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    q = forms.CharField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
