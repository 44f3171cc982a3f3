from typing import get_args

import pytest

from stores.importing.layout import FileFault, RowFault, UnreadableFile
from stores.importing.states import Refusal
from stores.importing.words import FAILURES, explain_failure, explain_file, explain_reason, explain_refusal


@pytest.mark.parametrize("code", get_args(FileFault))
def test_every_fault_of_a_file_has_a_sentence(code: FileFault) -> None:
    text = explain_file(UnreadableFile(code, limit=500, encoding="utf-8"))
    assert text.endswith((".", "?"))
    assert "{" not in text


@pytest.mark.parametrize("code", get_args(RowFault))
def test_every_fault_of_a_row_has_a_sentence(code: RowFault) -> None:
    assert explain_reason(code, "US").endswith(".")
    assert "{" not in explain_reason(code, "US")


@pytest.mark.parametrize("code", get_args(Refusal))
def test_every_refusal_has_a_sentence(code: Refusal) -> None:
    assert explain_refusal(code).endswith(".")


@pytest.mark.parametrize("code", [*FAILURES, "encoding", "no_rows"])
def test_every_failure_says_that_nothing_was_saved(code: str) -> None:
    assert "Nothing was saved" in explain_failure(code)
