"""What a message means in its conversation: first whether it answers the open question, then what it asks for."""

from conversations.engine.contract import Policy, Snapshot, Utterance
from conversations.engine.records import Interpretation
from conversations.engine.skillset import SkillSet
from conversations.engine.understanding import understand


def interpret(utterance: Utterance, snapshot: Snapshot, skills: SkillSet, policy: Policy) -> Interpretation:
    """Read `utterance` by the skills' rules. Pure: the same arguments give the same interpretation."""
    if top := snapshot.top:
        answer = skills.of_kind(top.kind).answer(utterance, top, snapshot, policy)
        if answer is not None:
            return Interpretation(snapshot=snapshot, answer=answer, intent=top.operation.intent)
    heard = understand(skills.skills, utterance, snapshot, policy)
    return Interpretation(snapshot=snapshot, operations=heard.operations, intent=heard.intent, source=heard.source)
