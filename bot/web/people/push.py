"""`/push/…`: the page on which a person registers a browser for push, and what the installed app consists of."""

import asyncio
from collections.abc import Callable
from html import escape
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.push.channel import Push
from bot.engine.model import User
from bot.errors import Conflict, Forbidden, Invalid, NotFound, PagerError, Rejected, StoreUnavailable, Undelivered
from bot.ports import Ports
from bot.service import subscriptions
from bot.service.links import PATHS, Expired, Links, Purpose
from bot.service.subscriptions import Subscription
from bot.web.ingest.bodies import NoBody, read_body
from bot.web.people import pages

_PREFIX = PATHS[Purpose.REGISTER]
_BODY_LIMIT = 8 * 1024  # bytes; two subscriptions at their largest
_FILES = Path(__file__).parents[1] / "static"
_SERVED = {
    "app.js": "text/javascript",
    "last_page.js": "text/javascript",
    "start.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
}
_STATUSES: tuple[tuple[type[PagerError], int], ...] = (
    (Invalid, 400),
    (Rejected, 400),
    (Expired, 410),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (StoreUnavailable, 503),
)
_ALLOWS = (
    "script-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'"
)
_NEW_LINK = "Type /pagertree me in Slack for a new link. A device that was registered stays registered."
_START = "start"
"""What marks the address that an installed app starts at: long after its link has ended it leads to the last page."""
_LAST = '<p id="last" hidden class="links"><a href="">Open what this device was last notified of</a></p>'
_STARTED = f"""<h1>PagerTree</h1>
{_LAST}
<p>A device that is registered stays registered: what needs you arrives as a notification, and opens here.</p>
<p class="small">Nothing to open? /pagertree alert list in Slack shows what is open. To register this device anew, type
/pagertree me in Slack for a new link.</p>"""
_NOT_SET_UP = "Push is not set up here: PUBLIC_URL has to be set, and be an https address."


class _Renewal(msgspec.Struct):
    old: Subscription
    new: Subscription


class Registration:
    """Registers browsers for the people whose personal links lead here."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [
            Route(f"{_PREFIX}worker.js", _worker),
            Route(f"{_PREFIX}files/{{name}}", _file),
            Route(f"{_PREFIX}renewal", self.renew, methods=["POST"]),
            Route(f"{_PREFIX}{{token}}/manifest.json", self.manifest),
            Route(f"{_PREFIX}{{token}}", self.show, methods=["GET"]),
            Route(f"{_PREFIX}{{token}}", self.change, methods=["POST", "DELETE"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page, for whoever has the link."""
        token = request.path_params["token"]
        try:
            user = await asyncio.to_thread(self._reader, token)
            key = await asyncio.to_thread(lambda: self._push().server_key)
        except Expired as error:
            if _START in request.query_params:
                return pages.page("PagerTree", _STARTED, allows=_ALLOWS, head=_start_head(token))
            return pages.refusal(str(error), _NEW_LINK, _status(error))
        except PagerError as error:
            said = str(error) if not isinstance(error, StoreUnavailable) else "The database does not answer."
            return pages.refusal(said, _NEW_LINK, _status(error))
        return pages.page("Notifications", _page(user, key), allows=_ALLOWS, head=_head(token))

    async def manifest(self, request: Request) -> Response:
        """What makes the page an app that can be installed; iOS wants that, and opens the app where it says."""
        icons = [
            {"src": f"{_PREFIX}files/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
            for size in (192, 512)
        ]
        said = {
            "name": "PagerTree",
            "short_name": "PagerTree",
            "id": _PREFIX,
            "start_url": f"{_PREFIX}{request.path_params['token']}?{_START}=1",
            "scope": "/",
            "display": "standalone",
            "background_color": "#14532d",
            "theme_color": "#14532d",
            "icons": icons,
        }
        return JSONResponse(said, media_type="application/manifest+json", headers={"cache-control": "no-store"})

    async def change(self, request: Request) -> Response:
        """Take a subscription (POST) or forget it (DELETE), and say so as `{"said": …}`."""
        body = await read_body(request.scope, request.receive, _BODY_LIMIT)
        do = self._register if request.method == "POST" else self._forget
        return await _answered(lambda: do(request.path_params["token"], _whole(body)))

    async def renew(self, request: Request) -> Response:
        """Put a browser's new subscription in the place of its old one."""
        body = await read_body(request.scope, request.receive, _BODY_LIMIT)
        return await _answered(lambda: self._renew(_whole(body)))

    def _register(self, token: str, body: bytes) -> str:
        user, subscription, push = self._reader(token), subscriptions.parse(body), self._push()
        said = "This browser is registered. A first notification is on its way: it shows how a page will look."
        arrived = True
        try:
            push.greet(user, subscription)
        except Rejected:
            raise
        except Undelivered as error:
            said, arrived = f"This browser is registered, but no notification could be sent yet: {error.reason}", False
        subscriptions.register(self._ports, user.id, subscription, arrived=arrived)
        return said

    def _forget(self, token: str, body: bytes) -> str:
        user = self._reader(token)
        subscriptions.forget(self._ports, user.id, subscriptions.parse(body).endpoint)
        return "This browser gets no more notifications."

    def _renew(self, body: bytes) -> str:
        try:
            renewal = msgspec.json.decode(body, type=_Renewal)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Forbidden("This is no renewal of a subscription.") from None
        subscription = subscriptions.parse(msgspec.json.encode(renewal.new))
        self._push().check(subscription)
        subscriptions.renew(self._ports, renewal.old, subscription)
        return "This browser is registered."

    def _reader(self, token: str) -> User:
        user_id = self._links.read_register(token, self._ports.clock.now())
        user = self._ports.store.directory().users.get(user_id)
        if user is None or not user.active:
            raise Forbidden("This link belongs to somebody who is no longer here.")
        return user

    def _push(self) -> Push:
        push = self._ports.channels.get(subscriptions.PUSH)
        if not isinstance(push, Push):
            raise NotFound(_NOT_SET_UP)
        return push


async def _worker(_request: Request) -> Response:
    """The service worker. Its folder is what it may look after, so it lies beside the page."""
    return Response(
        (_FILES / "worker.js").read_bytes(), media_type="text/javascript", headers={"cache-control": "no-cache"}
    )


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _SERVED:
        return JSONResponse({"said": "There is nothing at this address."}, 404)
    headers = {"cache-control": "max-age=3600", "x-content-type-options": "nosniff"}
    return Response((_FILES / name).read_bytes(), media_type=_SERVED[name], headers=headers)


async def _answered(do: Callable[[], str]) -> Response:
    try:
        said, status = await asyncio.to_thread(do), 200
    except PagerError as error:
        said, status = str(error), _status(error)
    return JSONResponse({"said": said}, status, {"cache-control": "no-store"})


def _status(error: PagerError) -> int:
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def _whole(body: bytes | NoBody) -> bytes:
    if isinstance(body, NoBody):
        raise Forbidden("This is no push subscription.")
    return body


def _head(token: str) -> str:
    return f'{_app_head(token)}<script src="{_PREFIX}files/app.js" type="module"></script>'


def _start_head(token: str) -> str:
    return f'{_app_head(token)}<script src="{_PREFIX}files/start.js" type="module"></script>'


def _app_head(token: str) -> str:
    return (
        f'<link rel="manifest" href="{_PREFIX}{escape(token)}/manifest.json">'
        f'<link rel="icon" href="{_PREFIX}files/icon.svg">'
        f'<link rel="apple-touch-icon" href="{_PREFIX}files/icon-192.png">'
        '<meta name="theme-color" content="#14532d"><meta name="apple-mobile-web-app-capable" content="yes">'
        '<meta name="apple-mobile-web-app-title" content="PagerTree">'
    )


def _page(user: User, key: str) -> str:
    return f"""<h1>Notifications for {escape(user.name)}</h1>
<p data-key="{escape(key)}">Alerts that need you arrive on this device as notifications, which you can acknowledge and
reject. The browser asks whether it may show them: choose <strong>Allow</strong>. A first one comes at once.</p>
{_LAST}
<p class="said" id="said" role="status"></p>
<div class="row"><button class="first" id="on" hidden>Turn on notifications here</button>
<button id="off" hidden>Turn them off here</button></div>
<div id="apple" hidden><p class="said">On an iPhone or iPad, install this page first:</p>
<ol><li>Open it in Safari (iOS 16.4 or later).</li><li>Tap Share, then <em>Add to Home Screen</em>.</li>
<li>Open PagerTree from the Home Screen within the hour, and turn notifications on there.</li></ol></div>
<p id="unable" class="said" hidden>This browser cannot receive notifications. Firefox, Chrome, Edge and Safari can.</p>
<noscript><p class="said">Notifications need JavaScript.</p></noscript>
<p class="small">At night: a phone in do-not-disturb shows and sounds nothing unless its settings let this browser
through.</p>
<p class="small">This link is yours alone and ends after an hour; the device stays registered.</p>"""
