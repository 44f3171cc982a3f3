"""What a message means in its conversation: first whether it answers the open question, then what it asks for."""

from conversations.engine.contract import FileTaken, Policy, Say, Snapshot
from conversations.engine.records import Intake, Interpretation
from conversations.engine.skillset import SkillSet
from conversations.engine.understanding import understand
from conversations.engine.weighing import weigh


def interpret(intake: Intake, snapshot: Snapshot, skills: SkillSet, policy: Policy) -> Interpretation:
    """Read a message by the skills' rules, and by what a model proposed where they are unsure or the agent puts the
    model first. Pure: the same arguments give the same interpretation.

    A secret means nothing by itself: the message is named after the operation that waits for it. What answers the open
    question is for the rules alone to say.
    """
    if intake.secret:
        return Interpretation(snapshot=snapshot, intent=snapshot.top.operation.intent if snapshot.top else "")
    if intake.file:
        return _interpret_file(intake.file, snapshot, skills)
    utterance = intake.utterance
    if top := snapshot.top:
        answer = skills.of_kind(top.kind).answer(utterance, top, snapshot, policy)
        if answer is not None:
            return Interpretation(snapshot=snapshot, answer=answer, intent=top.operation.intent)
    heard = understand(skills.skills, utterance, snapshot, policy)
    proposal = intake.proposal
    if proposal and proposal.operations and may_ask_model(heard.sure, policy):
        heard = weigh(proposal.operations, heard, utterance, snapshot, skills, policy)
    return Interpretation(
        snapshot=snapshot, operations=heard.operations, intent=heard.intent, source=heard.source, sure=heard.sure
    )


def may_ask_model(sure: bool, policy: Policy) -> bool:
    """Whether the agent wants a model's reading of a message of which the rules are `sure`, or not."""
    return policy.understanding == "model_first" or (policy.understanding == "rules_first" and not sure)


def _interpret_file(file: FileTaken, snapshot: Snapshot, skills: SkillSet) -> Interpretation:
    """A file is never an answer: it asks for something, or it was not taken."""
    taker = next((skill for skill in skills if skill.slug == file.skill), None)
    if taker is None or file.refusal:
        refusal = file.refusal or Say(key="engine.file_not_taken", params={"name": file.name})
        return Interpretation(snapshot=snapshot, refusal=refusal, source="file")
    operation = taker.hear_file(file)
    return Interpretation(snapshot=snapshot, operations=(operation,), intent=operation.intent, source="file")
