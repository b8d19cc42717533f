"""Reads the fields of 7pace bodies and queries: names in any case, the server's refusals."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from app.sandbox.sevenpace.refusals import RefusalError, malformed
from app.sandbox.sevenpace.wall_time import read_wall
from app.sandbox.wire import Call


def body_of(call: Call) -> object:
    """Return the decoded JSON body. Raises `RefusalError` if it is none."""
    try:
        return call.json()
    except ValueError as trouble:
        raise malformed("Requested information is incomplete or malformed") from trouble


def object_of(call: Call) -> dict[str, object]:
    """Return the body as an object with lower-case names. Raises `RefusalError`."""
    return lowered(body_of(call))


def lowered(content: object) -> dict[str, object]:
    """Return an object with lower-case names: the server minds no case. Raises `RefusalError`."""
    if not isinstance(content, dict):
        raise malformed("The request body must be a JSON object")
    return {str(name).lower(): value for name, value in content.items()}


def text(fields: Mapping[str, object], name: str) -> str | None:
    """Return a text field or `None`. Raises `RefusalError` for another type."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise malformed(f"The field {name} must be a string")
    return value


def whole(fields: Mapping[str, object], name: str) -> int | None:
    """Return a whole number or `None`; digits in a string count. Else raises `RefusalError`."""
    value = fields.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    raise malformed(f"The field {name} must be an integer")


def truth(fields: Mapping[str, object], name: str) -> bool | None:
    """Return a boolean or `None`. Raises `RefusalError` for another type."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise malformed(f"The field {name} must be a boolean")
    return value


def guid(value: str) -> str:
    """Return a GUID in lower case. A bad one is a `RefusalError` with the odd `ApiVersionError`."""
    try:
        return str(uuid.UUID(value))
    except ValueError as trouble:
        raise malformed(f"The value '{value}' is not a valid GUID") from trouble


def moment(value: str) -> datetime:
    """Return a wall reading. Raises `RefusalError`."""
    try:
        return read_wall(value)
    except ValueError as trouble:
        raise malformed(f"The value '{value}' is not a valid date") from trouble


def query_moment(call: Call, name: str) -> datetime | None:
    """Return a wall reading of the query or `None`. Raises `RefusalError`."""
    value = call.query.get(name)
    return None if not value else moment(value)


def query_count(call: Call, name: str, otherwise: int) -> int:
    """Return a count of the query. Raises `RefusalError` for what is none."""
    value = call.query.get(name)
    if not value:
        return otherwise
    if not value.isdecimal():
        raise malformed(f"The parameter ${name} must be a positive integer")
    return int(value)


def query_truth(call: Call, name: str, *, otherwise: bool = False) -> bool:
    """Return a flag of the query. Raises `RefusalError` for what is none."""
    value = call.query.get(name, "").lower()
    if value not in ("", "true", "false", "1", "0"):
        raise malformed(f"The parameter ${name} must be a boolean")
    return otherwise if not value else value in ("true", "1")


def wants_display_name(call: Call) -> bool:
    """Say whether `$expand` asks for display names."""
    return "user.displayname" in call.query.get("expand", "").lower()


def refuse_unknown(code: str, what: str) -> RefusalError:
    """Return the refusal of an id that is not there."""
    return RefusalError(code, f"{what} was not found")
