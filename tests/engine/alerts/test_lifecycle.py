"""The state machine as the whole product of status and verb."""

from datetime import UTC, datetime
from itertools import product

import pytest

from bot.engine.alerts.lifecycle import TRANSITIONS, Verb, allows, apply, touch
from bot.engine.model import SYSTEM, Alert, Status, Urgency, person
from bot.errors import Refused

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALLOWED = {
    (Verb.OPEN, Status.QUEUED): Status.OPEN,
    (Verb.OPEN, Status.OPEN): Status.OPEN,
    (Verb.ACKNOWLEDGE, Status.OPEN): Status.ACKNOWLEDGED,
    (Verb.ACKNOWLEDGE, Status.DROPPED): Status.ACKNOWLEDGED,
    (Verb.ACKNOWLEDGE, Status.SUPPRESSED): Status.ACKNOWLEDGED,
    (Verb.RESOLVE, Status.QUEUED): Status.RESOLVED,
    (Verb.RESOLVE, Status.OPEN): Status.RESOLVED,
    (Verb.RESOLVE, Status.DROPPED): Status.RESOLVED,
    (Verb.RESOLVE, Status.ACKNOWLEDGED): Status.RESOLVED,
    (Verb.RESOLVE, Status.SUPPRESSED): Status.RESOLVED,
    (Verb.DROP, Status.OPEN): Status.DROPPED,
    (Verb.SUPPRESS, Status.QUEUED): Status.SUPPRESSED,
    (Verb.PROMOTE, Status.SUPPRESSED): Status.QUEUED,
    (Verb.REOPEN, Status.ACKNOWLEDGED): Status.OPEN,
    (Verb.REOPEN, Status.DROPPED): Status.OPEN,
}


def an_alert(status: Status) -> Alert:
    return Alert(
        id="alt_1", number=7, title="t", urgency=Urgency.LOW, status=status, version=3, created_at=NOW, changed_at=NOW
    )


@pytest.mark.parametrize(("verb", "status"), list(product(Verb, Status)))
def test_every_verb_on_every_status(verb: Verb, status: Status) -> None:
    wanted = ALLOWED.get((verb, status))
    assert allows(status, verb) == (wanted is not None)
    if wanted is None:
        with pytest.raises(Refused, match="#7 is"):
            apply(an_alert(status), verb, SYSTEM, NOW)
        return
    after = apply(an_alert(status), verb, person("usr_1", "sms"), NOW)
    assert (after.status, after.version, after.changed_at) == (wanted, 4, NOW)


def test_the_table_names_every_verb() -> None:
    assert set(TRANSITIONS) == set(Verb)


def test_settling_notes_who_and_when_and_reopening_forgets_it() -> None:
    jane = person("usr_jane", "slack")
    taken = apply(an_alert(Status.OPEN), Verb.ACKNOWLEDGE, jane, NOW)
    assert (taken.settled_by, taken.settled_at) == (jane, NOW)
    again = apply(taken, Verb.REOPEN, SYSTEM, NOW)
    assert (again.settled_by, again.settled_at) == (None, None)


def test_touching_raises_the_version() -> None:
    assert touch(an_alert(Status.OPEN), NOW).version == 4
