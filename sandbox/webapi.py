"""The HTTP face of the Web API: reads a call, lets it meet its faults and limits, answers as Slack does."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sandbox.errors import SlackError
from sandbox.methods import METHODS, SCOPES
from sandbox.methods.call import Call, Json
from sandbox.misbehaviour import Fault
from sandbox.slack import Slack

BODY = 1_000_000
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


async def answer_call(request: Request) -> Response:
    """One call of a Web API method; counted whatever becomes of it."""
    slack: Slack = request.app.state.slack
    method = request.path_params["method"]
    try:
        arguments = await _read_arguments(request)
    except SlackError as refusal:
        return _reply(Call(slack=slack, method=method, arguments={}), _refused(refusal))
    call = Call(slack=slack, method=method, arguments=arguments)
    if slack.settings.answer_delay_ms:
        await asyncio.sleep(slack.settings.answer_delay_ms / 1000)
    fault = slack.faults.meet(method, _channel_of(slack, arguments)) if slack.faults.faults else None
    if fault is not None:
        return await _misbehave(request, call, fault)
    return _perform(request, call)


def _perform(request: Request, call: Call) -> Response:
    slack = call.slack
    try:
        _check_token(slack, call.method, _token(request, call.arguments))
        _check_method(call.method)
        channel = _channel_of(slack, call.arguments)
        wait = slack.rates.wait_for(call.method, channel, slack.settings.rates)
        if wait is not None:
            limited = {"ok": False, "error": "ratelimited"}
            return _reply(call, limited, 429, {"retry-after": str(wait)})
        _check_scope(slack, call.method)
        return _reply(call, {"ok": True, **METHODS[call.method](call)})
    except SlackError as refusal:
        return _reply(call, _refused(refusal))


async def _misbehave(request: Request, call: Call, fault: Fault) -> Response:
    slack = call.slack
    match fault.kind:
        case "rate_limited":
            headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
            return _reply(call, {"ok": False, "error": "ratelimited"}, 429, headers)
        case "status":
            return _reply(call, "upstream connect error", fault.status)
        case "internal_error" | "error":
            code = fault.error if fault.kind == "error" else "internal_error"
            return _reply(call, {"ok": False, "error": code})
        case "html":
            return _reply(call, _HTML, 200)
        case "slow":
            await asyncio.sleep(fault.ms / 1000)
            return _perform(request, call)
        case "timeout_after":
            done = _perform(request, call)
            await _hang(request, fault.seconds)
            return done
        case _:
            slack.calls.record(call.method, call.arguments, 0, None)
            slack.workspace.changes.note()
            await _hang(request, fault.seconds)
            return Response(status_code=504)


async def _hang(request: Request, seconds: float) -> None:
    """Says nothing until the bot gives up, the seconds are over or the server stops."""
    slack: Slack = request.app.state.slack
    gone = asyncio.ensure_future(_disconnected(request))
    stopped = asyncio.ensure_future(slack.workspace.changes.until(lambda: False, seconds))
    _, pending = await asyncio.wait({gone, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read_arguments(request: Request) -> Json:
    arguments: Json = dict(request.query_params)
    body = await request.body()
    if len(body) > BODY:
        raise SlackError("request_too_large")
    if not body:
        return arguments
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    match kind:
        case "application/json":
            return arguments | _read_json(body)
        case "application/x-www-form-urlencoded" | "":
            return arguments | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        case _:
            raise SlackError("invalid_post_type")


def _read_json(body: bytes) -> Json:
    try:
        read = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise SlackError("invalid_json") from None
    if not isinstance(read, dict):
        raise SlackError("json_not_object")
    return read


def _token(request: Request, arguments: Json) -> str:
    bearer = request.headers.get("authorization", "")
    return bearer.removeprefix("Bearer ").strip() if bearer else str(arguments.get("token") or "")


def _check_token(slack: Slack, method: str, token: str) -> None:
    if method == "api.test":
        return
    if not token:
        raise SlackError("not_authed")
    wanted, other = slack.config.bot_token, slack.config.app_token
    if method == "apps.connections.open":
        wanted, other = other, wanted
    if token == other:
        raise SlackError("not_allowed_token_type")
    if token != wanted:
        raise SlackError("invalid_auth")
    if slack.workspace.token_revoked:
        raise SlackError("token_revoked")


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise SlackError("unknown_method", req_method=method)


def _check_scope(slack: Slack, method: str) -> None:
    given, needed = slack.settings.scopes, SCOPES.get(method)
    if given is not None and needed is not None and not set(given) & set(needed):
        raise SlackError("missing_scope", needed=needed[0], provided=",".join(given))


def _channel_of(slack: Slack, arguments: Json) -> str:
    named = str(arguments.get("channel") or arguments.get("channel_id") or "")
    if not named or named in slack.workspace.conversations:
        return named
    found = slack.workspace.find_conversation(named)
    return found.id if found else named


def _refused(refusal: SlackError) -> Json:
    body: Json = {"ok": False, "error": refusal.code, **refusal.extra}
    if refusal.messages:
        messages = list(refusal.messages)
        body |= {"errors": [m.removeprefix("[ERROR] ") for m in messages], "response_metadata": {"messages": messages}}
    return body


def _reply(call: Call, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    call.slack.calls.record(call.method, call.arguments, status, body)
    call.slack.workspace.changes.note()
    if isinstance(body, str):
        return Response(body, status, headers, "text/html")
    scopes = call.slack.settings.scopes
    named = {} if scopes is None else {"x-oauth-scopes": ",".join(scopes)}
    return Response(msgspec.json.encode(body), status, named | (headers or {}), "application/json; charset=utf-8")
