"""What people type, as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.handlers.grammar import LONGEST, Word, WordKind, read, refuse_unclosed, typed_again


def text(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text=each) for each in texts)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("router  list\tx", text("router", "list", "x")),
        ('show "Payments DB"', text("show", "Payments DB")),
        ("show “Payments DB”", text("show", "Payments DB")),
        ("show „Payments DB“", text("show", "Payments DB")),
        ("show «Payments DB»", text("show", "Payments DB")),
        ("show 'Payments DB'", text("show", "Payments DB")),
        ("show ‘Payments DB’", text("show", "Payments DB")),
        ("show `Payments DB`", text("show", "Payments DB")),
        ("show Bob's Bob’s", text("show", "Bob's", "Bob’s")),
        ("show 'Bob's team'", text("show", "Bob's team")),
        ('show ""', text("show", "")),
        ("a &amp;&lt;b&gt;", text("a", "&<b>")),
        ("see <https://a.example/?x=1&amp;y|a.example>", text("see", "https://a.example/?x=1&y")),
        ("page <@U0ALICE0001|alice>", (*text("page"), Word(text="U0ALICE0001", kind=WordKind.PERSON))),
        ("page <@W0GRID001>", (*text("page"), Word(text="W0GRID001", kind=WordKind.PERSON))),
        ("in <#C0OPS|the ops>", (*text("in"), Word(text="C0OPS", kind=WordKind.CONVERSATION))),
        ("ack #1042", (*text("ack"), Word(text="1042", kind=WordKind.ALERT))),
        ("ack 1042", text("ack", "1042")),
        ("x --page 2", (*text("x"), Word(text="page", kind=WordKind.OPTION), Word(text="2"))),
        ("x --Page=2", (*text("x"), Word(text="page", kind=WordKind.OPTION), Word(text="2"))),
        ("x —page 2", (*text("x"), Word(text="page", kind=WordKind.OPTION), Word(text="2"))),
        ('x --text="a b"', (*text("x"), Word(text="text", kind=WordKind.OPTION), Word(text="a b"))),
        ("a — b", text("a", "—", "b")),
        ("a -1", text("a", "-1")),
        ("<!channel>", text("<!channel>")),
    ],
)
def test_what_is_typed_becomes_words(typed: str, words: tuple[Word, ...]) -> None:
    assert read(typed) == words


@pytest.mark.parametrize(("typed", "rest"), [('show "Pay', '"Pay'), ("show “Pay DB", "“Pay DB"), ("show '", "'")])
def test_a_quote_that_is_not_closed_makes_one_word_of_all_that_follows(typed: str, rest: str) -> None:
    word = read(typed)[-1]

    assert (word.kind, word.text) == (WordKind.UNCLOSED, rest)
    with pytest.raises(Invalid, match="not closed"):
        refuse_unclosed([word])


def test_a_command_has_an_end() -> None:
    with pytest.raises(Invalid, match="at most"):
        read("x" * (LONGEST + 1))


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_to_its_end(typed: str) -> None:
    words = read(typed)

    assert all(word.text or word.kind is WordKind.TEXT for word in words)
    assert "".join(word.raw for word in words) in typed
    assert sum(len(word.raw) for word in words) >= len(typed.strip().removeprefix("/pagertree").strip())


@pytest.mark.parametrize("typed", ["/pagertree alert ack #3", " /pagertree  alert ack #3", "alert ack #3"])
def test_a_copied_line_may_follow_the_command(typed: str) -> None:
    assert read(typed) == read("alert ack #3")


@pytest.mark.parametrize("typed", ["page <@U0BOB000002> now", 'list "a \'b c" “--page” «#4» x', "x --page=2 <#C0A1|a>"])
def test_words_can_be_typed_again(typed: str) -> None:
    assert read(typed_again(read(typed))) == read(typed)
