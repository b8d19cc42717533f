"""Fault switches: rules that say which request goes wrong, in which way, and how often."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from app.sandbox.wire import MisuseError

# What happens to the exchange itself. At most one acts on a request: the oldest that matches.
ACTS: dict[str, str] = {
    "status": "any status and body; with “applied” the write is done first",
    "drop-before": "the connection ends, nothing is done",
    "drop-after": "it is done, then the connection ends without an answer",
    "late": "the connection ends at once, it is done “seconds” later, or when told to land",
    "slow": "the answer takes “seconds”; “when”: done before (default) or after the wait",
    "truncate": "half of the body; with “cut” the connection ends inside it",
    "html": "a proxy's HTML page instead of JSON, with status 200 or 502",
    "empty": "HTTP 200 without a body",
    "huge": "a JSON body of 10 MB",
    "error-state": "HTTP 200 that is a refusal",
    "wrong-type": "numbers come as words; or “field” comes as “value”",
    "429": "throttled; “after”: seconds, date or none",
    "401": "the token is refused",
    "redirect": "sent on to another host (“to”)",
}
# What a proxy changes in any vendor's answer, and what is counted before it: `quota` says 429 to
# more than 10 requests a second or 100 a minute; “after” as with "429".
COMMON_SWITCHES = frozenset({"date-skew", "quota"})


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which requests: a method, or all; a pattern searched in the path, or all paths."""

    method: str = ""
    path: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault switch. `times`: how often it acts, always if `None`; `skip`: how many pass first.

    The rest are words of single kinds, told in `ACTS` and in the stand-in's switches.
    """

    kind: str
    match: Match = Match()
    times: int | None = None
    skip: int = 0
    applied: bool | None = None
    status: int | None = None
    body: object = None
    seconds: float | None = None
    when: str | None = None
    cut: bool = False
    after: str | None = None
    to: str | None = None
    message: str | None = None
    field: str | None = None
    value: object = None
    form: str | None = None

    def fits(self, method: str, path: str) -> bool:
        """Say whether the rule speaks of this request."""
        if self.match.method and self.match.method.upper() != method:
            return False
        return re.search(self.match.path, path, re.IGNORECASE) is not None


class _Armed:
    """A rule in force, with what is left of it."""

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.rule = rule
        self.skip = rule.skip
        self.left = rule.times
        self.hits = 0

    def spend(self) -> bool:
        """Count one match; say whether the rule acts on it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.left is not None:
            if self.left <= 0:
                return False
            self.left -= 1
        self.hits += 1
        return True


class Taken(msgspec.Struct, frozen=True):
    """What goes wrong with one request: one act at most, and the switches that shape the answer."""

    act: Rule | None
    switches: Mapping[str, Rule]

    @property
    def names(self) -> list[str]:
        """The kinds at work, for the ledger."""
        return ([self.act.kind] if self.act else []) + sorted(self.switches)


class Faults:
    """The fault switches of one stand-in."""

    def __init__(self, switches: frozenset[str]) -> None:
        """Know the stand-in's own switches beside the acts that fit every server."""
        self.switches = switches | COMMON_SWITCHES
        self._armed: list[_Armed] = []
        self._next = 1

    def add(self, words: object) -> list[int]:
        """Arm one rule or a list of rules and return their numbers. Raises `MisuseError`."""
        given = words if isinstance(words, list) else [words]
        rules = [self._read(one) for one in given]
        numbers: list[int] = []
        for rule in rules:
            self._armed.append(_Armed(self._next, rule))
            numbers.append(self._next)
            self._next += 1
        return numbers

    def clear(self, number: int | None = None) -> None:
        """Take back one rule, or all."""
        self._armed = [one for one in self._armed if number is not None and one.number != number]

    def take(self, method: str, path: str) -> Taken:
        """Say what goes wrong with this request, and count it."""
        act: Rule | None = None
        switches: dict[str, Rule] = {}
        for armed in self._armed:
            rule = armed.rule
            if not rule.fits(method, path) or (rule.kind in ACTS and act is not None):
                continue
            if not armed.spend():
                continue
            if rule.kind in ACTS:
                act = rule
            else:
                switches[rule.kind] = rule
        return Taken(act=act, switches=switches)

    def listed(self) -> list[dict[str, object]]:
        """Return the armed rules for the ledger."""
        return [
            {
                "number": one.number,
                "kind": one.rule.kind,
                "match": {"method": one.rule.match.method, "path": one.rule.match.path},
                "left": one.left,
                "hits": one.hits,
            }
            for one in self._armed
        ]

    def kinds(self) -> Iterable[str]:
        """Return every kind that can be armed here."""
        return (*ACTS, *sorted(self.switches))

    def _read(self, words: object) -> Rule:
        try:
            rule = msgspec.convert(words, Rule)
            re.compile(rule.match.path)
        except msgspec.ValidationError as trouble:
            raise MisuseError(f"This is not a fault rule: {trouble}.") from trouble
        except re.error as trouble:
            raise MisuseError(f"The path pattern cannot be read: {trouble}.") from trouble
        if rule.kind not in ACTS and rule.kind not in self.switches:
            raise MisuseError(
                f"There is no fault “{rule.kind}”. There is: {', '.join(self.kinds())}."
            )
        _check_choice("after", rule.after, ("seconds", "date", "none"))
        _check_choice("when", rule.when, ("before", "after"))
        if rule.status is not None and not 200 <= rule.status <= 599:
            raise MisuseError("A status is a number from 200 to 599.")
        return rule


def _check_choice(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise MisuseError(f"“{name}” is one of: {', '.join(allowed)}.")
