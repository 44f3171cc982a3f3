"""Bringing a directory along: reading any spreadsheet's export, and saving its rows as one job (docs/import.md)."""
