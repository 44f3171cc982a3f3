"""Folding of names: what the spellings of one name have in common.

`fold` removes what people leave out or type differently (case, diacritics, width, punctuation); `normalize_name` goes
on to one alphabet and is stored with every store, where Postgres indexes it by trigrams. Pure. A change of either needs
a data migration that writes `Store.normalized_name` again.
"""

import re
import unicodedata

# Letters that Unicode does not decompose although people type one for the other: strokes, ligatures, Arabic letters as
# Persian and Egyptian keyboards have them.
_VARIANTS = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe",
        "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": None,
        "&": " and ",
    }
)  # fmt: skip
_ROMAN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ye", "ж": "zh", "з": "z",
        "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": None, "ы": "y", "ь": None,
        "э": "e", "ю": "yu", "я": "ya", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ә": "a",
        "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "υ": "y", "φ": "f",
        "χ": "ch", "ψ": "ps", "ω": "o",
    }
)  # fmt: skip

# "Levi's" is "Levis", but "Petro-Canada" is two words: these vanish, all other punctuation separates.
_SILENT = frozenset("'’‘‛`´ʼʻʹ′״׳")
_SINGLE_LETTERS = re.compile(r"\b[^\W\d_](?: [^\W\d_]\b)+")
# Scripts without spaces between words: kana, Chinese characters, and Korean, whose spaces people leave out.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff])")
_SPLIT = re.compile(rf"(?<={_UNSPACED.pattern[1:-1]}) (?={_UNSPACED.pattern[1:-1]})")


def fold(text: str) -> str:
    """The words of `text` in their own alphabet, separated by single blanks: "P.F. Chang’s" → "pf changs".

    Text without any letter or digit ("!!!", "🍕") keeps its signs, so that they can be found too.
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    if composed.isascii():
        bare = composed.replace("&", " and ")
    else:
        bare = unicodedata.normalize("NFC", _without_marks(composed)).translate(_VARIANTS)
    words = "".join(map(_kept, bare)).split()
    if not words:
        words = "".join(sign for sign in composed if unicodedata.category(sign)[0] != "C").split()
    return _join_single_letters(" ".join(words))


def romanize(folded: str) -> str:
    """`folded` with Cyrillic and Greek in Latin letters, so that "Lidl" and "Лидл" meet."""
    return folded if folded.isascii() else " ".join(folded.translate(_ROMAN).split()) or folded


def normalize_name(text: str) -> str:
    """What is stored and indexed: folded, romanized, every Chinese, Japanese and Korean sign a word of its own.

    Trigrams of whole words cannot find "許山留" for "許留山", those of single signs can.
    """
    folded = romanize(fold(text))
    return folded if folded.isascii() else " ".join(_UNSPACED.sub(r" \1 ", folded).split())


def without_split(normalized: str) -> str:
    """`normalize_name` with the signs of unspaced scripts put together again."""
    return normalized if normalized.isascii() else _SPLIT.sub("", normalized)


def _without_marks(text: str) -> str:
    # Marks with a combining class are accents, voicing, tones and points; those without (0) are vowels of Indic and
    # Thai scripts and Korean letters, and 9 joins Indic consonants: without them the word would be another one.
    return "".join(
        character for character in unicodedata.normalize("NFD", text) if unicodedata.combining(character) in (0, 9)
    )


def _kept(character: str) -> str:
    if character.isalnum():
        return str(unicodedata.decimal(character, character))
    if character in _SILENT:
        return ""
    category = unicodedata.category(character)
    return character if category[0] == "M" else "" if category == "Cf" else " "


def _join_single_letters(text: str) -> str:
    return _SINGLE_LETTERS.sub(lambda run: run[0].replace(" ", ""), text)
