"""The page for people at `/`: what the server holds, fault switches, and the second device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.sandbox.door import Door
from app.sandbox.faults import ACTS
from app.sandbox.markup import Html, join, tag
from app.sandbox.page_assets import SCRIPT, STYLE

_SHOWN_REQUESTS = 25
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_routes(doors: Mapping[str, Door]) -> list[Route]:
    """Return the page with its style and script."""

    async def page(request: Request) -> Response:
        base = f"http://{request.headers.get('host', '')}"
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(_document(doors, base), headers=headers)

    async def style(_request: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def script(_request: Request) -> Response:
        return Response(SCRIPT, media_type="text/javascript")

    return [Route("/", page), Route("/page.css", style), Route("/page.js", script)]


def _document(doors: Mapping[str, Door], base: str) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("title", "Timekept sandbox"),
        tag("link", rel="stylesheet", href="/page.css"),
        tag("script", src="/page.js", defer=True),
    )
    intro = "Servers that stand in for the vendors' own. Nothing here leaves this computer."
    sections = [_section(kind, door, base) for kind, door in doors.items()]
    body = tag("body", tag("h1", "Sandbox"), tag("p", intro, class_="quiet"), *sections)
    return "<!DOCTYPE html>" + tag("html", head, body, lang="en")


def _section(kind: str, door: Door, base: str) -> Html:
    # As JSON values, since these are what the control surface shows too.
    ledger: dict[str, Any] = msgspec.to_builtins(door.ledger())
    return tag(
        "section",
        tag("h2", kind),
        tag(
            "p",
            "Base ",
            tag("code", f"{base}/{kind}"),
            " token ",
            tag("code", door.stand_in.token),
        ),
        _live(f"{kind}-running", _running(ledger)),
        tag("h3", "From another device"),
        _device_forms(kind, door),
        tag("h3", "Time entries"),
        _live(f"{kind}-worklogs", _worklogs(ledger["worklogs"])),
        tag("h3", "Faults"),
        _fault_form(kind, door),
        _live(f"{kind}-faults", _faults(kind, ledger["faults"], ledger["heldWrites"])),
        tag("h3", "Last requests"),
        _live(f"{kind}-requests", _requests(ledger["requests"])),
    )


def _live(name: str, content: Html) -> Html:
    return tag("div", content, id=name, data_live=True)


def _running(ledger: dict[str, Any]) -> Html:
    track = ledger["running"]
    if track is None:
        if ledger["clientInputRequired"]:
            why = f"Nothing runs: the server stopped the track (type {ledger['stoppedTrackType']})."
            return tag("p", why, class_="asks")
        return tag("p", "Nothing runs.", class_="quiet")
    item = track["workItem"]
    what = f"#{item['id']} {item['title']}" if item else "No work item"
    check = track["activityCheck"]
    length = _duration(track["currentTrackLength"])
    asks = None
    if check["isRunning"]:
        asks = tag("p", f"Asks for activity: {check['secondsLeft']} s left.", class_="asks")
    return tag(
        "div",
        tag("strong", what),
        tag("div", track["remark"] or "No comment"),
        tag(
            "div",
            f"Since {track['currentTrackStartedDateTime']}, {length}",
            class_="quiet",
        ),
        asks,
        class_="running",
    )


def _worklogs(rows: Sequence[dict[str, Any]]) -> Html:
    if not rows:
        return tag(
            "p", "None yet. Start and stop a track, or create one by the API.", class_="quiet"
        )
    lines = [
        (
            row["timestamp"],
            _duration(row["length"]),
            f"#{row['workItemId']} {row['title']}" if row["workItemId"] else "",
            row["comment"] or "",
            row["activityType"]["name"],
            row["editedTimestamp"],
        )
        for row in reversed(rows)
    ]
    return _table(("Start", "Length", "Work item", "Comment", "Activity", "Edited (UTC)"), lines)


def _requests(rows: Sequence[dict[str, Any]]) -> Html:
    if not rows:
        return tag("p", "None yet.", class_="quiet")
    lines = [
        (
            str(row["number"]),
            row["at"],
            row["method"],
            row["path"],
            "" if row["body"] is None else msgspec.json.encode(row["body"]).decode(),
            "no answer" if row["status"] is None else str(row["status"]),
            ", ".join(row["faults"]),
        )
        for row in reversed(rows[-_SHOWN_REQUESTS:])
    ]
    return _table(("No.", "At", "Method", "Path", "Body", "Status", "Faults"), lines)


def _faults(kind: str, rows: Sequence[dict[str, Any]], held: int) -> Html:
    if not rows and not held:
        return tag("p", "No fault is set.", class_="quiet")
    lines = [
        (
            row["kind"],
            row["match"]["method"] or "all",
            row["match"]["path"] or "all",
            "until cleared" if row["left"] is None else str(row["left"]),
            str(row["hits"]),
        )
        for row in rows
    ]
    land = None
    if held:
        words = f"Let {held} held write land" if held == 1 else f"Let {held} held writes land"
        land = _form(kind, "land", tag("button", words))
    table = _table(("Fault", "Method", "Path", "Left", "Hits"), lines) if rows else None
    return join(table, _form(kind, "faults/clear", tag("button", "Clear all faults")), land)


def _device_forms(kind: str, door: Door) -> Html:
    items = [tag("option", "No work item", value="")]
    items += [
        tag("option", f"#{number} {title}", value=str(number))
        for number, title in door.stand_in.choices()
    ]
    start = _form(
        kind,
        "elsewhere",
        tag("input", type="hidden", name="do", value="start"),
        tag("label", "Work item", tag("select", *items, name="tfsId")),
        tag("label", "Comment", tag("input", name="remark")),
        tag("button", "Start"),
    )
    stop = _form(
        kind,
        "elsewhere",
        tag("input", type="hidden", name="do", value="stop"),
        tag("button", "Stop"),
    )
    check = _form(
        kind,
        "activity-check",
        _number("Seconds to answer", "waitSeconds", "60"),
        tag("button", "Ask for activity"),
    )
    reset = _form(kind, "reset", tag("button", "Forget everything"))
    return join(start, stop, check, reset)


def _fault_form(kind: str, door: Door) -> Html:
    kinds = [
        tag("option", f"{name}: {ACTS[name]}" if name in ACTS else name, value=name)
        for name in door.faults.kinds()
    ]
    methods = [
        tag("option", name or "all", value=name) for name in ("", "GET", "POST", "PATCH", "DELETE")
    ]
    return _form(
        kind,
        "faults",
        tag("label", "What goes wrong", tag("select", *kinds, name="kind")),
        tag("label", "Method", tag("select", *methods, name="method")),
        tag("label", "Path contains", tag("input", name="path", class_="short")),
        _number("How often", "times", "1"),
        _number("Seconds", "seconds", ""),
        _number("Status", "status", ""),
        tag("button", "Set"),
    )


def _number(words: str, name: str, value: str) -> Html:
    box = tag("input", name=name, value=value, inputmode="numeric", class_="short")
    return tag("label", words, box)


def _form(kind: str, name: str, *children: Html) -> Html:
    return tag("form", *children, method="post", action=f"/control/{kind}/{name}")


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Html:
    head = tag("tr", *(tag("th", words, scope="col") for words in heads))
    rows = [tag("tr", *(tag("td", words, class_="words") for words in line)) for line in lines]
    return tag("table", tag("thead", head), tag("tbody", *rows))


def _duration(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
