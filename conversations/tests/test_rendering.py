"""The partials: the same for page and socket, and never anything but text in them."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from conversations import rendering
from conversations.counting import Counts
from conversations.files import Offer
from conversations.listing import ShownConversation
from conversations.panel import Panel
from conversations.presenting import ShownChoice, ShownMessage, ShownTurn, markup
from vault.draw import Segment

ID = UUID("12345678-1234-5678-1234-567812345678")


def _message(html: str = "hello", **overrides: object) -> ShownMessage:
    values = {
        "id": 1,
        "html": markup([Segment("text", html)]),
        "is_markdown": False,
        "is_file": False,
        "secret": False,
        "created_at": datetime.now(UTC),
        "choices": (),
        "rating": "",
    }
    return ShownMessage(**(values | overrides))  # type: ignore[arg-type]


def _turn(**overrides: object) -> ShownTurn:
    values = {
        "id": ID,
        "conversation_id": ID,
        "seq": 1,
        "status": "done",
        "agent": "Directory",
        "asked": _message("hello"),
        "answered": _message("good day"),
        "continues": None,
        "request_id": "0123456789abcdef",
        "failure": "",
        "is_last": True,
        "opens_day": "",
    }
    return ShownTurn(**(values | overrides))  # type: ignore[arg-type]


def _panel(**overrides: object) -> Panel:
    values = {
        "flow": "idle",
        "lifecycle": "active",
        "label": "Ready",
        "tone": "ok",
        "secret_for": None,
        "choices": (),
        "suggestions": (),
        "notices": (),
        "unlocked_until": None,
        "counts": Counts(),
        "active_goals": 0,
        "kinds": ("awaiting_choice",),
        "files": None,
    }
    return Panel(**(values | overrides))  # type: ignore[arg-type]


# Text -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.builds(Segment, st.sampled_from(["text", "phone", "email"]), st.text())))
def test_markup_escapes_everything_and_marks_what_is_private(segments: list[Segment]) -> None:
    html = markup(segments)
    pieces = [
        escape(each.text) if each.kind == "text" else f'<span class="private">{escape(each.text)}</span>'
        for each in segments
    ]
    assert html == "".join(pieces)


def test_line_breaks_stand_as_they_were_written() -> None:
    assert '<div class="text">one\n\n  two</div>' in rendering.replaced([_turn(asked=_message("one\n\n  two"))])


# Turns ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"agent": "<Ünd> & Söhne", "asked": _message("<b> \" ' & ⟦ 12345678-1234-5678-1234-567812345678")},
        {"answered": _message("*yes*", is_markdown=True), "opens_day": "Friday, 20 November 2026"},
        {"asked": _message("••••••", secret=True), "seq": 12_345},
        {"asked": _message("notes.txt", is_file=True)},
        {"answered": _message("yes", rating="up")},
        {"answered": _message("yes", rating="down")},
        {"cards": ("/stores/import/1/card/", "/elsewhere/?a=<b>&c")},
        {"continues": uuid4()},
        {"status": "running", "answered": None},
        {"status": "queued", "answered": None},
        {"status": "stopped"},
        {"status": "stopped", "answered": None},
        {"status": "failed", "failure": "reply_failed"},
        {"status": "failed", "failure": "internal_error", "is_last": False, "answered": None},
        {"status": "failed", "failure": "corrupt_record", "answered": None},
        {"status": "interrupted", "failure": "found_too_late", "answered": None},
    ],
)
@pytest.mark.parametrize("token", [{}, {"csrf_token": "t0ken"}])
def test_a_filled_in_turn_is_what_the_template_gives(overrides: dict[str, object], token: dict[str, str]) -> None:
    for each in (_turn(), _turn(**overrides), _turn(id=uuid4(), **overrides)):
        for swap in (False, True):
            rendered = render_to_string("conversations/_turn.html", {"turn": each, "swap": swap, **token})
            assert rendering.turns_html([each], swap=swap, **token) == rendered


def test_page_and_socket_show_the_same_turn() -> None:
    turn = _turn()
    assert rendering.replaced([turn]).replace(' hx-swap-oob="true"', "", 1) == rendering.turns_html([turn])


def test_new_turns_go_to_the_end_of_the_log() -> None:
    html = rendering.appended([_turn(), _turn(id=uuid4(), seq=2)])
    assert html.startswith('<div hx-swap-oob="beforeend:#log">')
    assert html.count("hx-swap-oob") == 1
    assert rendering.appended([]) == ""


@pytest.mark.parametrize(
    ("status", "says"),
    [("running", 'class="working"></p>'), ("queued", "Waiting for the message before this one…")],
)
def test_a_turn_at_work_can_be_stopped(status: str, says: str) -> None:
    html = rendering.replaced([_turn(status=status, answered=None)])
    assert says in html
    assert f'action="/c/{ID}/turns/{ID}/stop"' in html
    assert f'id="live-{ID}" class="text"></div>' in html


def test_what_it_is_doing_is_said_as_text() -> None:
    html = rendering.working(ID, escape("Looking for <b>…"))
    assert html == f'<p id="working-{ID}" hx-swap-oob="innerHTML">Looking for &lt;b&gt;…</p>'
    assert "Working…" in rendering.working(ID, escape(""))


@pytest.mark.parametrize(
    ("overrides", "says", "can_be_retried"),
    [
        ({"status": "failed", "failure": "internal_error"}, "Something went wrong on our side", True),
        ({"status": "failed", "failure": "internal_error", "is_last": False}, "Something went wrong", False),
        ({"status": "failed", "failure": "corrupt_record"}, "can’t be read, so I stopped here", False),
        ({"status": "interrupted", "failure": "found_too_late"}, "Nothing was changed", True),
    ],
)
def test_a_failed_turn_says_what_happened(overrides: dict[str, object], says: str, can_be_retried: bool) -> None:
    html = rendering.replaced([_turn(answered=None, **overrides)])
    assert says in html
    assert "0123456789abcdef" in html
    assert ("Try again" in html) is can_be_retried


def test_a_stopped_turn_says_so() -> None:
    assert "You stopped this" in rendering.replaced([_turn(status="stopped", answered=None)])


def test_the_first_turn_of_a_day_stands_under_its_date() -> None:
    assert '<p class="day"><span>Friday, 20 November 2026</span></p>' in rendering.replaced(
        [_turn(opens_day="Friday, 20 November 2026")]
    )
    assert 'class="day"' not in rendering.replaced([_turn()])


def test_the_reasons_are_fetched_when_they_are_asked_for() -> None:
    html = rendering.replaced([_turn()])
    assert f'hx-get="turns/{ID}/why" hx-trigger="toggle once"' in html
    assert html.count('class="why"') == 1
    assert len(html) < 2_500  # of 100 messages, 50 such turns are on a page


def test_a_piece_of_text_goes_to_its_turn() -> None:
    piece = rendering.more_text(ID, markup([Segment("text", "a < b")]))
    assert piece == f'<div id="live-{ID}" hx-swap-oob="beforeend">a &lt; b</div>'


# Panel ------------------------------------------------------------------------------------------------------------


def test_the_state_is_in_words_with_the_technical_name_at_hand() -> None:
    state, *_ = rendering.panel_parts(ID, _panel(flow="awaiting_choice", label="Waiting for your choice"))
    assert 'title="awaiting_choice · active">Waiting for your choice<' in state


def test_the_state_machine_marks_where_the_conversation_is() -> None:
    *_, machine = rendering.panel_parts(ID, _panel(flow="awaiting_choice", label="Waiting for your choice"))
    assert re.findall(r'class="box now"><rect[^>]*/><text[^>]*>([^<]*)<', machine) == ["Waiting for your choice"]
    assert "<title>State: Waiting for your choice. From here it can become: Ready" in machine


def test_figures_start_at_nothing() -> None:
    _state, _composer, stats, _machine = rendering.panel_parts(ID, _panel())
    assert re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", stats) == [
        ("Messages", "0"),
        ("Active goals", "0"),
        ("Tokens in", "0"),
        ("Tokens out", "0"),
    ]


def test_equal_panels_make_equal_parts() -> None:
    assert rendering.panel_parts(ID, _panel()) == rendering.panel_parts(ID, _panel())


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"flow": "terminated", "label": "Ended", "tone": ""},
        {"flow": "awaiting_choice", "label": "<Which?>", "choices": (ShownChoice("1", "One"),)},
        {"secret_for": "question-1"},
        {"unlocked_until": datetime(2026, 11, 20, 12, 30, tzinfo=UTC)},
        {"counts": Counts(12_345, 6, 7), "active_goals": 3, "lifecycle": "goal_seeking"},
        {"lifecycle": "<unknown>"},
        {"files": Offer(".csv", 1000, "a table & <more>")},
    ],
)
def test_filled_in_parts_are_what_the_templates_give(overrides: dict[str, object]) -> None:
    for panel in (_panel(), _panel(**overrides)):
        context = rendering.panel_context(ID, panel) | {"swap": True}
        names = ("_state.html", "_composer.html", "_stats.html")
        rendered = [render_to_string(f"conversations/{name}", context) for name in names]
        assert list(rendering.panel_parts(ID, panel)[:3]) == rendered


def test_the_passphrase_field_takes_the_place_of_the_text_field() -> None:
    _state, composer, *_ = rendering.panel_parts(ID, _panel(secret_for="question-1"))
    assert re.search(r'<input type="password" name="secret" id="secret-question-1" autocomplete="off"', composer)
    assert 'name="pending_id" value="question-1"' in composer
    assert re.search(r'<form id="typing"[^>]* hidden>', composer)
    _state, composer, *_ = rendering.panel_parts(ID, _panel())
    assert "password" not in composer
    assert not re.search(r'<form id="typing"[^>]* hidden>', composer)


def test_typed_text_survives_every_change_of_the_composer() -> None:
    for panel in (_panel(), _panel(secret_for="question-1"), _panel(choices=(ShownChoice("1", "One"),))):
        _state, composer, *_ = rendering.panel_parts(ID, panel)
        assert re.search(r'<textarea id="text"[^>]* hx-preserve', composer)


def test_choices_are_buttons_that_send_their_value() -> None:
    _state, composer, *_ = rendering.panel_parts(ID, _panel(choices=(ShownChoice('"1"', "A & B"),)))
    assert 'name="text" value="&quot;1&quot;"' in composer
    assert ">A &amp; B</button>" in composer


# The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overrides", [{}, {"title": ""}, {"has_ended": True}, {"title": "<Ünd> & more", "id": ID}])
def test_a_filled_in_line_is_what_the_template_gives(overrides: dict[str, Any]) -> None:
    values: dict[str, Any] = {"id": uuid4(), "title": "Books", "agent": "Directory", "has_ended": False}
    at = datetime(2026, 11, 19, 12, 30, tzinfo=UTC)
    line = ShownConversation(**(values | overrides), created_at=at, last_activity_at=at)
    context = {"each": line, "is_current": line.id == ID}
    assert rendering.listed([line], ID) == render_to_string("conversations/_listed.html", context)


# Receipts ---------------------------------------------------------------------------------------------------------


def test_a_receipt_names_the_message_and_the_outcome() -> None:
    assert 'data-key="key-1" data-outcome="saved"' in rendering.saved("key-1")
    html = rendering.refused('key-"1', "Too <long>.")
    assert 'data-key="key-&quot;1" data-outcome="refused"' in html
    assert "Too &lt;long&gt;." in html


def test_who_was_logged_out_finds_the_way_back() -> None:
    assert f'href="/accounts/login/?next=/c/{ID}/" target="_blank"' in rendering.logged_out(ID)
