"""The table: finding, guessing, binding, and help written from it."""

from collections.abc import Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.engine.model import Role
from bot.errors import Invalid
from bot.handlers.answer_places import said_blocks
from bot.handlers.collecting import collect
from bot.handlers.error_answers import explain
from bot.handlers.grammar import read
from bot.handlers.help import asks_for_help, help_with
from bot.handlers.synonyms import NOUNS, VERBS
from bot.handlers.table import Arguments, Command, Noun, bind, find, nearest, usage
from sandbox.blocks import message_problems
from tests.handlers.people import words_of

TABLE = collect()


def bound(typed: str) -> Arguments:
    noun, command, left = find(TABLE, read(typed))
    return bind(noun, command, left)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("", "/pagertree [<alert number>]"),
        ("#3", "/pagertree [<alert number>]"),
        ("audit list", "/pagertree audit list [<text>…] [--page <number>]"),
        ("ALERT Show #3", "/pagertree alert show <alert number>"),
        ("oncall payments", "/pagertree oncall [<team>] [--at <time>] [--team <team>] [--page <number>]"),
    ],
)
def test_words_find_their_command(typed: str, command: str) -> None:
    noun, found, _ = find(TABLE, read(typed))

    assert usage(noun, found) == command


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("alrt list", "/pagertree alert list"),
        ("alerts", "/pagertree alert"),
        ("alert lst", "/pagertree alert list"),
        ("alert", "/pagertree alert"),
        ("ack #3", "/pagertree alert ack #3"),
        ("ack alert #3", "/pagertree alert ack #3"),
        ("resolve 3", "/pagertree alert resolve 3"),
        ("on-call", "/pagertree oncall"),
        ("teem ad", "/pagertree team add"),
        ("hlp", "/pagertree help"),
        ("rule lst", "/pagertree rule list"),
        ("alert 3", "/pagertree alert show 3"),
        ("alert #3", "/pagertree alert show #3"),
        ("3", "/pagertree #3"),
        ("acknowledge #3", "/pagertree alert ack #3"),
        ("alert acknowledge #3", "/pagertree alert ack #3"),
        ("trigger <@U0BOB000002>", "/pagertree alert page @U0BOB000002"),
        ("create team", "/pagertree team add"),
        ("team create", "/pagertree team add"),
        ("service rm scripts", "/pagertree integration delete scripts"),
        ("who is on call", "/pagertree oncall"),
        ("xyzzy", "/pagertree help"),
    ],
)
def test_a_slip_gets_the_nearest_command(typed: str, meant: str) -> None:
    with pytest.raises(Invalid) as caught:
        find(TABLE, read(typed))

    assert meant in str(caught.value).replace("?", "")


@pytest.mark.parametrize("word", [*NOUNS, *VERBS])
def test_words_from_elsewhere_lead_to_a_command_that_there_is(word: str) -> None:
    near = nearest(TABLE, read(word)) or nearest(TABLE, read(f"team {word}"))

    assert asks_for_help(TABLE, near) or find(TABLE, near)


def test_what_was_probably_meant_is_a_button() -> None:
    with pytest.raises(Invalid) as caught:
        find(TABLE, read('ack <@U0BOB000002|bob> "on the way" --page 2'))
    meant = next(each for block in explain(caught.value).blocks for each in block.get("elements", ()))

    assert read(meant["value"]) == read('alert ack <@U0BOB000002> "on the way" --page 2')


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("alert show", "It needs an alert number. Type /pagertree alert show <alert number>"),
        ("router show", "It needs a router."),
        ("router show a b", "“b” is one word too many"),
        ("alert list --stauts open", "Did you mean --status?"),
        ("alert list --nonsense 1", "There is no option --nonsense here."),
        ("alert list --status", "--status needs a status."),
        ("alert list --status --page 2", "--status needs a status."),
        ('router show "Pay', "The quote before “Pay” is not closed."),
        ("router show “Pay DB", "The quote before “Pay DB” is not closed."),
        ("alert list --status 'ope", "The quote before “ope” is not closed."),
        ("'", "The quote before “” is not closed."),
    ],
)
def test_what_does_not_fit_is_said_with_the_usage(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        bound(typed)

    assert said in str(caught.value)


def test_the_rest_of_a_line_is_one_argument() -> None:
    given = bound("alert list disk full --status open")

    assert given.words["text"].text == "disk full"
    assert given.options == {"status": "open"}


_WORDS_OF_THE_GRAMMAR = sorted(
    {
        *(
            "help",
            "Help",
            "#12",
            "12",
            "<@U0ALICE0001|alice>",
            "<#C0OPS|ops>",
            "it's",
            "'tis",
            "“so",
            "»",
            "-1",
            "—",
            "=",
        ),
        *(f"--{option.name}" for noun in TABLE.nouns for command in noun.commands for option in command.options),
        *(word for noun in TABLE.nouns for word in (noun.name, *(each.verb for each in noun.commands)) if word),
        *(*NOUNS, *VERBS, "--nonsense", "—page", "/pagertree", "team:ops", "high", "open", "30m", "&amp;"),
    }
)
_SENTENCES = [
    (noun, command)
    for noun in TABLE.nouns
    for command in noun.commands
    if any(argument.sentence or argument.rest for argument in command.arguments)
]


def _heard(words: Iterable[str]) -> str:
    """What is heard of words that were typed: only Slack's own marks are read."""
    marks = {"<@U0ALICE0001|alice>": "@alice", "<#C0OPS|ops>": "#ops", "&amp;": "&"}
    return " ".join(marks.get(word, word) for word in words)


@pytest.mark.parametrize(("noun", "command"), _SENTENCES, ids=lambda each: getattr(each, "verb", None) or each.name)
@given(words=st.lists(st.sampled_from(_WORDS_OF_THE_GRAMMAR), min_size=1, max_size=8))
def test_a_sentence_is_a_sentence_whatever_its_words_are(noun: Noun, command: Command, words: list[str]) -> None:
    own = {f"{dash}{option.name}" for option in command.options for dash in ("--", "—")}
    is_said = command.arguments[-1].sentence
    assume(words[0].isalnum() if is_said else not own & set(words) and not any(set(each) & set("'“") for each in words))
    assume(is_said or not words[0].startswith(("--", "—p")))
    before = ["x" for _ in command.arguments[:-1]]
    typed = " ".join([noun.name, command.verb, *before, *words])

    assert not asks_for_help(TABLE, read(typed))
    given_ = bound(typed)
    assert given_.words[command.arguments[-1].name].text == _heard(words)
    assert given_.options == {}


@pytest.mark.parametrize(
    ("typed", "text", "options"),
    [
        ("alert page x the site is down", "the site is down", {}),
        ("alert page x --urgency critical down help", "down help", {"urgency": "critical"}),
        ("alert page --urgency low x down", "down", {"urgency": "low"}),
        ("alert page x --urgency is not shown", "--urgency is not shown", {}),
        ("alert page x down --urgency critical", "down --urgency critical", {}),
        ('alert page x "it is down" --urgency critical', "it is down", {"urgency": "critical"}),
        ('alert page x "it is down" is what I see', '"it is down" is what I see', {}),
        ("alert page x 'tis broken", "'tis broken", {}),
        ("alert page x #5", "#5", {}),
        ("alert note #1 —force was on", "—force was on", {}),
        ("alert note #1 see <https://a.example/?x=1&amp;y|a.example>", "see https://a.example/?x=1&y", {}),
    ],
)
def test_options_end_where_a_sentence_begins(typed: str, text: str, options: dict[str, str]) -> None:
    given_ = bound(typed)

    assert (list(given_.words.values())[-1].text, given_.options) == (text, options)


@pytest.mark.parametrize("typed", ["router show help", "alert list help", "alert ack help", "oncall payments help"])
def test_help_behind_a_command_that_takes_words_is_one_of_them(typed: str) -> None:
    assert not asks_for_help(TABLE, read(typed))


def _levels() -> list[str]:
    nouns = [noun for noun in TABLE.nouns if noun.name]
    commands = [f"{noun.name} {command.verb}" for noun in nouns for command in noun.commands if command.verb]
    return ["", *(noun.name for noun in nouns), *commands]


@pytest.mark.parametrize("level", _levels())
def test_there_is_help_on_every_level(level: str) -> None:
    noun, _, verb = level.partition(" ")
    for typed in (f"help {level}".strip(), f"{noun} help {verb}".strip()):
        words = read(typed)
        said = help_with(TABLE, words)

        assert asks_for_help(TABLE, words)
        assert message_problems(list(said_blocks(said))) == []
        assert f"/pagertree {level}".strip() in words_of(list(said_blocks(said)))


@pytest.mark.parametrize(("typed", "helped"), [("alert", True), ("oncall", False), ("", False), ("#3", False)])
def test_a_noun_alone_is_explained_unless_it_does_something(typed: str, helped: bool) -> None:
    assert asks_for_help(TABLE, read(typed)) is helped


def test_help_for_what_there_is_not_names_the_nearest() -> None:
    assert "/pagertree router" in help_with(TABLE, read("help ruter")).text


def test_help_says_what_only_admins_may_do() -> None:
    assert "(admins)" in words_of(list(help_with(TABLE, read("help router")).blocks))


def test_whatever_changes_configuration_is_for_admins() -> None:
    changing = {
        "add",
        "edit",
        "delete",
        "enable",
        "disable",
        "extend",
        "import",
        "start",
        "end",
        "people",
        "copy",
        "handle",
        "replace",
        "undo",
    }
    own = {"override", "rule", "me"}  # members of a team may step in, write rules, and say how they are reached
    for noun in TABLE.nouns:
        for command in noun.commands:
            changes = command.verb in changing and noun.name not in own
            roles = command.verb in {"role", "activate", "deactivate"}
            reserved = changes or roles or command.verb == "restore" or noun.name in {"audit", "health"}
            tried = command.verb == "test" and noun.name not in {"router", "me"}  # these show secrets, or page people
            assert (command.role is Role.ADMIN) == (reserved or tried), (noun.name, command.verb)


def test_names_in_the_table_are_used_once() -> None:
    for names in (
        [noun.name for noun in TABLE.nouns],
        [modal.name for modal in TABLE.modals],
        [button.action_id for button in TABLE.buttons],
        [menu.action_id for menu in TABLE.menus],
    ):
        assert len(set(names)) == len(names)
