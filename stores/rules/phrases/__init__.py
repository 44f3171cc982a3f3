"""What people say to a directory, in English. Another language is another package with these names.

Patterns are explained in `conversations.engine.reading.phrases`; to them, punctuation and capitals do not matter.
"""
