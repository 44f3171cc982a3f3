"""One directed attack for each gate. Each passes as long as the gate stands, and fails once it is replaced.

Most go through the whole runtime. Where another gate stands in front of this one (the rules in front of the tools, the
parser in front of the allow-list), the attack comes from within, as a fault of those in front would.
"""

import re
from collections.abc import Callable

import pydantic
import pytest
from asgiref.sync import async_to_sync
from django.http import Http404
from django.test import Client, override_settings

from accounts import passphrase, unlock
from conversations.actions import rate_message
from conversations.edge import BadMessage, draw_for, receive
from conversations.engine import recovery, storage
from conversations.engine.contract import Call, ToolContext
from conversations.engine.runtime import Secret
from conversations.engine.storage import Inbound, NotYours
from conversations.engine.turn import LiveWorld
from conversations.markdown import to_html
from conversations.models import Message
from conversations.ratelimit import spend_in_loop
from conversations.reading import Turns, read_scene
from conversations.tests.hostile.people import Person
from conversations.tests.hostile.watching import holds_number
from conversations.tests.talking import Talk
from conversations.tests.test_dump import dump
from stores import actions
from stores.models import Store
from stores.skill import Locked, LookupByNameArguments, LookupByPhoneArguments, lookup_by_name, lookup_by_phone
from vault.draw import draw
from vault.tokens import tokens_in
from vault.viewer import Viewer

Assault = Callable[[Person, Person], None]
ASSAULTS: dict[str, Assault] = {}


def on(*gates: str) -> Callable[[Assault], Assault]:
    def register(assault: Assault) -> Assault:
        ASSAULTS.update(dict.fromkeys(gates, assault))
        return assault

    return register


def save(person: Person, which: int = 0) -> Talk:
    """A conversation in which the person has saved one of their stores."""
    talk = person.talk()
    talk.say(f"Save {person.names[which]}, {person.numbers[which]}")
    assert Store.objects.for_user(person.user.pk).filter(name=person.names[which]).exists()
    return talk


# Passphrase and unlock --------------------------------------------------------------------------------------------


@on("passphrase.match")
def a_wrong_passphrase_opens_nothing(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk.say(f"what's the number for {alice.names[0]}?")
    assert not holds_number(talk.passphrase("not the one at all"), alice.numbers[0])


@on("passphrase.tries")
def guessing_ends_after_five_tries(alice: Person, bob: Person) -> None:
    for guess in range(5):
        passphrase.verify(alice.user.pk, f"guess number {guess}", None, "web")
    assert passphrase.verify(alice.user.pk, alice.secret, None, "web").outcome == "locked"


@on("unlock.edge", "vault.mask")
def what_was_shown_is_masked_once_the_unlock_ends(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk.say(f"what's the number for {alice.names[0]}?")
    assert holds_number(talk.passphrase(alice.secret), alice.numbers[0])
    unlock.lock_everywhere(alice.user.pk)
    said = list(Message.objects.filter(conversation=talk.conversation_id).values_list("text", flat=True))
    assert not any(holds_number(text, alice.numbers[0]) for text in draw_for(talk.principal, said))


@on("unlock.turn", "passphrase.decide")
def nothing_is_looked_up_before_the_passphrase(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk.say(f"what's the number for {alice.names[0]}?")
    assert (talk.turn.status, talk.flow) == ("done", "awaiting_passphrase_for_retrieve")
    talk = alice.talk()
    talk.say(f"which store has {alice.numbers[0]}?")
    assert (talk.turn.status, talk.flow) == ("done", "awaiting_passphrase_for_reverse")


@on("passphrase.release")
def the_tools_release_nothing_while_locked(alice: Person, bob: Person) -> None:
    talk = save(alice)
    store = Store.objects.for_user(alice.user.pk).get()
    context = context_of(talk)
    with pytest.raises(Locked):
        lookup_by_name(context, LookupByNameArguments(store_ids=[store.pk]))
    with pytest.raises(Locked):
        lookup_by_phone(context, LookupByPhoneArguments(phone="0176"))


def context_of(talk: Talk) -> ToolContext:
    """What a tool called in this conversation is given while the user is locked."""
    work = storage.load_work(talk.turn.id)
    return ToolContext(talk.principal, str(talk.conversation_id), str(talk.turn.id), False, work.snapshot)


@on("secret.mark")
def a_marked_secret_is_kept_nowhere(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk.say(f"what's the number for {alice.names[0]}?")
    pending = talk.conversation.pending[-1]["id"]
    talk._turn(Inbound(text=alice.secret, secret_for=pending), None, Secret(pending, alice.secret))
    assert not any(alice.secret in rows for rows in dump().values())


@on("secret.awaited")
def a_secret_nobody_asked_for_is_not_tried(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk._turn(Inbound(text="", secret_for="no such question"), None, Secret("no such question", alice.secret))
    assert not unlock.is_unlocked(alice.user.pk, talk.principal.holder)


# The vault --------------------------------------------------------------------------------------------------------


@on("vault.door")
def no_number_is_stored_as_it_was_typed(alice: Person, bob: Person) -> None:
    alice.talk().say(f"Save {alice.names[0]}, {alice.numbers[0]} or write to {alice.email}")
    for rows in dump().values():
        assert not holds_number(rows, alice.numbers[0])
        assert alice.email not in rows


@on("vault.look_alikes")
def a_typed_token_is_no_token(alice: Person, bob: Person) -> None:
    stolen = tokens_in(Message.objects.get(conversation=save(alice).conversation_id, role="user").text)[0]
    talk = bob.talk()
    talk.say(f"Save Corner Shop, {stolen}")
    stored = Message.objects.get(conversation=talk.conversation_id, role="user").text
    assert tokens_in(stored) == []


@on("vault.reach")
def a_stolen_token_draws_nothing(alice: Person, bob: Person) -> None:
    talk = alice.talk()
    talk.say(f"write to {alice.email}")
    stolen = Message.objects.get(conversation=talk.conversation_id, role="user").text
    assert tokens_in(stolen)
    viewer = Viewer(bob.user.pk, bob.talk().conversation_id, unlocked=True, region="US")
    assert alice.email not in draw(stolen, viewer)


# What is written --------------------------------------------------------------------------------------------------


@on("phone.valid", "phone.plain")
def what_is_no_number_is_not_saved(alice: Person, bob: Person) -> None:
    alice.talk().say("Save Nowhere Shop, 222-111-1111")
    assert not Store.objects.for_user(alice.user.pk).exists()


@on("phone.store")
def no_action_stores_what_is_no_number(alice: Person, bob: Person) -> None:
    with pytest.raises(actions.StoreError):
        actions.save_store(alice.user.pk, name="Nowhere", phone_e164="+1111111", source="web", actor=alice.user.pk)


@on("duplicate.save")
def a_name_that_is_taken_is_asked_about(alice: Person, bob: Person) -> None:
    talk = save(alice)
    talk.say(f"Save {alice.names[0]}, {alice.numbers[1]}")
    assert Store.objects.for_user(alice.user.pk).count() == 1
    assert talk.flow == "awaiting_confirmation"


@on("consent.delete")
def nothing_is_deleted_without_a_yes(alice: Person, bob: Person) -> None:
    save(alice).say(f"delete {alice.names[0]}")
    assert Store.objects.for_user(alice.user.pk).count() == 1


@on("tool.arguments")
def a_tool_gets_no_arguments_that_do_not_fit(alice: Person, bob: Person) -> None:
    work = storage.load_work(save(alice).turn.id)
    arguments = {"name": "Trap", "phone": bob.numbers[0], "replaces": ""}
    call = Call(tool="save_store", arguments=arguments)
    with pytest.raises(pydantic.ValidationError):
        LiveWorld(work, unlocked=True).run(work.skills.by_slug("stores"), call, work.snapshot)


@on("message.length")
def a_message_has_an_end(alice: Person, bob: Person) -> None:
    with pytest.raises(BadMessage):
        receive("save " * 2_000, "US")


@on("rate.messages")
def nobody_sends_without_end(alice: Person, bob: Person) -> None:
    async def send(count: int) -> None:
        for _ in range(count):
            await spend_in_loop(principal)

    principal = alice.talk().principal
    with override_settings(MESSAGES_PER_MINUTE=3), pytest.raises(BadMessage):
        async_to_sync(send)(4)


# Whose it is ------------------------------------------------------------------------------------------------------


@on("owner.stores")
def nobody_finds_the_stores_of_others(alice: Person, bob: Person) -> None:
    save(alice)
    talk = bob.unlocked_talk()
    said = talk.say("list my stores") + talk.say(f"what's the number for {alice.names[0]}?")
    assert not holds_number(said, alice.numbers[0])
    talk.say(f"delete {alice.names[0]}")
    talk.say("yes")
    assert Store.objects.get().deleted_at is None


@on("owner.deleted_stores")
def nobody_restores_the_stores_of_others(alice: Person, bob: Person) -> None:
    save(alice)
    store = Store.objects.get()
    actions.delete_store(alice.user.pk, store.pk, source="web", actor=alice.user.pk)
    with pytest.raises(actions.StoreError):
        actions.restore_store(bob.user.pk, store.pk, source="web", actor=bob.user.pk)


@on("owner.changes")
def nobody_acts_in_the_name_of_others(alice: Person, bob: Person) -> None:
    with pytest.raises(actions.StoreError):
        actions.save_store(alice.user.pk, name="Trap", phone_e164="+12125550123", source="web", actor=bob.user.pk)


@on("owner.conversations")
def nobody_is_led_to_the_conversations_of_others(alice: Person, bob: Person) -> None:
    talk = save(alice)
    client = Client()
    client.force_login(bob.user)
    assert str(talk.conversation_id) not in client.get("/").headers.get("location", "")


@on("owner.accept")
def nobody_speaks_in_the_conversations_of_others(alice: Person, bob: Person) -> None:
    talk, intruder = save(alice), bob.talk()
    intruder.conversation_id = talk.conversation_id
    with pytest.raises(NotYours):
        intruder.say("list my stores")


@on("owner.pages")
def nobody_reads_the_conversations_of_others(alice: Person, bob: Person) -> None:
    talk, intruder = save(alice), bob.talk()
    with pytest.raises(NotYours):
        read_scene(talk.conversation_id, intruder.principal, Turns())


@on("owner.messages")
def nobody_rates_what_others_were_told(alice: Person, bob: Person) -> None:
    talk = save(alice)
    with pytest.raises(Http404):
        rate_message(bob.user.pk, talk.conversation_id, talk.turn.id, "down", source="web")


@on("owner.turns")
def nobody_learns_how_others_were_understood(alice: Person, bob: Person) -> None:
    talk = save(alice)
    client = Client()
    client.force_login(bob.user)
    assert client.get(f"/c/{talk.conversation_id}/turns/{talk.turn.id}/why").status_code == 404


@on("owner.stop_and_retry")
def nobody_stops_the_turns_of_others(alice: Person, bob: Person) -> None:
    talk = save(alice)
    with pytest.raises(NotYours):
        recovery.request_stop(bob.user.pk, talk.turn.id)


# State and markup -------------------------------------------------------------------------------------------------


@on("state.flow")
def no_turn_leaves_a_state_by_an_edge_that_is_not_declared(alice: Person, bob: Person) -> None:
    talk = save(alice)
    conversation = talk.conversation
    conversation.flow = "terminated"
    conversation.save()
    talk.say("list my stores")
    assert (talk.flow, talk.turn.status) == ("terminated", "failed")


@on("state.lifecycle")
def no_turn_runs_in_a_lifecycle_nobody_knows(alice: Person, bob: Person) -> None:
    talk = save(alice)
    conversation = talk.conversation
    conversation.lifecycle = "root"
    conversation.save()
    talk.say("list my stores")
    assert talk.turn.status == "failed"


@on("markup.links")
def a_reply_links_nowhere_else_than_it_says(alice: Person, bob: Person) -> None:
    assert "href" not in to_html("[help](//evil.example/?d=1)")


@on("markup.allow_list")
def a_link_tells_its_target_nothing(alice: Person, bob: Person) -> None:
    assert re.search(r'rel="noopener noreferrer nofollow"', to_html("[help](https://example.org/)"))
