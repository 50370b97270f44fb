"""JavaScript's regular expressions. Source of each answer: Node 20."""

import pytest

from bot.languages.regexp import Untranslatable, compile_pattern
from bot.languages.regexp.budget import Budget
from bot.languages.regexp.factors import needed
from tests.languages.query.asking import NOW

MATCHES: list[tuple[str, str, str, bool]] = [
    ("[^]", "", "\n", True),
    ("[]", "", "a", False),
    ("a{,2}", "", "a{,2}", True),
    ("a{,2}", "", "aa", False),
    ("\\cI", "", "\t", True),
    ("\\u{61}", "u", "a", True),
    ("^\\u{3}$", "", "uuu", True),
    ("\\u{1F525}", "u", "🔥", True),
    ("\\ud83d\\udd25", "u", "🔥", True),
    ("^.$", "", "🔥", False),
    ("^..$", "", "🔥", True),
    ("^.$", "u", "🔥", True),
    ("\\ud83d", "", "🔥", True),
    ("\\ud83d", "u", "🔥", False),
    ("[🔥]", "", "\udd25", True),
    ("\\p{L}", "", "p{L}", True),
    ("^\\p{Lu}$", "u", "É", True),
    ("\\p{Script=Greek}", "u", "σ", True),
    ("^\\p{L}+$", "iu", "Éa", True),
    ("(?<n>a)\\k<n>", "", "aa", True),
    ("(a)|b\\1", "", "b", True),
    ("\\1(a)", "", "a", True),
    ("(a\\1)b", "", "ab", True),
    ("(?<=a)b", "", "ab", True),
    ("(?<!a)b", "", "ab", False),
    ("(?=a)*b", "", "b", True),
    ("\\d", "", "٣", False),
    ("\\w", "", "é", False),
    ("\\bé", "", "aé", True),
    ("\\B", "", "aςb", False),
    ("\\s", "", "\ufeff", True),
    ("a$", "", "a\n", False),
    ("a$", "m", "a\rb", True),
    ("^b", "m", "a\u2028b", True),
    ("^b", "", "a\nb", False),
    (".", "", "\u2028", False),
    (".", "s", "\u2028", True),
    ("k", "i", "\u212a", False),
    ("k", "iu", "\u212a", True),
    ("ß", "i", "ẞ", False),
    ("é", "i", "É", True),
    ("[^a]", "i", "A", False),
    ("b", "y", "ab", False),
    ("b", "g", "ab", True),
    ("\\07", "", "\x07", True),
    ("\\8", "", "8", True),
    ("[\\b]", "", "\x08", True),
    ("[\\w-z]", "", "-", True),
    ("\\-", "", "-", True),
    ("x{0}", "", "", True),
    ("", "", "", True),
    ("[[a-z]--[b]]", "v", "b", False),
    ("[\\p{L}&&[a-f]]", "v", "c", True),
    ("^disk|full$", "i", "DISK", True),
    ("^disk|full$", "i", "disc", False),
    ("STRASSE", "i", "straße", False),
]


@pytest.mark.parametrize(("source", "flags", "text", "expected"), MATCHES)
def test_matches(source: str, flags: str, text: str, expected: bool) -> None:
    assert compile_pattern(source, flags).found_in(text, Budget(NOW)) is expected


REFUSED = [
    ("(", ""), (")", ""), ("[", ""), ("a**", ""), ("*", ""), ("a{2,1}", ""), ("[b-a]", ""), ("\\", ""), ("(?i)a", ""),
    ("(?<n>a)(?<n>b)", ""), ("(?<n>a)\\k<m>", ""), ("(?<n>a)\\k", ""), ("(?<1>a)", ""), ("{1}", ""), ("^*", ""),
    ("(?<=a)*", ""), ("{", "u"), ("]", "u"), ("\\-", "u"), ("\\q", "u"), ("\\1", "u"), ("\\01", "u"), ("\\p{Foo}", "u"),
    ("\\u{110000}", "u"), ("[\\w-z]", "u"), ("\\q{ab}", "v"), ("[(]", "v"), ("[a&&&b]", "v"), ("a", "x"), ("a", "ii"),
    ("a", "uv"), ("a{70000}", ""), ("a" * 2001, ""), ("(" * 60 + ")" * 60, ""), ("(?:(?:a{1000}){1000}){1000}", ""),
    ("[\\p{L}\\p{N}]" * 150, "u"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "flags"), REFUSED, ids=[source[:20] for source, _ in REFUSED])
def test_refusals(source: str, flags: str) -> None:
    with pytest.raises(Untranslatable):
        compile_pattern(source, flags)


def test_other_values_are_no_texts() -> None:
    pattern = compile_pattern("1")
    assert not any(pattern.found_in(value, Budget(NOW)) for value in (1, None, True, ["1"], {"1": "1"}))


REQUIRED = [
    ("host-\\d+ disk full", "", [{"host-"}, {" disk full"}]),
    ("(?:cpu|memory) high", "", [{"cpu", "memory"}, {" high"}]),
    ("CPU|Memory", "i", [{"cpu", "memory"}]),
    ("(disk)+", "", [{"disk"}]),
    ("(disk)*", "", []),
    ("a.c", "", []),
    ("foo\\bbar", "", [{"foobar"}]),
    ("x|disk", "", []),
]


@pytest.mark.parametrize(("source", "flags", "expected"), REQUIRED)
def test_required_texts(source: str, flags: str, expected: list[set[str]]) -> None:
    assert list(compile_pattern(source, flags).factors) == expected


def test_the_longest_single_text_is_needed() -> None:
    assert needed(compile_pattern("host-\\d+ (cpu|memory) high today").factors) == " high today"
