"""Custom webhooks: what happens where a definition has no answer, and trying one without saving it."""

from datetime import UTC, datetime

import pytest

from bot.engine.model import SignalKind
from bot.errors import Invalid, Unreadable
from bot.ports import Request
from bot.sources import custom_webhook

NIGHT = datetime(2026, 1, 5, 23, 0, tzinfo=UTC)
NIGHTLY = """
rules:
  - name: by night
    match: {$and: [{$timeBetween: {starttime: "10:00 pm", endtime: "06:00 am"}}]}
    actions: [{type: ignore, reason: nobody looks}]
  - match: {log.data.down: true}
    actions: [{type: create, dedup_key: "{{log.data.id}}", title: "{{log.body}}"}]
"""


def post(body: bytes, at: datetime | None = None) -> Request:
    return Request(method="POST", path="/integrations/key", body=body, at=at)


def test_a_definition_knows_when_a_payload_came() -> None:
    options = {"definition": NIGHTLY}
    assert custom_webhook.read(post(b'{"down": true, "id": 1}', NIGHT), options) == ()
    (made,) = custom_webhook.read(post(b'{"down": true, "id": 1}', NIGHT.replace(hour=12)), options)
    assert (made.dedup_key, made.title) == ("1", "down: true, id: 1")


def test_a_dry_run_says_which_rule_decided_and_why_others_did_not() -> None:
    tried = custom_webhook.dry_run(post(b'{"down": true, "id": 1}'), NIGHTLY, NIGHT.replace(hour=12))
    assert (tried.rule, len(tried.signals), len(tried.tried)) == ("rule 2", 1, 1)
    ignored = custom_webhook.dry_run(post(b"{}"), NIGHTLY, NIGHT)
    assert (ignored.rule, ignored.ignored) == ("by night", ("nobody looks",))
    with pytest.raises(Invalid):
        custom_webhook.dry_run(post(b"{}"), "rules: 5", NIGHT)


def test_what_no_rule_takes_calls_somebody() -> None:
    (made,) = custom_webhook.read(post(b"plain words", NIGHT.replace(hour=12)), {"definition": NIGHTLY})
    assert (made.kind, made.title, made.dedup_key) == (SignalKind.CREATE, "A payload that no rule takes", "")
    assert made.description.endswith("plain words")


def test_a_definition_that_cannot_be_read_any_more_calls_somebody() -> None:
    (made,) = custom_webhook.read(post(b"{}"), {"definition": "rules: 5"})
    assert "The list rules has to be a list" in made.description


def test_a_resolve_without_a_key_is_refused() -> None:
    text = "default: {actions: [{type: resolve, dedup_key: '{{log.data.id}}'}]}"
    with pytest.raises(Unreadable, match="which alert to resolve"):
        custom_webhook.read(post(b"{}"), {"definition": text})


def test_problems_are_said_with_the_options_name() -> None:
    assert [problem.where for problem in custom_webhook.problems({})] == [("definition",)]
    (problem,) = custom_webhook.problems({"definition": "rules: 5"})
    assert (problem.where, problem.line) == (("definition", "rules"), 1)
    assert not list(custom_webhook.problems({"definition": NIGHTLY}))
