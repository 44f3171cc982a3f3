"""The vault's one table."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from audit import sql
from vault.emails import HIDDEN_EMAIL, mask_email
from vault.phones import HIDDEN_PHONE, mask_phone
from vault.tokens import LETTERS, as_token, new_letters
from vault.viewer import Viewer


def kinds() -> list[tuple[str, Any]]:
    return [("phone", _("Phone number")), ("email", _("Email address"))]


COLUMNS = ("letters", "kind", "value", "raw", "owner_id", "conversation_id", "gated", "created_at", "purged_at")
REACH = """
    SELECT letters, kind, value, raw, owner_id, conversation_id, gated, created_at, purged_at
    FROM vault_privatevalue
    WHERE letters = ANY(%(letters)s::text[])
        AND (owner_id = %(owner)s::bigint OR (conversation_id = %(conversation)s::uuid AND NOT gated))
"""


class PrivateValueManager(models.Manager["PrivateValue"]):
    def visible_to(self, viewer: Viewer, letters: Collection[str]) -> "dict[str, PrivateValue]":
        """Of the tokens of these `letters` those that `viewer` may see something of, by letters: the user's own values
        and the conversation's ungated ones."""
        return self.within(viewer.user_id, viewer.conversation_id, letters)

    @gate("vault.reach")
    def within(
        self, owner_id: int | None, conversation_id: UUID | str | None, letters: Collection[str]
    ) -> "dict[str, PrivateValue]":
        """Values of that owner, and ungated ones of that conversation, by letters. One query, none without letters."""
        if not letters:
            return {}
        rows = sql.fetch_all(REACH, letters=list(letters), owner=owner_id, conversation=conversation_id)
        return {row[0]: self.model.from_db(self.db, COLUMNS, row) for row in rows}


class PrivateValue(models.Model):
    """A phone number or an email address that somebody typed or a reply shows; everywhere else stands its token.

    `value` is what tools work with: E.164 if the number is valid, else its digits; the address in lower case. `raw` is
    what was typed, empty for values minted from stored data. Both are emptied when the value is purged. A gated value
    is drawn for its owner only, and only while unlocked.
    """

    letters = models.CharField(_("token"), max_length=LETTERS, primary_key=True, default=new_letters, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=kinds)
    value = models.TextField(_("value"))
    raw = models.TextField(_("as typed"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="private_values",
        verbose_name=_("owner"),
    )
    # Not a foreign key: conversations are a layer above the vault.
    conversation_id = models.UUIDField(_("conversation"), null=True, blank=True)
    gated = models.BooleanField(_("gated"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    purged_at = models.DateTimeField(_("purged"), null=True, blank=True)

    objects: ClassVar[PrivateValueManager] = PrivateValueManager()

    class Meta:
        verbose_name = _("private value")
        verbose_name_plural = _("private values")
        indexes = [
            models.Index(
                fields=["conversation_id"], name="vault_conversation", condition=Q(conversation_id__isnull=False)
            ),
            models.Index(fields=["-created_at"], name="vault_created"),
        ]
        constraints = [
            # What mint_many() relies on: one live token for each value of an owner that replies show.
            models.UniqueConstraint(
                fields=["owner", "kind", "value", "gated"],
                name="vault_minted_once",
                condition=Q(raw="", purged_at__isnull=True),
            ),
            models.CheckConstraint(name="vault_gated_has_owner", condition=Q(gated=False) | Q(owner__isnull=False)),
            models.CheckConstraint(
                name="vault_purged_is_empty", condition=Q(purged_at__isnull=True) | Q(value="", raw="")
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def token(self) -> str:
        return as_token(self.kind, self.letters)

    @property
    def masked(self) -> str:
        """The value with at most its last two digits or first letters left to see."""
        return mask_phone(self.value) if self.kind == "phone" else mask_email(self.value)


def hidden(kind: str) -> str:
    """What stands for a value of which nothing may be seen."""
    return HIDDEN_PHONE if kind == "phone" else HIDDEN_EMAIL
