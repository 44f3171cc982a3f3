"""What the session's rules hear: greetings, thanks, goodbyes, help, words about the agent, and everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine.contract import Ask, Call, Operation, Pending, Policy, Say, Snapshot, Tell, Utterance
from conversations.skills import session_rules as rules
from conversations.skills.session_rules.decisions import CLOSED_OFF_SCOPE, GOODBYE

ASKED = Snapshot(
    pending=(Pending(id="1", kind="collecting", operation=Operation(intent="save"), say=Say(key="stores.ask_phone")),)
)


def hear(text: str, snapshot: Snapshot | None = None, policy: Policy | None = None) -> Operation:
    (operation,) = rules.understand(Utterance(text=text), snapshot or Snapshot(), policy or Policy()).operations
    return operation


def topic(text: str) -> str:
    operation = hear(text)
    assert operation.intent == "clarification"
    return str(operation.slots["topic"])


THANKS = [
    "thanks",
    "Thank you so much!",
    "Thx, that's all",
    "Great, thanks for your help with the bakery.",
    "That's everything for today, thank you very much",
    "No, nothing else. I'm all set.",
    "I have all the information I need",
    "You've been very helpful!",
    "ok that will be it then",
    "Perfect. We're done here.",
    "I don't need anything else for now",
    "thanks, but that is all for today",
    "Thanks. I'll give them a ring later.",
    "I'll let you know if I need anything else. Thanks!",
    "That's exactly what I was looking for.",
    "That completes what I needed.",
    "Very helpful, thanks!",
    "I appreciate what you did",
    "much appreciated",
]
GOODBYES = [
    "Great. Have a lovely day ahead!",
    "have yourself a great evening",
    "see you next week",
    "until we meet again",
    "let's call it a day",
    "bye",
    "Goodbye!",
    "see you later",
    "have a great weekend",
    "gotta go",
    "end the conversation",
    "quit",
    "ciao",
]


@pytest.mark.parametrize("text", [*THANKS, *GOODBYES])
def test_thanks_and_goodbyes_end_the_conversation(text: str) -> None:
    assert hear(text).intent == "terminate"


@pytest.mark.parametrize("text", THANKS)
def test_thanks_end_nothing_while_a_question_is_open(text: str) -> None:
    assert hear(text, ASKED).intent != "terminate"


@pytest.mark.parametrize("text", GOODBYES)
def test_a_goodbye_ends_the_conversation_whatever_is_open(text: str) -> None:
    assert hear(text, ASKED).intent == "terminate"


@pytest.mark.parametrize("text", [*THANKS, *GOODBYES])
def test_open_chat_never_ends_by_courtesy(text: str) -> None:
    assert hear(text, policy=Policy(closes_on_thanks=False)).intent != "terminate"


def test_a_goodbye_behind_a_request_begins_where_it_stands() -> None:
    text = "Save Blue Door for me, bye!"
    operation = hear(text)
    assert (operation.intent, operation.start) == ("terminate", text.index("bye"))


@pytest.mark.parametrize(
    "text",
    [
        "My card was stolen, please help me. Thank you.",
        "thanks for nothing, now turn off the lights",
        "Could you play some music? Thanks!",
        "save the bye bye song",
        "is that all the milk we have?",
        "I am done with this card, how do I return it?",
    ],
)
def test_courtesy_does_not_hide_what_is_asked(text: str) -> None:
    assert hear(text).intent == "off_scope"


@pytest.mark.parametrize("text", ["hello", "Hi there!", "good morning", "hey, how are you doing today?", "what's up"])
def test_greetings(text: str) -> None:
    assert topic(text) == "greeting"


@pytest.mark.parametrize(
    "text",
    [
        "what can you do?",
        "What things can you help me with",
        "who are you?",
        "are you a robot",
        "what's your name",
        "how do I save a store?",
        "can you save phone numbers?",
    ],
)
def test_questions_about_the_agent(text: str) -> None:
    assert topic(text) == "abilities"


@pytest.mark.parametrize(
    "text", ["yes", "no", "ok", "maybe", "cancel", "never mind", "the second one", "what did you say?"]
)
def test_answers_that_no_question_was_asked_for(text: str) -> None:
    assert topic(text) == "smalltalk"


@pytest.mark.parametrize("text", ["help", "Help!", "/help", "please help me", "hi, help", "show commands"])
def test_the_command_help(text: str) -> None:
    assert hear(text).intent == "help"


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_nothing_said_is_unclear(text: str) -> None:
    assert topic(text) == "unclear"


@pytest.mark.parametrize("text", ["what's the weather", "turn off the lights", "2 + 2", "I need help with my taxes"])
def test_everything_else_is_off_scope_but_not_surely(text: str) -> None:
    assert (hear(text).intent, hear(text).confidence < Policy().sure) == ("off_scope", True)


@given(st.text(max_size=300))
def test_every_message_is_read(text: str) -> None:
    operation = hear(text)
    rules.INTENTS[operation.intent].model_validate(operation.slots)
    assert 0 <= operation.start <= len(text)


# Decisions --------------------------------------------------------------------------------------------------------


def decide(intent: str, off_scope_count: int = 0, **slots: object) -> object:
    snapshot = Snapshot(off_scope_count=off_scope_count)
    return rules.decide(snapshot, Operation(intent=intent, slots=slots), Policy())


def test_a_goodbye_runs_the_tool() -> None:
    assert decide("terminate") == Call(tool="terminate_conversation", arguments={"reason": GOODBYE})


def test_the_third_message_off_scope_closes_the_conversation() -> None:
    assert decide("off_scope", off_scope_count=1) == Tell(say=Say(key="session.off_scope"), event="off_scope")
    assert decide("off_scope", off_scope_count=2) == Call(
        tool="terminate_conversation", arguments={"reason": CLOSED_OFF_SCOPE}
    )


def test_a_clarification_is_said_or_asked() -> None:
    question = Ask(kind="awaiting_confirmation", operation=Operation(intent="save"), say=Say(key="stores.confirm_save"))
    assert decide("clarification", topic="greeting") == Tell(say=Say(key="session.greeting"))
    assert decide("clarification", question=Say(key="stores.which_store").model_dump()) == Tell(
        say=Say(key="stores.which_store")
    )
    assert decide("clarification", question=question.model_dump(mode="json")) == question
