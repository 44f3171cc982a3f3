"""Everything that knows a vendor or pydantic-ai. Only `llm.providers` imports it, when a model is first called."""
