"""What model calls came to, noted on the turn they were made for. Registered in `settings.LLM_USAGE_SINKS`."""

from decimal import Decimal

from django.db.models import F

from conversations.models import Turn
from llm.contract import Usage


def add_to_turn(turn_id: str, usage: Usage, cost: Decimal | None) -> None:
    """Add one settled call to its turn, in the caller's transaction. A call without a price costs nothing here."""
    Turn.objects.filter(id=turn_id).update(
        tokens_in=F("tokens_in") + usage.input_tokens,
        tokens_out=F("tokens_out") + usage.output_tokens,
        cost_usd=F("cost_usd") + (cost or Decimal(0)),
    )
