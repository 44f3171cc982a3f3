"""What a message means in its conversation: first whether it answers the open question, then what it asks for."""

from conversations.engine.contract import Policy, Snapshot
from conversations.engine.records import Intake, Interpretation
from conversations.engine.skillset import SkillSet
from conversations.engine.understanding import understand


def interpret(intake: Intake, snapshot: Snapshot, skills: SkillSet, policy: Policy) -> Interpretation:
    """Read a message by the skills' rules. Pure: the same arguments give the same interpretation.

    A secret means nothing by itself: the message is named after the operation that waits for it.
    """
    if intake.secret:
        return Interpretation(snapshot=snapshot, intent=snapshot.top.operation.intent if snapshot.top else "")
    utterance = intake.utterance
    if top := snapshot.top:
        answer = skills.of_kind(top.kind).answer(utterance, top, snapshot, policy)
        if answer is not None:
            return Interpretation(snapshot=snapshot, answer=answer, intent=top.operation.intent)
    heard = understand(skills.skills, utterance, snapshot, policy)
    return Interpretation(snapshot=snapshot, operations=heard.operations, intent=heard.intent, source=heard.source)
