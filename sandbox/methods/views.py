"""views.*: modals and App Homes."""

from sandbox.errors import SlackError
from sandbox.methods.call import Call, Json
from sandbox.views import View, describe_view


def open_view(call: Call) -> Json:
    """views.open: uses the trigger up, then checks the view; a bad view costs the trigger, as in Slack."""
    trigger = call.slack.triggers.redeem(call.text("trigger_id"))
    return _answer(call.slack.views.open(trigger.person, _view(call)))


def push(call: Call) -> Json:
    """views.push: on top of the modal that the trigger came from."""
    trigger = call.slack.triggers.redeem(call.text("trigger_id"))
    return _answer(call.slack.views.push(trigger.person, _view(call)))


def update(call: Call) -> Json:
    """views.update: by view_id or external_id, optionally only if the hash is still the same."""
    identity = call.optional("view_id") or call.optional("external_id")
    if not identity:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view_id")
    return _answer(call.slack.views.update(identity, _view(call), call.optional("hash")))


def publish(call: Call) -> Json:
    """views.publish: the App Home of one person."""
    person = call.slack.workspace.person(call.text("user_id"))
    return _answer(call.slack.views.publish(person.id, _view(call), call.optional("hash")))


def _view(call: Call) -> Json:
    view = call.structure("view", "invalid_arguments")
    if view is None:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
    return view


def _answer(view: View) -> Json:
    return {"view": describe_view(view)}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
