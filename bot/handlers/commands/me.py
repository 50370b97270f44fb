"""`/pagertree me`: how somebody is reached, and what they want to hear."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from bot import ids
from bot.engine.durations import read_duration, say_duration
from bot.engine.model import READING_LANGUAGES, ChannelKinds, Contact, NotificationRule, User
from bot.errors import Invalid, NotFound, Problem
from bot.handlers.addresses import feed_lines
from bot.handlers.buttons import run
from bot.handlers.lookup import pick
from bot.handlers.modals.address import ask_late, new_address, say_sent, say_verified
from bot.handlers.own_overview import say_how_paged, warnings
from bot.handlers.table import Argument, Arguments, Command, CommandOption, Noun, Said
from bot.handlers.visit import Visit
from bot.ports import Ports
from bot.service import calendars, page, people, subscriptions
from bot.slack.blocks import Block, actions, code, context, line, listing, section, when
from bot.slack.forms import Form

_ADDRESS = Argument(name="address", required=False, rest=True)
_CODE = Argument(name="code", required=False, rest=True)
_KNOWN = Argument(name="address", rest=True)
_CHANNELS = Argument(name="channels", rest=True)
_ZONE = Argument(name="time zone")
_LANGUAGE = Argument(name="language")
_RULE = Argument(name="notification rule")
_TIME = Argument(name="time or off")
_BY = CommandOption(name="by", value="channel", summary="sms or voice: how the code comes to a phone")
_AFTER = CommandOption(name="after", value="yes or no", summary="whether you hear when you are off call")
_PLACES = {1: "primary", 2: "secondary"}
_REMOVE = CommandOption(name="remove", value="browser", summary="take this browser off, such as that of a lost phone")
_RENEW = CommandOption(name="renew", value="yes", summary="yes: make a new address; the old one shows nothing any more")


def _show(visit: Visit, _arguments: Arguments) -> Said:
    return Said(text="How you are reached", blocks=tuple(_overview(visit, visit.user)))


def _how_to_choose(rule: NotificationRule | None) -> str:
    channels = code("/pagertree me channels slack sms")
    if rule is None:
        return f"{channels} chooses how you are paged."
    return f"{code(f'/pagertree rule edit {rule.handle}')} changes the rule; {channels} what holds where none matches."


def _overview(visit: Visit, user: User) -> Iterator[Block]:
    directory = visit.directory()
    rule = directory.notification_rules.get(user.notification_rule_id or "")
    facts = [
        f"*{line(user.name, 100)}* {code(f'user:{user.handle}')}, {user.role}",
        f"You are paged {say_how_paged(user, directory)}.",
        f"Times are in {line(user.zone)}, calls and texts in {READING_LANGUAGES.get(user.language, user.language)}.",
        _reminders(user.remind_before, afterwards=user.told_off_duty),
    ]
    yield section("\n".join(facts))
    yield from _addresses(user, directory.channel_kinds)
    yield from map(context, warnings(visit, user))
    yield context(_how_to_choose(rule))
    yield actions(
        run("Add an address", "me add"),
        run("Test page", "me test"),
        run("Calendar", "me feed"),
        run("Push to a browser", "me push"),
    )


def _addresses(user: User, kinds: ChannelKinds) -> Iterator[Block]:
    """The addresses, each with its place among those of its kind."""
    counted: Counter[str] = Counter()
    for contact in user.contacts[:20]:
        if not kinds.is_hidden(contact.channel):
            counted[contact.channel] += 1
            place = _PLACES.get(counted[contact.channel], "spare")
            yield section(_say_contact(contact, place), run("Remove", f"me forget {contact.address}"))


def _say_contact(contact: Contact, place: str) -> str:
    state = "you sent STOP" if contact.stopped_at else "" if contact.verified_at else "not verified"
    return f"{line(contact.channel)} {code(contact.address)}, {place}{f': ⚠️ {state}' if state else ''}"


def _test(visit: Visit, _arguments: Arguments) -> Said:
    paged = page.page_oneself(visit.ports, ids.new("alt"), visit.user, visit.actor)
    where = "Its card in your messages shows what becomes of each; answer any of them to end the test."
    seen = actions(run("Why?", f"why #{paged.alert.number}"))
    return Said(
        text=paged.said,
        blocks=(section(f"{line(paged.said, 300)}\n{where}"), *map(context, warnings(visit, visit.user)), seen),
    )


def _add(visit: Visit, arguments: Arguments) -> Said | Form:
    if _ADDRESS.name not in arguments.words:
        return new_address(visit)
    by = arguments.options.get(_BY.name, "").lower()
    typed = arguments.words[_ADDRESS.name].text.removeprefix("mailto:")
    said = say_sent(people.send_code(visit.ports, visit.user.id, typed, by))
    how = f"{said} Type it: {code('/pagertree me verify 123456')}"
    return Said(text=how, blocks=(section(how, run("Type the code", "me verify")),))


def _verify(visit: Visit, arguments: Arguments) -> Said | Form:
    if _CODE.name not in arguments.words:
        return ask_late()
    contact = people.verify(visit.ports, visit.user.id, arguments.words[_CODE.name].text)
    return say_verified(contact, visit.directory().channel_kinds)


def _forget(visit: Visit, arguments: Arguments) -> Said:
    people.remove_address(visit.ports, visit.user.id, arguments.words[_KNOWN.name].text)
    return Said(text=f"{code(arguments.words[_KNOWN.name].text, 200)} is removed.")


def _prefer(visit: Visit, arguments: Arguments) -> Said:
    people.prefer_address(visit.ports, visit.user.id, arguments.words[_KNOWN.name].text)
    return Said(text=f"{code(arguments.words[_KNOWN.name].text, 200)} is the first that is tried.")


def _channels(visit: Visit, arguments: Arguments) -> Said:
    typed = arguments.words[_CHANNELS.name].text.lower().replace(",", " ").split()
    user = people.set_channels(visit.ports, visit.user.id, tuple(typed))
    return Said(text=f"You are paged by {line(', '.join(user.channels))}.")


def _zone(visit: Visit, arguments: Arguments) -> Said:
    user = people.set_zone(visit.ports, visit.user.id, arguments.words[_ZONE.name].text)
    return Said(text=f"Your times are in {line(user.zone)}.")


def _language(visit: Visit, arguments: Arguments) -> Said:
    user = people.set_language(visit.ports, visit.user.id, arguments.words[_LANGUAGE.name].text)
    note = "" if user.language == "en" else " The translation is not yet read by native speakers."
    return Said(text=f"Calls and texts speak {READING_LANGUAGES[user.language]} to you, around the titles.{note}")


def _rule(visit: Visit, arguments: Arguments) -> Said:
    word = arguments.words[_RULE.name]
    if word.text.lower() == "none":
        people.attach_rule(visit.ports, visit.user.id, None)
        return Said(text=f"You are paged at once by {line(', '.join(visit.user.channels))}.")
    rule = pick(visit.directory(), NotificationRule, word)
    people.attach_rule(visit.ports, visit.user.id, rule)
    return Said(text=f"You are paged by the rule {code(rule.handle)}.")


def _remind(visit: Visit, arguments: Arguments) -> Said:
    typed = arguments.words[_TIME.name].text.lower()
    before = None if typed == "off" else read_duration(typed)
    afterwards = _flag(arguments, visit.user.told_off_duty)
    people.set_reminders(visit.ports, visit.user.id, before, afterwards=afterwards)
    return Said(text=_reminders(before, afterwards=afterwards))


def _reminders(before: timedelta | None, *, afterwards: bool) -> str:
    ahead = f"{say_duration(before)} before they begin" if before else ""
    after = "when they are over" if afterwards else ""
    told = " and ".join(filter(None, (ahead, after)))
    return f"You hear of your shifts {told}." if told else "You are not reminded of your shifts."


def _flag(arguments: Arguments, now: bool) -> bool:
    typed = arguments.options.get(_AFTER.name, "yes" if now else "no").lower()
    if typed not in {"yes", "no"}:
        raise Invalid([Problem(message=f"“{typed[:20]}” is not yes and not no.", mend="Write --after yes.")])
    return typed == "yes"


def _feed(visit: Visit, arguments: Arguments) -> Said:
    renew = arguments.options.get(_RENEW.name, "").lower() == "yes"
    key = calendars.feed_key(visit.ports, visit.user.id, visit.actor, renew=renew)
    said = "The old address shows nothing any more. " if renew else ""
    blocks = feed_lines(visit, key, f"{said}Your own shifts in every schedule")
    return Said(text="Your calendar", blocks=(*blocks, actions(run("Renew the address", "me feed --renew yes"))))


def _push(visit: Visit, arguments: Arguments) -> Said:
    """How to register a browser, and those that are; without a name that tells, they go by their place in the list."""
    if _REMOVE.name in arguments.options:
        return _take_off(visit, arguments.options[_REMOVE.name])
    registered = tuple(_registered(visit))
    link = _link(visit.ports)
    if link is None:
        said = "Push is not set up here: an admin has to set PUBLIC_URL."
        return Said(text=said, blocks=(section(said), *registered))
    address = link(visit.user.id, visit.now + timedelta(hours=1))
    said = "Open this in the browser or on the phone that is to be paged; it is for you alone, and good for an hour."
    return Said(text=said, blocks=(section(said), section(listing(address)), *registered))


def _registered(visit: Visit) -> Iterator[Block]:
    """The browsers, the latest first, each with a button that takes it off: a phone that is lost answers no more."""
    contacts = {each.address: each for each in visit.user.contacts}
    for place, device in enumerate(subscriptions.devices(visit.user), start=1):
        host = urlsplit(device.subscription.endpoint).hostname or "a push service"
        verified = contacts[device.address].verified_at
        since = f", since {when(verified)}" if verified else ", not reached yet"
        typed = f"me push --remove {_fingerprint(device)}"
        yield section(f"Browser {place}: {line(host, 100)}{since}", run("Remove", typed))


def _take_off(visit: Visit, wanted: str) -> Said:
    found = next((each for each in subscriptions.devices(visit.user) if _fingerprint(each) == wanted), None)
    if found is None:
        raise NotFound("There is no such browser any more: /pagertree me push lists those that there are.")
    subscriptions.forget(visit.ports, visit.user.id, found.subscription.endpoint)
    return Said(text="That browser is removed: no page goes to it, and it registers itself no more.")


def _fingerprint(device: subscriptions.Device) -> str:
    return hashlib.sha256(device.subscription.endpoint.encode()).hexdigest()[:12]


def _link(ports: Ports) -> Callable[..., str] | None:
    return ports.links.register if ports.links and "push" in ports.channels else None


NOUN = Noun(
    name="me",
    summary="How you are reached: addresses, channels, time zone, reminders, your calendar.",
    commands=(
        Command(verb="", summary="Show how you are reached.", run=_show),
        Command(
            verb="add",
            summary="Add a phone, an email address or an ntfy topic; a code is sent to it.",
            run=_add,
            arguments=(_ADDRESS,),
            options=(_BY,),
            opens="Add an address",
            unless=_ADDRESS.name,
            example="me add +442071234567",
        ),
        Command(verb="test", summary="Page yourself once on each of your channels, to see that it works.", run=_test),
        Command(
            verb="verify",
            summary="Type the code that was sent to you.",
            run=_verify,
            arguments=(_CODE,),
            opens="Type the code",
            unless=_CODE.name,
        ),
        Command(verb="forget", summary="Remove one of your addresses.", run=_forget, arguments=(_KNOWN,)),
        Command(verb="prefer", summary="Have one of your addresses tried first.", run=_prefer, arguments=(_KNOWN,)),
        Command(
            verb="channels",
            summary="Choose how you are paged when no rule says otherwise, such as slack and sms.",
            run=_channels,
            arguments=(_CHANNELS,),
            example="me channels slack sms",
        ),
        Command(
            verb="zone", summary="Choose your time zone.", run=_zone, arguments=(_ZONE,), example="me zone Europe/Paris"
        ),
        Command(
            verb="language",
            summary="Choose the language of the fixed words in calls and texts: en, de, fr, es or ja.",
            run=_language,
            arguments=(_LANGUAGE,),
            example="me language de",
        ),
        Command(
            verb="rule",
            summary="Be paged by a notification rule, or by none.",
            run=_rule,
            arguments=(_RULE,),
            example="me rule nights",
        ),
        Command(
            verb="remind",
            summary="Hear how long before you go on call, or off.",
            run=_remind,
            arguments=(_TIME,),
            options=(_AFTER,),
            example="me remind 3h --after yes",
        ),
        Command(verb="feed", summary="Show the secret address of your own calendar.", run=_feed, options=(_RENEW,)),
        Command(
            verb="push",
            summary="Show the link that registers a browser or a phone for push, and take one off that is lost.",
            run=_push,
            options=(_REMOVE,),
        ),
    ),
)
