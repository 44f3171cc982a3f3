"""The words of the stores skill: message key → template, or (singular, plural) chosen by `count`."""

from django.utils.translation import gettext_lazy as _

ERRORS = {
    "forbidden": _("This is not your store."),
    "not_found": _("That store isn’t in your directory any more."),
    "name_empty": _("Enter a name."),
    "name_too_long": _("A name has at most {name_max} characters."),
    "name_control_characters": _("The name has invisible control characters. Type it again."),
    "note_too_long": _("A note has at most {note_max} characters."),
    "note_control_characters": _("The note has invisible control characters. Type it again."),
    "phone_invalid": _("This isn’t a valid phone number."),
}
"""What is wrong, by the code of a `StoreError`."""

MESSAGES = {
    "stores.examples": _(
        "• Save ACME Hardware, 415-555-0132\n"
        "• What’s the number for ACME?\n"
        "• Which store is 0132?\n"
        "• Change ACME’s number to 415-555-0177\n"
        "• Delete ACME, list my stores, undo"
    ),
    # Saving
    "stores.saved": _("Saved {name}, {phone}."),
    "stores.updated": _("Updated {name}: {phone}."),
    "stores.renamed": _("Renamed {old_name} to {name}."),
    "stores.already_saved": _("{name} is already saved with that number."),
    "stores.ask_name_and_phone": _("Which store should I save, and what is its number?"),
    "stores.ask_phone": _("What’s the number for {name}?"),
    "stores.ask_name": _("Which store is {phone} for?"),
    "stores.ask_new_phone": _("What’s the new number for {name}?"),
    "stores.name_exists": _("You already have {name}. Update it with this number, keep both, or cancel?"),
    "stores.confirm_save": _("Shall I save {name} with {phone}?"),
    "stores.confirm_look_up": _("Do you want the number of {name}?"),
    "stores.confirm_update": _("Shall I change {name}?"),
    "stores.confirm_new_phone": _("Shall I change the number of {name} to {phone}?"),
    "stores.confirm_new_name": _("Shall I rename {name} to {new_name}?"),
    "stores.confirm_new_name_and_phone": _("Shall I rename {name} to {new_name}, with {phone}?"),
    "stores.confirm_undo": _("Shall I take back your last change?"),
    "stores.phone_invalid": _("{phone} isn’t a valid phone number: {reason}."),
    "stores.ask_valid_phone": _("{phone} isn’t a valid phone number: {reason}. What’s the right one?"),
    # Finding
    "stores.ask_passphrase": _("Enter your passphrase to see phone numbers."),
    "stores.no_passphrase": _(
        "Phone numbers are locked and you have no passphrase yet. Set one in Settings, then ask again."
    ),
    "stores.found": (_("{items}"), _("{items}")),
    "stores.found.item": _("{name}: {phone}"),
    "stores.found_none": _("That store isn’t in your directory any more."),
    "stores.found_by_phone": (_("That’s {items}"), _("{count} stores have that number:\n{items}")),
    "stores.found_by_phone.item": _("{name}: {phone}"),
    "stores.found_by_phone_none": _("No store in your directory has that number."),
    "stores.too_few_digits": _("I need at least {minimum} digits to look up a number."),
    "stores.not_found": _("I found no store called {name}."),
    "stores.not_found_did_you_mean": _("I found no store called {name}. Did you mean {names}?"),
    "stores.which_one": _("Which one?\n{items}"),
    "stores.which_one.item": _("{number}. {name}"),
    "stores.which_store": _("Which store do you mean?"),
    "stores.which_store_retrieve_by_name": _("Which store’s number do you want?"),
    "stores.which_store_update": _("Which store should I change?"),
    "stores.which_store_delete": _("Which store should I delete?"),
    "stores.listed": (_("You have {count} store:\n{items}"), _("You have {count} stores:\n{items}")),
    "stores.listed.item": _("{name}: {phone}"),
    "stores.listed_none": _("No stores yet. Try “Save ACME Hardware, 415-555-0132”."),
    "stores.more": (
        _("… and {count} more; see them all in the Directory."),
        _("… and {count} more; see them all in the Directory."),
    ),
    # Changing
    "stores.confirm_delete": _("Delete {name}?"),
    "stores.deleted": _("Deleted {name}. Say “undo” to get it back."),
    "stores.undone": (_("Undone: {count} change taken back."), _("Undone: {count} changes taken back.")),
    "stores.nothing_to_undo": _("There’s nothing to undo in this conversation."),
    "stores.undo_conflict": _("I can’t undo that: it was changed again since."),
    # Importing
    "stores.import_found": (
        _(
            "{name} has {count} row: {encoding}, {delimiter}, {header}. The name is in {name_column}, the number in "
            "{phone_column}, read as {region} without a country code.\n{items}\nShall I import it?"
        ),
        _(
            "{name} has {count} rows: {encoding}, {delimiter}, {header}. The names are in {name_column}, the numbers "
            "in {phone_column}, read as {region} without a country code. It begins so:\n{items}\nShall I import them?"
        ),
    ),
    "stores.import_found.item": _("• {name}: {phone}"),
    "stores.import_ask": (
        _("Shall I import {name} with its {count} row?"),
        _("Shall I import {name} with its {count} rows?"),
    ),
    "stores.import_started": (
        _("Importing {name} with its {count} row."),
        _("Importing {name} with its {count} rows."),
    ),
    "stores.import_cancelled": _("All right, I dropped {name}. Nothing was imported."),
    "stores.import_known": _("The import of {name} was started or cancelled already."),
    "stores.import_gone": _("I don’t have {name} any more. Send it again."),
    "stores.ask_passphrase_import": _(
        "Enter your passphrase first: what an update leaves behind tells which numbers you have."
    ),
    "stores.import_needs_passphrase": _(
        "Without a passphrase I can only add new names: set one in Settings to change stores you have. "
        "Shall I import the new ones?"
    ),
    "stores.with_header": _("with column titles"),
    "stores.without_header": _("without column titles"),
    "stores.column_titled": _("“{title}”"),
    "stores.column_numbered": _("column {number}"),
    "stores.delimiter_comma": _("separated by commas"),
    "stores.delimiter_semicolon": _("separated by semicolons"),
    "stores.delimiter_tab": _("separated by tabs"),
    "stores.delimiter_pipe": _("separated by bars"),
    "stores.choice_import": _("Import"),
    "stores.choice_update_too": _("Update existing too"),
    # Questions back
    "stores.what_about_number": _("What should I do with that number: save it, or look up whose it is?"),
    "stores.what_about_store": _("What should I do with {name}: look up its number, or save it with one?"),
    "stores.number_too_short": _("That’s too short for a phone number."),
    "stores.left_alone": _("I left everything as it is."),
    "stores.save_or_find": _("Shall I save {name}, or look up the number of {shop}?"),
    "stores.did_you_want_to_save": _("Did you want to save that? Say “save” with the store’s name and number."),
    # Choices
    "stores.choice_update": _("Update"),
    "stores.choice_keep_both": _("Keep both"),
    "stores.choice_yes": _("Yes"),
    "stores.choice_cancel": _("Cancel"),
    # Why a number is not valid
    "stores.phone_too_short": _("it is too short for {region}"),
    "stores.phone_too_long": _("it is too long for {region}"),
    "stores.phone_invalid_country_code": _("its country code doesn’t exist"),
    "stores.phone_not_a_number": _("it doesn’t look like a phone number in {region}"),
    "stores.phone_not_in_use": _("there is no such number in {region}"),
    **{f"stores.error_{code}": text for code, text in ERRORS.items()},
}

ACTIONS = {
    "save": _("Saving {store_name}…"),
    "retrieve_by_name": _("Looking for {store_name}…"),
    "retrieve_by_phone": _("Looking for {phone}…"),
    "update": _("Changing {store_name}…"),
    "delete": _("Looking for {store_name}…"),
    "list": _("Looking through your stores…"),
    "undo": _("Taking back the last change…"),
    "import": _("Reading {file_name}…"),
}
"""What a request is about, by its intent, while it is at work."""
