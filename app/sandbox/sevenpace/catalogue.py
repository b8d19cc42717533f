"""Who and what there is in the 7pace stand-in: users, work items, activity types."""

import msgspec

COLLECTION_ID = "6c1d8c25-1a8f-4a53-9c4b-2f0f4f5d7a10"
COLLECTION_NAME = "acme"
NOT_SET_ID = "00000000-0000-0000-0000-000000000000"
_BUG, _TASK, _STORY = "CC293D", "F2CB1D", "009CCC"
_COLOUR_OF_TYPE = {"Bug": _BUG, "Task": _TASK, "User Story": _STORY}


class User(msgspec.Struct, frozen=True):
    """A person of the organisation; `role` is Team, Budget, Product or Administrator."""

    id: str
    vsts_id: str
    name: str
    unique_name: str
    email: str
    role: str
    manages: bool = False


class WorkItem(msgspec.Struct, frozen=True):
    """A work item of Azure DevOps."""

    id: int
    title: str
    type: str
    team_project: str
    effort: float | None = None
    parent_id: int | None = None
    closed: bool = False

    @property
    def color(self) -> str:
        """The colour of its type, `rrggbb` without `#`."""
        return _COLOUR_OF_TYPE[self.type]


class ActivityType(msgspec.Struct, frozen=True):
    """A kind of work; `color` is `rrggbb` without `#`."""

    id: str
    name: str
    color: str


ME = User(
    id="0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d01",
    vsts_id="7e0a1b52-31c4-4f0f-9d55-0b8c9d1e2f01",
    name="Alex Rivera",
    unique_name="alex.rivera@example.com",
    email="alex.rivera@example.com",
    role="Team",
)
MANAGER = User(
    id="0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d02",
    vsts_id="7e0a1b52-31c4-4f0f-9d55-0b8c9d1e2f02",
    name="Mina Okafor",
    unique_name="mina.okafor@example.com",
    email="mina.okafor@example.com",
    role="Administrator",
    manages=True,
)
TEAMMATE = User(
    id="0d63c0cf-6f0e-4c43-8f3e-5a1f6f1c2d03",
    vsts_id="7e0a1b52-31c4-4f0f-9d55-0b8c9d1e2f03",
    name="Jörg Łukasiewicz",
    unique_name="jorg.lukasiewicz@example.com",
    email="jorg.lukasiewicz@example.com",
    role="Team",
)
USERS = (ME, MANAGER, TEAMMATE)

ACTIVITY_TYPES = (
    ActivityType(NOT_SET_ID, "[Not Set]", "ffffff"),
    ActivityType("cfe030e2-b8b4-e711-8418-00155d0a6b50", "Design", "54c270"),
    ActivityType("d0e030e2-b8b4-e711-8418-00155d0a6b50", "Development", "4a90e2"),
    ActivityType("d1e030e2-b8b4-e711-8418-00155d0a6b50", "Review", "b266d9"),
    ActivityType("d2e030e2-b8b4-e711-8418-00155d0a6b50", "Writing", "f0a13a"),
    ActivityType("d3e030e2-b8b4-e711-8418-00155d0a6b50", "Testing", "d94f5c"),
)

_ALPHA, _BETA, _OPS = "Project Alpha", "Project Beta", "Operations"

WORK_ITEMS = (
    WorkItem(1210, "Sign-in and accounts", "User Story", _ALPHA, 21.0),
    WorkItem(1290, "Remove the old settings page", "Task", _ALPHA, 2.0, closed=True),
    WorkItem(1301, "Accessibility of the sign-in form", "Task", _ALPHA, 5.0, 1210),
    WorkItem(1318, "Slow start after an update", "Bug", _ALPHA, 3.0),
    WorkItem(1342, "Remember the chosen language", "Task", _ALPHA, 1.0, 1210),
    WorkItem(1349, "Fix login timer", "Bug", _ALPHA, 3.0, 1210),
    WorkItem(1350, "Review sign-in flow", "Task", _ALPHA, 2.0, 1210),
    WorkItem(1355, "Plan the sprint", "Task", _ALPHA),
    WorkItem(1358, "Keyboard traps in the date picker", "Bug", _ALPHA, 2.0),
    WorkItem(1362, "Write release notes for the quarter", "Task", _ALPHA, 3.0),
    WorkItem(1366, "Export of a month takes a minute", "Bug", _ALPHA, 5.0),
    WorkItem(1371, "Daily stand-up", "Task", _ALPHA),
    WorkItem(1374, "Time zones in the report: Zürich, São Paulo, 東京", "Bug", _ALPHA, 8.0),
    WorkItem(1380, "Search by number and by words", "User Story", _ALPHA, 8.0),
    WorkItem(1381, "Search: show recent items first", "Task", _ALPHA, 2.0, 1380),
    WorkItem(1386, "Support rota, week A", "Task", _OPS),
    WorkItem(1389, "Renew the certificates", "Task", _OPS, 1.0),
    WorkItem(1391, "Restore test of the backups", "Task", _OPS, 3.0),
    WorkItem(1394, "Alerts at night that mean nothing", "Bug", _OPS, 2.0),
    WorkItem(1398, "Interview candidates", "Task", _OPS),
    WorkItem(1402, "Totals differ by a second after a clock change", "Bug", _ALPHA, 5.0),
    WorkItem(1405, "Invoices: round per line, not per sum", "Bug", _BETA, 3.0),
    WorkItem(1408, "Customer workshop", "Task", _BETA),
    WorkItem(1411, "Import from the old tracker", "User Story", _BETA, 13.0),
    WorkItem(1412, "Import: map people by address", "Task", _BETA, 3.0, 1411),
    WorkItem(1413, "Import: refuse doubled rows", "Task", _BETA, 3.0, 1411),
    WorkItem(1417, "Crash on an empty “comment” & quotes", "Bug", _BETA, 1.0),
    WorkItem(1420, "Mobile layout of the week", "User Story", _BETA, 8.0),
    WorkItem(1424, "Documentation: first five minutes", "Task", _BETA, 2.0),
    WorkItem(1430, "Retire the nightly build server", "Task", _OPS, 5.0),
)

_BY_ID = {item.id: item for item in WORK_ITEMS}
_ACTIVITY_BY_ID = {kind.id: kind for kind in ACTIVITY_TYPES}


def work_item(item_id: int | None) -> WorkItem | None:
    """Return the work item of that number, if there is one."""
    return None if item_id is None else _BY_ID.get(item_id)


def activity_type(words: str) -> ActivityType | None:
    """Return the activity type of that id, or of that name in any case."""
    found = _ACTIVITY_BY_ID.get(words.lower())
    if found is not None:
        return found
    return next((kind for kind in ACTIVITY_TYPES if kind.name.lower() == words.lower()), None)


def find_work_items(query: str) -> list[WorkItem]:
    """Return work items by number, or whose title has all the words, in any case."""
    words = query.strip().lstrip("#").lower().split()
    if not words:
        return []
    return [
        item
        for item in WORK_ITEMS
        if all(word in item.title.lower() or word == str(item.id) for word in words)
    ]
