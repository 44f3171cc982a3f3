"""How the readings of several skills become one understanding."""

from conversations.engine.contract import Ask, Operation, Policy, Reading, Say, Skill, Snapshot, Utterance
from conversations.engine.understanding import Understanding, understand

POLICY = Policy()


class Reader(Skill):
    """A skill that reads the same in every message."""

    def __init__(self, *operations: Operation, question: Say | Ask | None = None) -> None:
        self.reading = Reading(operations=operations, question=question)

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return self.reading


def sure(intent: str, start: int = 0) -> Operation:
    return Operation(intent=intent, confidence=0.9, start=start)


def unsure(intent: str, confidence: float = 0.3) -> Operation:
    return Operation(intent=intent, confidence=confidence)


def compose(*skills: Skill) -> Understanding:
    return understand(skills, Utterance(text="whatever"), Snapshot(), POLICY)


def test_operations_come_in_the_order_of_the_text() -> None:
    heard = compose(Reader(sure("terminate", start=40)), Reader(sure("save", start=0), sure("list", start=20)))
    assert [operation.intent for operation in heard.operations] == ["save", "list", "terminate"]


def test_the_message_is_named_after_its_operations() -> None:
    assert compose(Reader(sure("save"))).intent == "save"
    assert compose(Reader(sure("save"), sure("save", 9))).intent == "multi_save"
    assert compose(Reader(sure("save"), sure("list", 9))).intent == "multi_operation"
    assert compose(Reader(sure("list"), sure("list", 9))).intent == "multi_operation"


def test_an_unsure_operation_gives_way_to_a_sure_one() -> None:
    assert compose(Reader(unsure("off_scope")), Reader(sure("save"))).operations == (sure("save"),)


def test_an_unsure_operation_gives_way_to_a_question() -> None:
    question = Say(key="stores.which_store")
    heard = compose(Reader(unsure("off_scope")), Reader(question=question))
    assert heard.intent == "clarification"
    assert heard.operations[0].slots == {"topic": "unclear", "question": question.model_dump()}


def test_a_question_gives_way_to_a_sure_operation() -> None:
    assert compose(Reader(sure("terminate")), Reader(question=Say(key="stores.which_store"))).intent == "terminate"


def test_the_surest_of_the_unsure_stands_alone() -> None:
    assert compose(Reader(unsure("off_scope", 0.3)), Reader(unsure("chat", 0.4))).intent == "chat"


def test_courtesy_around_a_request_is_no_operation() -> None:
    assert compose(Reader(sure("clarification")), Reader(sure("save", 7))).operations == (sure("save", 7),)


def test_without_any_reading_the_message_is_unclear() -> None:
    assert compose(Reader()).intent == "clarification"
