"""Taking a directory out again: as CSV, vCard or JSON, from a page and a command, behind the unlock."""
