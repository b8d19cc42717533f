"""The README's map of the house, made from the first line of each module.

python packaging/readme_map.py            writes it between the markers
python packaging/readme_map.py --check    ends with 1 where it is not up to date
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN = "<!-- map: made by packaging/readme_map.py -->"
END = "<!-- end of map -->"


def modules(root: Path = ROOT) -> list[Path]:
    """Return the modules of the app, folder by folder, each folder's own line first."""
    files = (root / "app").rglob("*.py")
    return sorted(files, key=lambda path: (path.parent.parts, not _is_folder(path), path.name))


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, or nothing where it has none."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return docstring.splitlines()[0] if docstring else ""


def map_of(root: Path = ROOT) -> str:
    """Return the map as Markdown: a line for each module, under its folder."""
    lines = []
    for path in modules(root):
        place = path.relative_to(root)
        if _is_folder(path):
            lines.append(f"- **`{place.parent.as_posix()}/`** {first_line(path)}")
        else:
            lines.append(f"  - `{place.name}` {first_line(path)}")
    return "\n".join(lines)


def with_map(readme: str, text: str) -> str:
    """Return the README with this map between the markers; ValueError where they are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def _is_folder(path: Path) -> bool:
    return path.name == "__init__.py"


def main(arguments: list[str]) -> int:
    """Write the map or check it; return the exit status."""
    readme = ROOT / "README.md"
    is_now = readme.read_text(encoding="utf-8")
    should_be = with_map(is_now, map_of())
    if "--check" in arguments:
        if is_now != should_be:
            print("The map in README.md is old: python packaging/readme_map.py makes it anew.")
            return 1
        return 0
    readme.write_text(should_be, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
