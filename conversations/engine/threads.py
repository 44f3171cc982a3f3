"""The engine's trips to the database: those of the whole process, so that they share its threads and connections."""

from audit.threads import in_db

__all__ = ["in_db"]
