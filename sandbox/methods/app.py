"""api.test, auth.test and the opening of a socket."""

from sandbox.methods.call import Call, Json
from sandbox.people import BOT, BOT_USER, TEAM


def api_test(call: Call) -> Json:
    """api.test: says back what it was given; needs no token."""
    return {"args": {name: value for name, value in call.arguments.items() if name != "token"}}


def auth_test(call: Call) -> Json:
    """auth.test: who the token belongs to."""
    return {
        "url": f"{call.slack.settings.url}/",
        "team": "Sandbox",
        "user": "pagertree",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    """apps.connections.open: the address of a websocket, good for one connection."""
    address = call.slack.settings.url.replace("http", "ws", 1)
    return {"url": f"{address}/_socket?ticket={call.slack.sockets.issue_ticket()}&app_id=sandbox"}


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": open_connection,
}
