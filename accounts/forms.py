"""The forms of the settings page. They read what was typed; what it is worth is for the actions to say."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import passphrase
from accounts.models import User

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm


class LongSelect(forms.Select):
    """A select of plain choices, none of them empty, put together in one go: Django renders a template for each of 700
    options."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # it only says anything of a select that can be left empty

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        chosen = format_html(VALUE, value)
        options = _options(tuple(self.choices)).replace(chosen, f"{chosen} selected", 1)
        return format_html("<select{}>{}</select>", attributes, SafeString(options))


VALUE = 'value="{}"'


@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return format_html_join("", f"<option {VALUE}>{{}}</option>", choices)


class ProfileForm(UserForm):
    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "phone_region"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "time_zone": LongSelect,
            "phone_region": LongSelect,
        }


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
