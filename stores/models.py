"""Stores, and what was done to them."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import BigIntegerField, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from stores.digits import phone_search
from stores.importing.models import ImportJob, ImportRow
from stores.normalize import normalize_name
from vault.phones import without_numbers

__all__ = ["ImportJob", "ImportRow", "Store", "StoreChange", "StoreQuerySet"]

NAME_MAX = 200
NOTE_MAX = 1000
PHONE_ORIGINAL_MAX = 64
LIVE = Q(deleted_at__isnull=True)


def owner(user_id: int) -> Cast:
    """A user's id as the indexes that start with the user need it.

    Django writes a bare `5`, which Postgres takes for an int4; the operator classes of btree_gist and btree_gin only
    compare int8 with int8, so the condition would silently fall out of the index (measured: 423 ms instead of 0.6).
    """
    return Cast(Value(user_id), BigIntegerField())


class StoreQuerySet(models.QuerySet["Store"]):
    @gate("owner.stores")
    def for_user(self, user_id: int) -> Self:
        """The live stores of a user."""
        return self.filter(LIVE, user_id=owner(user_id))

    @gate("owner.deleted_stores")
    def deleted(self, user_id: int) -> Self:
        """The deleted stores of a user, which can be restored."""
        return self.filter(user_id=user_id, deleted_at__isnull=False)

    def named(self, normalized: str) -> Self:
        """Those of that normalized name.

        Not by `=`: the trigram index can answer that too, eleven times slower than the plain one, and the planner
        takes it.
        """
        return self.filter(normalized_name__range=(normalized, normalized))

    def starting_with(self, prefix: str) -> Self:
        """Those whose name begins so, whatever its case, accents and punctuation."""
        return self.filter(normalized_name__startswith=normalize_name(prefix))


class Store(models.Model):
    """A store's name and phone number, as one user keeps them.

    The number is gated: who shows `phone_e164`, `phone_original` or `phone_search`, or anything that depends on them,
    checks `accounts.unlock` first. Write through `stores.actions` only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stores", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=NAME_MAX)
    # With collation C one plain index serves equality, prefixes and sorting.
    normalized_name = models.TextField(_("name as searched"), editable=False, db_collation="C")
    phone_e164 = models.CharField(_("number"), max_length=16)
    phone_original = models.CharField(_("number as typed"), max_length=PHONE_ORIGINAL_MAX, blank=True)
    phone_search = models.TextField(_("number as searched"), editable=False)
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        indexes = [
            models.Index(fields=["user", "normalized_name"], name="stores_live_name", condition=LIVE),
            # Longer signatures make a search no faster and an import slower (docs/performance.md).
            GistIndex(
                fields=["user", "normalized_name"],
                opclasses=["gist_int8_ops", "gist_trgm_ops(siglen=24)"],
                name="stores_live_name_trigrams",
                condition=LIVE,
            ),
            GinIndex(
                fields=["user", "phone_search"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="stores_live_phone_trigrams",
                condition=LIVE,
            ),
            models.Index(fields=["user", "-deleted_at"], name="stores_deleted", condition=~LIVE),
        ]

    def __str__(self) -> str:
        """For the console, whose readers must not see a number: people write them into names too."""
        return without_numbers(self.name, settings.DEFAULT_PHONE_REGION)

    def set_name(self, name: str) -> None:
        self.name, self.normalized_name = name, normalize_name(name)

    def set_phone(self, e164: str, original: str) -> None:
        """`e164` is a valid number, `original` how the user typed it."""
        self.phone_e164, self.phone_search = e164, phone_search(e164)
        self.phone_original = original[:PHONE_ORIGINAL_MAX]

    def snapshot(self) -> dict[str, Any]:
        """What a change changes, as JSON for `StoreChange`."""
        return {
            "name": self.name,
            "phone_e164": self.phone_e164,
            "phone_original": self.phone_original,
            "note": self.note,
            "deleted": self.deleted_at is not None,
        }


def change_kinds() -> list[tuple[str, Any]]:
    return [
        ("created", _("Saved")),
        ("updated", _("Changed")),
        ("deleted", _("Deleted")),
        ("restored", _("Restored")),
    ]


class StoreChange(models.Model):
    """One change of one store, so that it can be taken back.

    `origin` is the conversation it was made in (no foreign key: conversations are a layer above), None for pages and
    commands. Changes of one `batch` (a turn, an import) are taken back together. `before` and `after` are
    `Store.snapshot()`s, `before` is None for a new store; they hold the gated number.
    """

    # The owner of the store, whose own key the database checks; once more would take an import of 100,000 rows 0.3 s.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="+",
        verbose_name=_("user"),
    )
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="changes", verbose_name=_("store"))
    origin = models.UUIDField(_("conversation"), null=True, blank=True)
    batch = models.UUIDField(_("batch"))
    kind = models.CharField(_("kind"), max_length=16, choices=change_kinds)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"))
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of a store")
        verbose_name_plural = _("changes of stores")
        ordering = ["-id"]
        indexes = [
            # What `undo.undo_last` reads: the last change that stands.
            models.Index(
                fields=["user", "origin", "-id"], name="stores_change_standing", condition=Q(undone_at__isnull=True)
            ),
            models.Index(fields=["batch"], name="stores_change_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
