"""A file of stores dropped into the chat: what the directory says of it, the question, the import, its card."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django_q.models import OrmQ

from accounts.models import User
from conversations.edge import draw_for
from conversations.engine.replay import replay_turn
from conversations.models import Conversation, Message, Turn
from conversations.tests.talking import Talk
from stores.importing.models import ImportJob, ImportStatus
from stores.models import Store
from stores.tests.conftest import PASSPHRASE, shows
from stores.tests.importing import PNG, ROWS, csv_file, many_rows, work

pytestmark = pytest.mark.django_db

ASKS = (
    "stores.csv has 4 rows: UTF-8, separated by commas, with column titles. The names are in “Name”, the numbers in "
    "“Phone”, read as United States without a country code. It begins so:\n"
    "• Alder Books: {0}\n• Birdie’s Garden: {1}\n• Costa Verde: 12\n• –: {2}\nShall I import them?"
)
AGAIN = "Shall I import stores.csv with its 4 rows?"
STARTED = "Importing stores.csv with its 4 rows."


class Chat(Talk):
    """Alice's conversation with the directory; files go through the page's form."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self.browser = Client()
        self.browser.force_login(user)

    def send(self, text: str | bytes = ROWS, name: str = "stores.csv") -> str:
        """Send a file; gives the reply, numbers as this locked viewer sees them."""
        form = {"file": csv_file(text, name), "key": str(uuid4())}
        response = self.browser.post(f"/c/{self.conversation_id}/files/", form)
        assert response.status_code == 302, response.content
        self.conversation_id = UUID(response.headers["Location"].split("/")[2])
        return self.drawn(Message.objects.filter(conversation=self.conversation_id, role="assistant").latest("id").text)

    def drawn(self, text: str) -> str:
        return draw_for(self.principal, [text], self.conversation)[0]

    def page(self) -> str:
        return self.browser.get(f"/c/{self.conversation_id}/").content.decode()


@pytest.fixture
def chat(alice: User) -> Chat:
    return Chat(alice)


def only_job() -> ImportJob:
    job: ImportJob = ImportJob.objects.get()
    return job


def test_a_file_is_read_and_asked_about(chat: Chat) -> None:
    hidden = "••• ••• ••14", "••• ••• ••15", "••• ••• ••17"
    assert chat.send() == ASKS.format(*hidden)
    assert chat.flow == "awaiting_import_confirmation"
    job = only_job()
    assert (job.status, job.rows, job.user_id) == (ImportStatus.UPLOADED, 4, chat.user.pk)
    html = chat.page()
    for label in ("Import", "Update existing too", "Cancel"):
        assert f">{label}</button>" in html
    assert f'hx-get="/stores/import/{job.pk}/check/"' in html
    assert "Waiting to import your file" in html
    assert not Store.objects.exists()


def test_its_numbers_are_nowhere_but_in_the_vault_and_the_stores(chat: Chat) -> None:
    chat.send()
    turn = Turn.objects.get()
    stored = str([turn.intake, turn.understanding, turn.steps, turn.reply, chat.conversation.pending])
    stored += "".join(Message.objects.values_list("text", flat=True))
    for number in ("206-555-0114", "206-555-0115", "206-555-0117"):
        assert not shows(stored, number)


def test_unlocked_the_reply_shows_them(chat: Chat) -> None:
    chat.send()
    assert not shows(chat.page(), "206-555-0114")
    Store.objects.create(user=chat.user, name="Zed", normalized_name="zed", phone_e164="+12065550199")
    chat.say("what's the number for Zed?")
    chat.passphrase(PASSPHRASE)
    text = Message.objects.filter(role="assistant").earliest("id").text
    assert shows(chat.drawn(text), "206-555-0114")


@pytest.mark.parametrize("answer", ["yes", "import", "Import them, please"])
def test_a_yes_sets_it_going(chat: Chat, answer: str) -> None:
    chat.send()
    assert chat.say(answer) == STARTED
    assert chat.flow == "idle"
    job = only_job()
    assert (job.status, job.on_same_name) == (ImportStatus.QUEUED, "reject")
    assert OrmQ.objects.count() == 1
    assert [event.data for event in chat.events if event.type == "card"] == [{"kind": "import", "id": str(job.pk)}]
    assert f'hx-get="/stores/import/{job.pk}/card/"' in chat.page()
    work(job.pk)
    assert set(Store.objects.for_user(chat.user.pk).values_list("name", flat=True)) == {
        "Alder Books",
        "Birdie’s Garden",
    }


def test_every_turn_of_it_can_be_replayed(chat: Chat) -> None:
    chat.send()
    chat.say("hello")
    chat.say("yes")
    for turn in Turn.objects.order_by("seq"):
        assert list(replay_turn(turn)) == []


def test_a_digression_comes_back_to_it(chat: Chat) -> None:
    chat.send()
    assert chat.say("save Zed, 206-555-0199").endswith(AGAIN)
    assert chat.flow == "awaiting_import_confirmation"
    assert chat.say("yes") == STARTED


def test_a_no_drops_the_file(chat: Chat) -> None:
    chat.send()
    assert chat.say("no thanks") == "All right, I dropped stores.csv. Nothing was imported."
    job = only_job()
    assert (job.status, bytes(job.content)) == (ImportStatus.CANCELLED, b"")
    assert chat.flow == "idle"


def test_changing_numbers_needs_the_passphrase(chat: Chat) -> None:
    chat.send()
    assert chat.say("update them too").startswith("Enter your passphrase first")
    assert chat.flow == "awaiting_passphrase_for_import"
    assert only_job().status == ImportStatus.UPLOADED
    assert chat.passphrase("no, that is not it").startswith("That passphrase isn’t right.")
    assert chat.passphrase(PASSPHRASE) == STARTED
    assert only_job().on_same_name == "update"


def test_who_has_no_passphrase_is_offered_the_rest(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(passphrase="")
    chat = Chat(bob)
    chat.send()
    assert chat.say("update").startswith("Without a passphrase I can only add new names")
    assert chat.say("import") == STARTED


def test_two_files_are_asked_about_one_after_the_other(chat: Chat) -> None:
    chat.send()
    assert chat.send("Name,Phone\nZed,206-555-0199\n", "zed.csv").startswith("zed.csv has 1 row: UTF-8")
    assert chat.say("yes") == f"Importing zed.csv with its 1 row.\n{AGAIN}"
    assert chat.say("cancel") == "All right, I dropped stores.csv. Nothing was imported."


def test_what_was_started_on_its_page_is_not_started_twice(chat: Chat) -> None:
    chat.send()
    chat.browser.post(f"/stores/import/{only_job().pk}/start/", {"on_same_name": "reject"})
    assert chat.say("yes") == "The import of stores.csv was started or cancelled already."
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (PNG, "holiday.csv", "This is an image. Upload a CSV file."),
        (b"PK\x03\x04" + bytes(100), "stores.csv", "This is a ZIP archive. Unpack it and upload the CSV file in it."),
        (b"PK\x03\x04" + bytes(100), "stores.zip", "This is a ZIP archive. Unpack it and upload the CSV file in it."),
        (b"", "stores.csv", "stores.csv is empty."),
        (b"  \n", "stores.csv", "The file is empty."),
        (b"Name,Phone\n", "stores.csv", "The file has column titles, but no stores below them."),
        (many_rows(501).encode(), "stores.csv", "The file has too many rows. Split it into files of at most 500 rows."),
        (PNG, "holiday.png", "I can’t use holiday.png: I take a table as CSV (.csv, .tsv, .txt)."),
    ],
)
def test_what_cannot_be_imported_is_told_in_words(chat: Chat, content: bytes, name: str, reason: str) -> None:
    assert chat.send(content, name) == reason
    assert not ImportJob.objects.exists()
    assert chat.flow == "idle"


def test_an_undo_in_the_chat_takes_the_import_back(chat: Chat) -> None:
    chat.send()
    chat.say("yes")
    work(only_job().pk)
    assert chat.say("undo") == "Undone: 2 changes taken back."
    assert not Store.objects.for_user(chat.user.pk).exists()


def test_in_an_ended_conversation_a_new_one_asks_and_imports(chat: Chat) -> None:
    chat.say("bye")
    old = chat.conversation_id
    chat.send()
    assert chat.conversation_id != old
    assert chat.say("yes") == STARTED
    work(only_job().pk)
    assert chat.say("undo") == "Undone: 2 changes taken back."


def test_two_users_at_once_get_their_own(alice: User, bob: User) -> None:
    chats = Chat(alice), Chat(bob)
    for chat in chats:
        chat.send()
    for chat in chats:
        assert chat.say("yes") == STARTED
    for job in ImportJob.objects.all():
        work(job.pk)
    for chat in chats:
        assert Store.objects.for_user(chat.user.pk).count() == 2
    assert Conversation.objects.count() == 2
