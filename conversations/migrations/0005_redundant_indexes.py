"""Drops the indexes of foreign keys that are the beginning of another index: they cost every turn six insertions, and
the planner chose that of a turn's conversation where the longer one reads a hundredth (docs/performance.md)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REDUNDANT = {
    "conversations_conversation_user_id_c3e4e6ca": "conversations_conversation (user_id)",
    "conversations_message_conversation_id_f1a2d5e9": "conversations_message (conversation_id)",
    "conversations_message_turn_id_ff2e7681": "conversations_message (turn_id)",
    "conversations_turn_conversation_id_5017480b": "conversations_turn (conversation_id)",
}


class Migration(migrations.Migration):

    dependencies = [
        ("conversations", "0004_agent_chains"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # By hand: Django's own AlterField would drop every index of that one column, the unique one that permits a
        # conversation a single running turn included, and check the foreign keys of whole tables again.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX "{name}"', f'CREATE INDEX "{name}" ON {columns}')
                for name, columns in REDUNDANT.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="conversation",
                    name="user",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="conversation",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="conversations.conversation",
                        verbose_name="conversation",
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="turn",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="conversations.turn",
                        verbose_name="turn",
                    ),
                ),
                migrations.AlterField(
                    model_name="turn",
                    name="conversation",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turns",
                        to="conversations.conversation",
                        verbose_name="conversation",
                    ),
                ),
            ],
        ),
    ]
