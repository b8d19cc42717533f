"""Builds HTML in which every text is escaped: only what this file made counts as markup."""

from html import escape


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *children: str | Html | None, **attributes: str | bool | None) -> Html:
    """Return an element; texts are escaped, `None` is left out, `class_` stands for `class`.

    An attribute that is `True` stands alone; `None` and `False` leave it out.
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        plain = key.rstrip("_").replace("_", "-")
        words.append(plain if value is True else f'{plain}="{escape(value)}"')
    head = " ".join(words)
    if name in ("input", "meta", "link"):
        return Html(f"<{head}>")
    return Html(f"<{head}>{join(*children)}</{name}>")


def join(*parts: str | Html | None) -> Html:
    """Return the parts one after another, texts escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part))
