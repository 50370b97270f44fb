"""Live calls: a caller is heard, waits, is put through or leaves a message, whatever the callers and the teams do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bot import ids
from bot.engine.model import SYSTEM, Integration, Maintenance, NoticeKind, Receiver, Status, Urgency
from bot.errors import Invalid
from bot.ports import LogState, Store
from bot.service import manage, on_call_notices
from tests.fakes.phoning import ALICE, BOB, PUBLIC, Phoning, phoning
from tests.fakes.phoning import STRANGER as CALLER
from tests.fakes.twilio import NUMBER, Trouble
from tests.fakes.twilio_lines import Line, said
from tests.golden.asking import Golden
from tests.harness import team_receiver

MUSIC = f"{PUBLIC}/twilio/music.wav"
WELCOME = "Welcome. You have reached the people on call."
HOLD = "Please hold. We are calling the person on call."
SORRY = "Nobody can take your call now. Please leave a message of up to one minute after the tone."
TITLE = f"Call from {CALLER} (LONDON, GB)"
RECORDING = "https://api.twilio.com/recordings/RE1"


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.person("alice", ALICE)
        set_up.person("bob", BOB)
        set_up.team(("alice", 5))
        yield set_up


def number(phones: Phoning, *wanted: Receiver, **options: object) -> Integration:
    """A live call integration; the team that is set up answers unless others are named."""
    ops = next(iter(phones.world.ports.store.directory().teams.values()))
    made = phones.world.integration("hotline", *(wanted or (team_receiver(ops),)), type="live_call")
    if options:
        manage.change(phones.world.ports, replace(made, options=options), SYSTEM, 1)
    return made


def rings(phones: Phoning, integration: Integration, caller: str = CALLER) -> Line:
    """Somebody calls."""
    url = f"{PUBLIC}/integrations/{integration.key}/call"
    line = phones.twilio.calls_in(caller, url, FromCity="LONDON", FromCountry="GB")
    phones.world.works()
    return line


def later(phones: Phoning, line: Line, seconds: float) -> Line:
    """Time passes in the queue."""
    phones.world.passes(seconds=seconds)
    return line.waits()


def status(phones: Phoning, title: str = TITLE) -> Status:
    return phones.world.alert(title).status


def logged(phones: Phoning, integration: Integration) -> list[tuple[LogState, str]]:
    with phones.world.ports.store.begin() as uow:
        return [(log.state, log.outcome) for log in uow.logs(integration.id)]


def test_a_caller_waits_and_is_put_through_to_whoever_acknowledges(phones: Phoning) -> None:
    line = rings(phones, number(phones))

    assert said(line) == [WELCOME, HOLD, MUSIC]
    assert [message.to for message in phones.twilio.messages] == [ALICE]
    alert = phones.world.alert(TITLE)
    assert (alert.dedup_key, alert.data["caller"], alert.data["place"]) == (line.sid, CALLER, "LONDON, GB")
    assert said(line.waits()) == [MUSIC]

    phones.texts(ALICE, "A")
    line.waits()
    (leg,) = phones.twilio.lines
    assert (leg.called, leg.caller) == (ALICE, NUMBER)
    leg.answers()
    assert (said(leg), line.state) == (["A caller waits for you. Press any key to be connected."], "queued")
    leg.presses("1")

    assert said(leg) == ["Connecting you to the caller."]
    assert (leg.state, line.state, leg.peer) == ("bridged", "bridged", line)
    line.hangs_up()
    assert status(phones) is Status.RESOLVED


def test_the_one_who_acknowledged_is_called_once_at_a_time(phones: Phoning) -> None:
    line = rings(phones, number(phones))
    phones.texts(ALICE, "A")

    for _ in range(4):
        line.waits()

    assert len(phones.twilio.lines) == 1
    later(phones, line, 46)
    assert len(phones.twilio.lines) == 2


def test_whoever_cannot_be_reached_three_times_leaves_the_caller_to_the_voicemail(phones: Phoning) -> None:
    line = rings(phones, number(phones))
    phones.texts(ALICE, "A")
    line.waits()
    mailbox = phones.twilio.lines[0].answers(by="machine_start").keeps_silent().keeps_silent()
    assert (mailbox.state, line.state) == ("ended", "queued")
    phones.twilio.trouble = [Trouble(status=503)]
    later(phones, line, 46)
    later(phones, line, 46)

    later(phones, line, 46)

    assert line.state == "recording"
    assert len(phones.twilio.lines) == 2
    assert "@alice did not take the call in 3 attempts" in phones.world.said(phones.world.alert(TITLE))


def test_the_pause_before_the_call_is_kept(phones: Phoning) -> None:
    line = rings(phones, number(phones, dial_pause=20))
    phones.texts(ALICE, "A")

    later(phones, line, 19)
    assert phones.twilio.lines == []
    later(phones, line, 1)
    assert [each.called for each in phones.twilio.lines] == [ALICE]


def test_no_limit_of_ours_ends_a_conversation(phones: Phoning) -> None:
    line = rings(phones, number(phones, max_wait=30))
    phones.texts(ALICE, "A")
    line.waits()
    (leg,) = phones.twilio.lines
    leg.answers().presses("5")

    phones.world.passes(minutes=180)

    assert (line.state, leg.state) == ("bridged", "bridged")
    assert "TimeLimit" not in leg.asked


def test_hanging_up_in_the_queue_resolves(phones: Phoning) -> None:
    line = rings(phones, number(phones))
    line.hangs_up()

    alert = phones.world.alert(TITLE)
    assert alert.status is Status.RESOLVED
    assert "The caller hung up." in phones.world.said(alert)
    assert "Resolved by hotline." in phones.world.said(alert)


def test_hanging_up_leaves_the_alert_open_when_it_is_set_so(phones: Phoning) -> None:
    rings(phones, number(phones, resolve_on_hangup=False)).hangs_up()

    assert status(phones) is Status.OPEN


def test_nobody_came_and_a_message_is_left(phones: Phoning) -> None:
    line = rings(phones, number(phones, max_wait=60))
    later(phones, line, 59)
    assert line.state == "queued"
    said(line)

    later(phones, line, 1)

    assert (line.state, said(line)) == ("recording", [SORRY])
    line.speaks(200)
    assert said(line) == ["Thank you. Your message has been recorded.", "Goodbye."]
    alert = phones.world.alert(TITLE)
    assert (alert.status, alert.data["voicemail"]) == (Status.OPEN, RECORDING)
    assert f"The caller left a message of 60 seconds: {RECORDING}" in phones.world.said(alert)


def leaves_message(phones: Phoning, **options: object) -> list[str]:
    """Have nobody come and a message left; returns what is mailed, in order."""
    later(phones, rings(phones, number(phones, max_wait=30, **options)), 30).speaks(7)
    on_call_notices.drain(phones.world.ports)
    on_call_notices.drain(phones.world.ports)
    return sorted(phones.world.phones["email"].told)


def test_the_link_to_a_message_is_mailed_once_to_those_who_are_named(phones: Phoning) -> None:
    said = f"The caller of #1 {TITLE} left a message: {RECORDING}"
    assert leaves_message(phones, mail_to="on_call, admins, desk@example.com") == [
        f"alice: {said}",
        f"desk@example.com: {said}",
        f"ops-admin: {said}",
    ]


def test_nobody_is_mailed_where_nobody_is_named(phones: Phoning) -> None:
    assert leaves_message(phones) == []


def test_a_list_that_cannot_be_mailed_to_is_refused(phones: Phoning) -> None:
    with pytest.raises(Invalid, match="'everybody' is nobody that a message can be mailed to") as caught:
        number(phones, mail_to="team, everybody")
    assert caught.value.problems[0].where == ("options", "mail_to")


def test_a_dropped_alert_ends_the_waiting(phones: Phoning) -> None:
    line = rings(phones, number(phones, max_wait=3600))
    phones.world.passes(minutes=5)
    phones.world.expect("ops-admin", "push", NoticeKind.DROPPED, TITLE)

    line.waits()

    assert line.state == "recording"


def test_without_recording_the_caller_is_sent_off(phones: Phoning) -> None:
    line = rings(phones, number(phones, max_wait=30, record=False))
    said(line)

    later(phones, line, 30)

    assert said(line) == ["Nobody can take your call now.", "Goodbye."]
    assert (line.state, status(phones)) == ("ended", Status.OPEN)


def test_an_alert_that_is_resolved_elsewhere_ends_the_waiting(phones: Phoning) -> None:
    line = rings(phones, number(phones))
    phones.texts(ALICE, "C")

    line.waits()

    assert line.state == "recording"


def test_several_teams_are_a_menu(phones: Phoning) -> None:
    ops = next(iter(phones.world.ports.store.directory().teams.values()))
    night = phones.world.team("night", ("bob", 5))
    line = rings(phones, number(phones, team_receiver(ops), team_receiver(night)))

    assert said(line) == [WELCOME, "For ops, press 1. For night, press 2."]
    assert phones.twilio.messages == []
    line.presses("2")
    phones.world.works()
    assert [message.to for message in phones.twilio.messages] == [BOB]
    assert said(line) == [HOLD, MUSIC]


def test_a_routers_teams_are_a_menu_in_their_order(phones: Phoning) -> None:
    phones.world.team("night", ("bob", 5))
    yaml = "rules: [{match: {always: true}, actions: [{type: assign, receiver: [team:night, team:ops]}]}]"
    line = rings(phones, number(phones, phones.world.router("calls", yaml)))

    assert said(line)[1] == "For night, press 1. For ops, press 2."


def test_the_menu_is_read_three_times(phones: Phoning) -> None:
    line = rings(phones, number(phones, force_menu=True))

    for wrong in ("7", "", "*"):
        assert said(line)[-1] == "For ops, press 1."
        line.presses(wrong) if wrong else line.keeps_silent()

    assert (said(line), line.state) == ([SORRY], "recording")
    assert phones.twilio.messages == []
    line.speaks(5)
    phones.world.works()
    assert [message.to for message in phones.twilio.messages] == [ALICE]


def test_who_presses_nothing_reaches_the_first_team_where_nothing_is_recorded(phones: Phoning) -> None:
    ops = next(iter(phones.world.ports.store.directory().teams.values()))
    night = phones.world.team("night", ("bob", 5))
    line = rings(phones, number(phones, team_receiver(night), team_receiver(ops), record=False))
    line.keeps_silent().keeps_silent().keeps_silent()
    phones.world.works()

    assert [message.to for message in phones.twilio.messages] == [BOB]
    assert line.state == "queued"


RULES = """\
rules:
  - match: {alert.title: {$regex: PARIS}}
    actions: [{type: assign, receiver: team:ops}]
  - match: {always: true}
    actions:
      - {type: setval, map: {urgency: critical, tags: [phone]}}
      - {type: assign, receiver: [router:inner, team:ops]}
"""
INNER = "rules: [{match: {alert.urgency: critical}, actions: [{type: assign, receiver: team:night}]}]"


def test_only_the_rule_that_matches_the_call_is_offered_with_what_else_it_does(phones: Phoning) -> None:
    phones.world.team("night", ("bob", 5))
    phones.world.router("inner", INNER)
    line = rings(phones, number(phones, phones.world.router("calls", RULES)))

    assert said(line)[1] == "For night, press 1. For ops, press 2."
    line.presses("2")
    phones.world.works()

    assert [message.to for message in phones.twilio.messages] == [ALICE]
    alert = phones.world.alert(TITLE)
    assert (alert.urgency, alert.tags) == (Urgency.CRITICAL, ("phone",))


def test_a_digit_means_what_the_caller_heard_whatever_the_rules_say_by_then(phones: Phoning) -> None:
    phones.world.team("night", ("bob", 5))
    yaml = "rules: [{match: {always: true}, actions: [{type: assign, receiver: [%s]}]}]"
    to = phones.world.router("calls", yaml % "team:night, team:ops")
    line = rings(phones, number(phones, to))
    router = phones.world.ports.store.directory().routers[to.id]
    manage.change(phones.world.ports, replace(router, yaml=yaml % "team:ops, team:night"), SYSTEM, 1)

    line.presses("1")
    phones.world.works()

    assert [message.to for message in phones.twilio.messages] == [BOB]


def test_who_acknowledged_without_a_phone_is_told_at_once_and_so_is_the_caller(phones: Phoning) -> None:
    phones.world.person("carol", "email")
    line = rings(phones, number(phones, dial_pause=60))
    said(line)
    alert = phones.world.alert(TITLE)
    phones.world.acknowledges("carol", alert)
    phones.twilio.messages.clear()

    line.waits()

    assert (line.state, said(line)) == (
        "recording",
        ["Somebody knows that you called, and has no phone at hand.", SORRY],
    )
    on_call_notices.drain(phones.world.ports)
    [told] = phones.world.phones["email"].told
    assert told.startswith(f"carol: #1 {TITLE}: the caller is not put through to you, as you have no phone")
    assert f"Call them: {CALLER}." in told
    assert "The caller is not put through: @carol has no phone that could be called." in phones.world.said(alert)


def test_straight_to_voicemail_pages_when_the_message_is_there(phones: Phoning) -> None:
    line = rings(phones, number(phones, voicemail_only=True))
    assert (said(line), phones.twilio.messages) == ([SORRY], [])

    line.speaks(10)
    phones.world.works()

    alert = phones.world.alert(f"Voicemail from {CALLER} (LONDON, GB)")
    assert (alert.status, alert.data["voicemail"]) == (Status.OPEN, RECORDING)
    assert [message.to for message in phones.twilio.messages] == [ALICE]


def test_a_voicemail_goes_to_the_team_that_was_chosen(phones: Phoning) -> None:
    ops = next(iter(phones.world.ports.store.directory().teams.values()))
    night = phones.world.team("night", ("bob", 5))
    line = rings(phones, number(phones, team_receiver(ops), team_receiver(night), voicemail_only=True))

    line.presses("2").speaks(5)
    phones.world.works()

    assert [message.to for message in phones.twilio.messages] == [BOB]


@pytest.mark.parametrize("banned", [CALLER, "+44 20 7999 0009", f"+15550001111, {CALLER[:8]}*"])
def test_banned_callers_are_rejected_and_logged(phones: Phoning, banned: str) -> None:
    integration = number(phones, banned=banned)

    assert rings(phones, integration).state == "rejected"
    assert logged(phones, integration) == [(LogState.REFUSED, "The caller is banned.")]


def test_disabled_is_said_and_logged(phones: Phoning) -> None:
    integration = number(phones)
    manage.change(phones.world.ports, replace(integration, enabled=False), SYSTEM, 1)

    line = rings(phones, integration)

    assert (said(line), line.state) == (["This number is out of use at the moment.", "Goodbye."], "ended")
    assert logged(phones, integration) == [(LogState.REFUSED, "This integration is disabled.")]


def test_maintenance_is_said_and_logged(phones: Phoning) -> None:
    integration, now = number(phones), phones.world.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="move",
        handle="move",
        integration_ids=(integration.id,),
        start_at=now,
        end_at=now + timedelta(hours=1),
    )
    manage.create(phones.world.ports, window, SYSTEM)

    line = rings(phones, integration)

    assert said(line)[0] == "There is maintenance at the moment, so nobody is called."
    assert logged(phones, integration) == [(LogState.READ, "In maintenance: nobody is called.")]
    assert phones.twilio.messages == []


def test_own_words_and_sounds(phones: Phoning) -> None:
    options = {
        "welcome": "https://a.example/hello.mp3",
        "waiting": "One moment & thanks",
        "music": "https://a.example/m.mp3",
    }

    assert said(rings(phones, number(phones, **options))) == [
        "https://a.example/hello.mp3",
        "One moment and thanks",
        "https://a.example/m.mp3",
    ]


def test_the_same_call_twice_is_one_alert(phones: Phoning) -> None:
    integration = number(phones)
    line = rings(phones, integration)
    line.comes_in(f"{PUBLIC}/integrations/{integration.key}/call")
    phones.world.works()

    assert len(phones.twilio.messages) == 1


def test_forged_steps_are_refused(phones: Phoning) -> None:
    base = f"{PUBLIC}/integrations/{number(phones).key}/call"
    form = {"CallSid": "CA1", "From": CALLER, "QueueResult": "hangup", "RecordingUrl": "https://evil.example"}

    for step in ("", "/menu", "/wait", "/left", "/message", "/through/CA1"):
        assert phones.twilio.post(f"{base}{step}", form, token="guessed").status_code == 403
        assert phones.twilio.post(f"{base}{step}", form, signature="").status_code == 403
    assert phones.twilio.messages == []


def test_an_address_that_takes_no_calls_says_so(phones: Phoning) -> None:
    webhook = phones.world.ports.store.directory().get(Integration, "webhook")
    assert isinstance(webhook, Integration)

    for key in (webhook.key, "nobody"):
        line = phones.twilio.calls_in(CALLER, f"{PUBLIC}/integrations/{key}/call")
        assert said(line) == ["Something is broken here. Please call again. Goodbye."]


def test_the_music_is_a_sound_that_phones_play(phones: Phoning) -> None:
    answer = httpx.get(f"{phones.url}/twilio/music.wav")

    assert (answer.headers["content-type"], answer.content[:4], answer.content[8:12]) == ("audio/wav", b"RIFF", b"WAVE")
    assert 100_000 < len(answer.content) < 200_000


def test_a_whole_call_as_it_is_heard(phones: Phoning, golden: Golden) -> None:
    ops = next(iter(phones.world.ports.store.directory().teams.values()))
    night = phones.world.team("night", ("bob", 5))
    line = rings(phones, number(phones, team_receiver(ops), team_receiver(night), max_wait=30))
    heard = {"the call begins": said(line), "2 is pressed": said(line.presses("2"))}
    phones.world.works()
    heard["the music is over"] = said(line.waits())
    heard["nobody came in 30 seconds"] = said(later(phones, line, 30))
    heard["a message was left"] = said(line.speaks(12))
    golden.check("live_call", "normal", heard)
