"""The control surface: ledger, faults, second device, activity check, clock, reset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.door import Door
from app.sandbox.wire import MisuseError

_FORM = "application/x-www-form-urlencoded"
# What a form sends as text and means as something else; all other words stay text.
_WHOLE = frozenset({"tfsId", "times", "skip", "status", "waitSeconds", "type", "number"})
_REAL = frozenset({"seconds", "skewSeconds"})
_MATCH = frozenset({"method", "path"})

Handler = Callable[[Door, Request], Awaitable[object]]


def control_routes(doors: Mapping[str, Door]) -> list[Route]:
    """Return the routes; each answers JSON, or sends a form's browser back to the page."""
    table: list[tuple[str, str, Handler]] = [
        ("GET", "ledger", _ledger),
        ("GET", "faults", _list_faults),
        ("POST", "faults", _add_faults),
        ("DELETE", "faults", _clear_faults),
        ("POST", "faults/clear", _clear_faults),
        ("POST", "land", _land),
        ("POST", "elsewhere", _elsewhere),
        ("POST", "activity-check", _activity_check),
        ("POST", "settings", _settings),
        ("POST", "clock", _clock),
        ("POST", "reset", _reset),
    ]
    return [
        Route(f"/control/{kind}/{name}", _view(door, handler), methods=[method])
        for kind, door in doors.items()
        for method, name, handler in table
    ]


def _view(door: Door, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def view(request: Request) -> Response:
        if not _from_here(request):
            return JSONResponse({"error": "Only pages of the sandbox itself may ask this."}, 403)
        from_form = _is_form(request)
        try:
            result = await handler(door, request)
        except MisuseError as trouble:
            return JSONResponse({"error": str(trouble)}, trouble.status)
        if from_form:
            return RedirectResponse("/", status_code=303)
        return JSONResponse(msgspec.to_builtins(result))

    return view


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(_FORM)


def _from_here(request: Request) -> bool:
    """Say whether no web page, or a page of this very server, sent the request."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _words(request: Request) -> dict[str, object]:
    """Return the words of a JSON object or a form. Raises `MisuseError`."""
    body = await request.body()
    if _is_form(request):
        return _form_words(body)
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError as trouble:
        raise MisuseError(f"The body is not a JSON object: {trouble}.") from trouble


def _form_words(body: bytes) -> dict[str, object]:
    words: dict[str, object] = {}
    match: dict[str, str] = {}
    for name, value in parse_qsl(body.decode()):
        if name in _MATCH:
            match[name] = value
        else:
            words[name] = _form_value(name, value)
    if match:
        words["match"] = match
    return words


def _form_value(name: str, value: str) -> object:
    if value in ("true", "false"):
        return value == "true"
    try:
        if name in _WHOLE:
            return int(value)
        if name in _REAL:
            return float(value)
    except ValueError as trouble:
        raise MisuseError(f"“{name}” is a number.") from trouble
    return value


def _number(words: Mapping[str, object], name: str, otherwise: float) -> float:
    value = words.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MisuseError(f"“{name}” is a number.")
    return value


async def _ledger(door: Door, _request: Request) -> object:
    return door.ledger()


async def _list_faults(door: Door, _request: Request) -> object:
    return {"faults": door.faults.listed(), "kinds": list(door.faults.kinds())}


async def _add_faults(door: Door, request: Request) -> object:
    given: object
    if _is_form(request):
        given = await _words(request)
    else:
        try:
            given = msgspec.json.decode(await request.body())
        except msgspec.DecodeError as trouble:
            raise MisuseError(f"The body is not JSON: {trouble}.") from trouble
    return {"numbers": door.faults.add(given)}


async def _clear_faults(door: Door, request: Request) -> object:
    number = (await _words(request)).get("number")
    door.faults.clear(number if isinstance(number, int) else None)
    return {"faults": door.faults.listed()}


async def _land(door: Door, _request: Request) -> object:
    return {"landed": 0 if door.patience is None else door.patience.land()}


async def _elsewhere(door: Door, request: Request) -> object:
    words = await _words(request)
    with door.lock:
        return door.stand_in.elsewhere(words)


async def _activity_check(door: Door, request: Request) -> object:
    seconds = int(_number(await _words(request), "waitSeconds", 60))
    with door.lock:
        return door.stand_in.ask_activity_check(seconds)


async def _settings(door: Door, request: Request) -> object:
    words = await _words(request)
    with door.lock:
        return door.stand_in.change_settings(words)


async def _clock(door: Door, request: Request) -> object:
    seconds = _number(await _words(request), "skewSeconds", 0)
    with door.lock:
        door.stand_in.clock.skew_seconds = seconds
    return {"skewSeconds": seconds, "now": door.stand_in.clock()}


async def _reset(door: Door, _request: Request) -> object:
    door.reset()
    return {}
