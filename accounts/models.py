"""People who sign in, and the unlocks their passphrase has granted."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import choices
from accounts.fields import LowercaseEmailField


def default_phone_region() -> str:
    return str(settings.DEFAULT_PHONE_REGION)


def default_language() -> str:
    return str(settings.LANGUAGE_CODE)


def default_time_zone() -> str:
    return str(settings.TIME_ZONE)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user with a hashed password (unusable when None). Raises ValueError without an address and
        IntegrityError when it is taken, in whatever case it is spelled."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """As `create_user`, with every permission."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with an email address. `passphrase` is a hash like `password`, empty until one is set."""

    id = models.BigAutoField(primary_key=True)
    email = LowercaseEmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, default=default_language, choices=choices.languages)
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_time_zone, choices=choices.time_zones)
    phone_region = models.CharField(
        _("default phone region"),
        max_length=2,
        default=default_phone_region,
        choices=choices.phone_regions,
        help_text=_("Numbers without a country code are read as numbers of this country."),
    )
    is_staff = models.BooleanField(_("may enter the console"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    passphrase = models.CharField(_("passphrase hash"), max_length=255, blank=True, default="", editable=False)
    passphrase_failures = models.PositiveIntegerField(_("wrong passphrase tries"), default=0, editable=False)
    passphrase_locked_until = models.DateTimeField(_("passphrase locked until"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        permissions = [("view_personal_data", _("Can see names, addresses and what people wrote"))]
        constraints = [
            # With the unique index this makes addresses unique whatever their case, for every writer.
            models.CheckConstraint(
                condition=models.Q(email=Lower(F("email"))), name="accounts_user_email_is_lowercase"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def has_passphrase(self) -> bool:
        return bool(self.passphrase)

    @property
    def passphrase_lock_ends(self) -> datetime | None:
        """Until when no passphrase is tried, after too many wrong ones; None when one can be."""
        ends = self.passphrase_locked_until
        return ends if ends and ends > timezone.now() else None

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email.partition("@")[0]


class Unlock(models.Model):
    """Gated values may be drawn for `user` in one place until `expires_at`.

    `holder` is that place: a browser session (`accounts.unlock.session_holder`), an API token or a CLI run.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="unlocks")
    holder = models.CharField(_("held by"), max_length=128)
    expires_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("unlock")
        verbose_name_plural = _("unlocks")
        constraints = [models.UniqueConstraint(fields=["user", "holder"], name="accounts_unlock_user_holder")]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%Y-%m-%d %H:%M:%S}"
