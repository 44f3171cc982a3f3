"""The forms of the settings page. They read what was typed; what it is worth is for the actions to say."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import passphrase
from accounts.models import User

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm


class ProfileForm(UserForm):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "phone_region"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


def _secret(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    # Not stripped: the password may end in a blank, and a passphrase is normalized where it is hashed.
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, help_text=help_text, max_length=4096)


class SetPassphraseForm(forms.Form):
    """Field names are the parameters of the actions."""

    new = _secret(
        _("New passphrase"),
        "off",
        format_lazy(_("At least {count} characters, and not your login password."), count=passphrase.MIN_LENGTH),
    )
    password = _secret(_("Login password"), "current-password", _("To make sure that it is you."))


class ChangePassphraseForm(SetPassphraseForm):
    current = _secret(_("Current passphrase"), "off")

    field_order = ["current", "new", "password"]


class ResetPassphraseForm(SetPassphraseForm):
    token = forms.CharField(widget=forms.HiddenInput)
