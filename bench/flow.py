"""The way of a booking through its pages, from the free times to the receipt."""

from __future__ import annotations

from collections.abc import Iterator

from bench.visitor import Answer, Visitor, forms

_DETAILS = {
    "surname": "Алимов",
    "given_name": "Анвар",
    "patronymic": "Ботир ўғли",
    "topic": "other",
    "text": "Жавоб хатининг нусхасини олиш ҳақида",
}


def choose_first(visitor: Visitor, page: str) -> tuple[str, dict[str, str]]:
    """Where the form on the slot page *page* goes, and what it sends for the first free time."""
    form = next(form for form in forms(visitor.get(page).text) if form.buttons)
    return form.action or page, {**form.fields, **dict(form.buttons[:1])}


def walk_on(visitor: Visitor, page: str, phone: str) -> Iterator[tuple[str, Answer]]:
    """Each page on the way from *page*, filled in and sent, until one has no form or fails."""
    known = {**_DETAILS, "phone": phone}
    for _ in range(8):
        answer = visitor.get(page)
        yield page, answer
        form = next(iter(forms(answer.text)), None)
        if answer.status != 200 or form is None:
            return
        fields = {**form.fields, **{name: known.get(name, "") for name in form.empty}}
        sent = visitor.post(form.action or page, {**fields, **dict(form.buttons[:1])})
        if sent.status != 303:
            yield page, sent
            return
        page = sent.location
