"""Tables of phrases and the words they match."""

import pytest

from conversations.engine.contract import Choice, Entity, Utterance
from conversations.engine.reading.answers import is_cancel, ordinal, pick, says_yes_or_no
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import PHONE, Word, sentences, words_of

TOKEN = "⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧"


def words(text: str) -> list[Word]:
    entity = Entity(token=TOKEN, kind="phone", valid=True)
    return words_of(Utterance(text=text, entities=(entity,)))


@pytest.mark.parametrize(
    ("text", "length"),
    [("save it", 2), ("Please, SAVE it", 3), ("get rid of that", 4), ("dispose of", 2), ("get rid", 0), ("it", 0)],
)
def test_the_longest_phrase_at_a_place(text: str, length: int) -> None:
    table = Phrases("""
        [please] save|add
            it|that
        (get rid|dispose) of [it|that]
    """)
    assert table.at(words(text), 0) == length


def test_phrases_are_found_from_both_ends() -> None:
    table, text = Phrases("number of", "phone number"), words("the phone number of the phone number")
    assert table.find(text) == (1, 3)
    assert table.last(text, 0, len(text)) == (5, 7)
    assert table.before(text, 4) == 2
    assert table.skip(words("phone number number of x"), 0) == 4


def test_slips_are_read_as_what_was_meant() -> None:
    table = Phrases("give me the number")
    assert table.is_all(words("gimme the nubmer"))
    assert table.before(words("gimme the numbr"), 3) == 3


def test_apostrophes_do_not_count() -> None:
    assert Phrases("what's").is_all(words("What’s"))
    assert Phrases("whats").is_all(words("what's"))


def test_words_know_their_place_and_punctuation() -> None:
    first, second, third = words("“Joe's Pizza”, bye!")
    assert [(word.text, word.after, word.quoted) for word in (first, second, third)] == [
        ("Joe's", "", True),
        ("Pizza", "”,", True),
        ("bye", "!", False),
    ]
    assert (third.start, third.end) == (15, 18)


def test_a_number_is_one_word_wherever_it_is_glued() -> None:
    assert [word.norm for word in words(f"name,{TOKEN};next({TOKEN})")] == ["name", PHONE, "next", PHONE]
    assert all(word.kind == "word" for word in words("⟦phone:bbbbbbbbbbbbbbbbbbbbbb⟧"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hi. Save it! Ok?", 3),
        ("Dr. Martens Inc. is at P.F. Chang's", 1),
        (f"ACME. {TOKEN}", 1),
        ("a\nb", 2),
        ("Thanks.Bye", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(list(sentences(words(text)))) == count


def test_yes_no_and_cancel() -> None:
    assert says_yes_or_no(words("yes please, go ahead")) is True
    assert says_yes_or_no(words("no thanks")) is False
    assert says_yes_or_no(words("yes and no")) is None
    assert says_yes_or_no(words("yes, save Blue Door")) is None
    assert is_cancel(words("oh, never mind!"))
    assert not is_cancel(words("no"))
    assert not is_cancel(words("cancel my appointment"))


def test_a_choice_among_several() -> None:
    choices = [Choice(value="1", label="Pizza Roma"), Choice(value="2", label="Pizza Napoli")]
    assert ordinal(words("the second one please"), 2) == 2
    assert ordinal(words("3"), 2) is None
    assert pick(words("nappoli"), choices) == choices[1]
    assert pick(words("pizza"), choices) is None
