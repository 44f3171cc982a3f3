"""What model calls came to, noted on the turn they were made for. Registered in `settings.LLM_USAGE_SINKS`."""

from decimal import Decimal
from uuid import UUID

from audit import sql
from llm.contract import Usage

ADD = """
    UPDATE conversations_turn
    SET tokens_in = tokens_in + %(tokens_in)s, tokens_out = tokens_out + %(tokens_out)s, cost_usd = cost_usd + %(cost)s
    WHERE id = %(turn)s
"""


def add_to_turn(turn_id: str, usage: Usage, cost: Decimal | None) -> None:
    """Add one settled call to its turn, in the caller's transaction. A call without a price costs nothing here."""
    sql.fetch_all(
        ADD,
        turn=UUID(turn_id),
        tokens_in=usage.input_tokens,
        tokens_out=usage.output_tokens,
        cost=cost or Decimal(0),
    )
