"""What still uses an object, also where only a rule names it."""

import pytest

from bot.engine.directory import collect
from bot.engine.model import Automation, Integration, Router, Stakeholder, Team
from bot.service.references import references_to

RULES = """
rules:
  - match: {always: true}
    actions:
      - {type: stakeholder, ids: [boss]}
      - {type: automate, ids: automation:hook}
      - {type: assign, receiver: team:dev}
"""
HERE = collect(
    [
        Team(id="tem_dev", name="Dev", handle="dev"),
        Team(id="tem_ops", name="Ops", handle="ops"),
        Stakeholder(id="stk_boss", name="Boss", handle="boss"),
        Automation(id="atm_hook", name="Hook", handle="hook", method="GET", url="https://example.com"),
        Router(id="rtr_main", name="Main", handle="main", yaml=RULES),
        Router(id="rtr_broken", name="Broken", handle="broken", yaml="no rules"),
        Integration(
            id="int_1",
            name="One",
            handle="one",
            type="webhook",
            key="k",
            rules="rules: [{match: {}, set: {destinations: team:ops}}]",
        ),
        Integration(id="int_2", name="Two", handle="two", type="webhook", key="l", rules="no rules"),
    ]
)


@pytest.mark.parametrize(
    ("object_id", "uses"),
    [
        ("tem_dev", ("router main (rules)",)),
        ("stk_boss", ("router main (rules)",)),
        ("atm_hook", ("router main (rules)",)),
        ("tem_ops", ("integration one (rules)",)),
        ("rtr_main", ()),
    ],
)
def test_rules_that_name_an_object_use_it(object_id: str, uses: tuple[str, ...]) -> None:
    assert tuple(map(str, references_to(HERE, object_id))) == uses
