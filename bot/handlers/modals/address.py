"""The forms of an address of one's own: a phone or mail address, then the code that was sent to it."""

from bot.engine.model import ChannelKinds, Contact
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service import people
from bot.service.people import VALID, Sent, own_forms
from bot.slack.blocks import Block, actions, code, context, line, section
from bot.slack.forms import Choice, Form, input_block, menu, text

_FORM, _PROOF = "address", "address_code"
_ADDRESS, _BY, _CODE = "address", "by", "code"
_LONGEST_ADDRESS, _LONGEST_CODE = 250, 20
_TEXT = "text"
_WAYS = (Choice(value=_TEXT, label="A text message, or a mail"), Choice(value="voice", label="A call"))
_USED = "It is used once you typed the code that comes to it."


def new_address(visit: Visit) -> Form:
    """Ask for an address."""
    others = [each for each in own_forms(visit.ports) if each.example]
    kinds = ["A phone with its country, or an email address", *(f"{each.title}: {each.example}" for each in others)]
    label = "Phone, email or another address" if others else "Phone or email"
    return Form(
        title="Add an address",
        name=_FORM,
        submit="Send a code",
        close="Cancel",
        blocks=(
            input_block(
                _ADDRESS, label, text("", "+442071234567", _LONGEST_ADDRESS), hint=f"{'; '.join(kinds)}. {_USED}"
            ),
            input_block(_BY, "The code comes by", menu(_BY, _WAYS, _TEXT)),
        ),
    )


def ask_code(first: Block) -> Form:
    """Ask for the code that is on its way."""
    return Form(
        title="Type the code",
        name=_PROOF,
        submit="Check",
        close="Cancel",
        blocks=(first, input_block(_CODE, "Code", text("", "123456", _LONGEST_CODE))),
    )


def say_sent(sent: Sent) -> str:
    """Say that a code is on its way, and where."""
    minutes = VALID.seconds // 60
    doubt = f" {sent.doubt} Where no code comes, look at each of its digits again." if sent.doubt else ""
    said = f"A code is on its way to {code(sent.address)} by {line(sent.channel)}. It is good for {minutes} minutes."
    return f"{said}{doubt}"


def say_verified(contact: Contact, kinds: ChannelKinds) -> Said:
    """Say that an address is somebody's own, and how to be paged there."""
    channels = " ".join((*kinds.by_default, kinds.opened_by(contact.channel)[0]))
    hint = f"Be paged there with {code(f'/pagertree me channels {channels}')}, or with a notification rule."
    said = f"{code(contact.address)} is yours. {hint}"
    return Said(text=said, blocks=(section(said), actions(run(f"Be paged by {channels}", f"me channels {channels}"))))


def _send(visit: Visit, filled: Filled) -> Form:
    by = filled.choice(_BY)
    sent = people.send_code(visit.ports, visit.user.id, filled.text(_ADDRESS), "" if by == _TEXT else by)
    return ask_code(section(say_sent(sent)))


def _check(visit: Visit, filled: Filled) -> Saved:
    contact = people.verify(visit.ports, visit.user.id, filled.text(_CODE))
    return Saved(title="Added", said=say_verified(contact, visit.directory().channel_kinds))


def ask_late() -> Form:
    """Ask for a code that was sent a while ago."""
    return ask_code(context("The code that was sent to you last."))


MODALS = (
    Modal(name=_FORM, anchor=_ADDRESS, save=_send),
    Modal(name=_PROOF, anchor=_CODE, save=_check),
)
