"""Every gate does something: the attack on it fails, and succeeds as soon as the gate is replaced."""

import re

import pytest

from agentsite.gates import GATES, gate
from conversations.engine.registry import all_skills
from conversations.tests.hostile.door_assaults import ASSAULTS
from conversations.tests.hostile.people import alice_and_bob
from conversations.tests.hostile.permissive import PERMISSIVE
from conversations.tests.hostile.switching import switched_off
from conversations.tests.scratch import ROOT

pytestmark = pytest.mark.django_db


def test_each_gate_is_attacked_and_can_be_switched_off() -> None:
    all_skills()  # whose modules are imported on first use
    assert set(ASSAULTS) == set(PERMISSIVE) == {name for name in GATES if not name.startswith("test.")}
    sources = (path for path in ROOT.glob("*/**/*.py") if not {"tests", ".venv"} & set(path.relative_to(ROOT).parts))
    declared = [name for path in sources for name in re.findall(r'@gate\("(.+?)"\)', path.read_text(encoding="utf-8"))]
    assert sorted(declared) == sorted(ASSAULTS)


@pytest.mark.parametrize("name", sorted(ASSAULTS))
def test_the_attack_fails(name: str) -> None:
    ASSAULTS[name](*alice_and_bob())


@pytest.mark.parametrize("name", sorted(ASSAULTS))
def test_without_the_gate_it_succeeds(name: str) -> None:
    people = alice_and_bob()
    with (
        switched_off(name, PERMISSIVE[name]),
        pytest.raises((AssertionError, pytest.fail.Exception)),
    ):
        ASSAULTS[name](*people)


def test_a_gate_has_one_place() -> None:
    gate("test.once")(test_a_gate_has_one_place)
    with pytest.raises(ValueError, match=r"test\.once"):
        gate("test.once")(test_the_attack_fails)
