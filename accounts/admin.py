"""People in the console: users, unlocks, sessions, addresses, second factors.

No secret is shown, not even as a hash, and everything that may be changed is changed by an action.
"""

from typing import TYPE_CHECKING, Any, cast

from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import Unlock, User
from accounts.roles import Role, role_of
from audit.admin_mixins import ReadOnlyAdmin

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
    ModelAdmin = admin.ModelAdmin[Model]
    UserModelAdmin = admin.ModelAdmin[User]
else:
    UserForm = forms.ModelForm
    ModelAdmin = UserModelAdmin = admin.ModelAdmin

SOURCE = "console"

# The groups of the roles are declared in accounts.roles and not for editing; what allauth registers lets one edit too
# much, and its search of sessions fails without user names.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)  # the console lets nobody else in


class RoleField(forms.ChoiceField):
    def __init__(self) -> None:
        choices = [("", _("No role")), *Role.choices]
        super().__init__(
            label=_("Role"), choices=choices, required=False, help_text=_("What they may do in the console.")
        )

    def clean(self, value: Any) -> Role | None:
        return Role(cleaned) if (cleaned := super().clean(value)) else None


class UserAddForm(UserForm):
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    role = RoleField()

    class Meta:
        model = User
        fields = ["email", "name", "phone_region"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


class UserChangeForm(UserForm):
    role = RoleField()

    class Meta:
        model = User
        fields = ["is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = role_of(self.instance)


@admin.register(User)
class UserAdmin(UserModelAdmin):
    list_display = ["email", "name", "role", "is_active", "last_login", "date_joined"]
    list_filter = ["is_active", "groups", "date_joined"]
    search_fields = ["email", "name"]
    date_hierarchy = "date_joined"
    add_fields = ["email", "name", "phone_region", "password", "role"]
    change_fields = ["email", "name", "language", "time_zone", "phone_region", "is_active", "role", "is_superuser"]
    change_fields += ["has_passphrase", "passphrase_failures", "passphrase_locked_until", "date_joined", "last_login"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=UserChangeForm if obj else UserAddForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.change_fields if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [name for name in self.change_fields if name not in {"is_active", "role"}] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # close the account instead: deleting the row would leave what it owned elsewhere

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actor, data = _actor(request), form.cleaned_data
        if not change:
            obj.pk = self._create(actor, data).pk
        if change and "is_active" in form.changed_data:
            actions.set_active(obj, data["is_active"], actor=actor, source=SOURCE)
        if change and "role" in form.changed_data:
            actions.grant_role(obj, data["role"], actor=actor, source=SOURCE)

    def _create(self, actor: User, data: dict[str, Any]) -> User:
        return actions.create_user(
            data["email"],
            data["password"],
            source=SOURCE,
            actor=actor,
            name=data["name"],
            phone_region=data["phone_region"],
            role=data["role"],
        )

    @admin.display(description=_("Role"))
    def role(self, user: User) -> str:
        return ", ".join(str(Role(group.name).label) for group in user.groups.all() if group.name in Role.values)

    @admin.display(description=_("Has a passphrase"), boolean=True)
    def has_passphrase(self, user: User) -> bool:
        return user.has_passphrase


@admin.register(Unlock)
class UnlockAdmin(ReadOnlyAdmin):
    """Where the holder is, is nobody's business here."""

    list_display = ["user", "expires_at"]
    list_select_related = ["user"]
    list_filter = ["expires_at"]
    search_fields = ["user__email"]
    fields = ["user", "expires_at"]


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "ip", "user_agent"]
    list_select_related = ["user"]
    list_filter = ["created_at"]
    search_fields = ["user__email", "ip"]
    fields = ["user", "created_at", "ip", "user_agent"]


@admin.register(EmailAddress)
class EmailAddressAdmin(AllauthEmailAddressAdmin, ReadOnlyAdmin):  # type: ignore[misc]  # allauth has no types
    """Read-only but for allauth's action that confirms an address by hand."""

    list_select_related = ["user"]


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Deleting one lets in somebody who lost the phone and the recovery codes."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    list_filter = ["type", "created_at"]
    search_fields = ["user__email"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actions.remove_authenticator(obj, actor=_actor(request), source=SOURCE)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        for authenticator in queryset:
            self.delete_model(request, authenticator)
