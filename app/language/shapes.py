"""Latin to Cyrillic by letters, and by the shape of borrowed words that no list names.

The patterns are applied in their order; what one puts in Cyrillic is left alone by the later ones.
"""

from __future__ import annotations

import re

from app.language.orthography import LATIN_TO_CYRILLIC

_PATTERNS = [
    (re.compile(pattern), cyrillic)
    for pattern, cyrillic in (
        # ts: native verbs and suffixes keep t + s (ketsin, vaqtsiz, aytsa), borrowings have ц
        (r"^ts", "ц"),
        (r"(?<=[aeiou])tsi(?!n(?:$|lar|mi|chi)|z(?!m))", "ци"),
        (r"(?<=[kpr])tsi(?=ya|on)", "ци"),
        (r"(?<=n)tsi(?=ya|on)", "ци"),
        (r"(?<=[aeiou])ts(?=e(?!var)|o(?![ʻzg])|u(?!v))", "ц"),
        (r"(?<=[rnlk])ts(?=e(?!var))", "ц"),
        (r"(?<=[aeiou])ts$", "ц"),
        # s after a consonant: funksiya, konferensiya, korrupsiya; emulsiya keeps с
        (r"(?<=[knprb])siya(?!t)", "ция"),
        (r"(?<=[kp])sio(?=[ng])", "цио"),
        (r"(?<=n)sia", "циа"),
        (r"(?<=n)sio(?=[mz])", "цио"),
        (r"(?<=[nrf]e)ssen(?=t|siya)", "сцен"),
        (r"(?<=m)itsin", "ицин"),
        (r"(?<=[knpr])sion", "цион"),
        (r"(?<=[aeiou])ts(?=[lndg])", "ц"),
        (r"ensefal", "энцефал"),
        (r"sellyul", "целлюл"),
        (r"(?<=[nk])sirkul", "циркул"),
        (r"lsiya", "льсия"),
        # soft signs that the shape betrays
        (r"fil(?=m)", "филь"),
        (r"pul(?=sar|mon|ver)", "пуль"),
        (r"sul(?=f[aio])", "суль"),
        (r"vol(?=fram|tmetr)", "воль"),
        (r"oftal(?=m)", "офталь"),
        (r"sul(?=tant|tat)", "суль"),
        (r"zul(?=tat)", "зуль"),
        (r"kul(?=tur|tiv|tet|minats)", "куль"),
        (r"mul(?=ti|tfilm|tserial)", "муль"),
        (r"val(?=vats)", "валь"),
        (r"fol(?=klor)", "фоль"),
        (r"sal(?=ping)", "саль"),
        (r"gel(?=mint)", "гель"),
        (r"bal(?=neo|zam)", "баль"),
        (r"kal(?=siy|kulya)", "каль"),
        (r"gal(?=vani|vano)", "галь"),
        (r"al(?=degid|bumin)|^al(?=pini)", "аль"),
        (r"fal(?=sif)", "фаль"),
        (r"insul(?=t)", "инсуль"),
        (r"lsk", "льск"),
        (r"ltr", "льтр"),
        (r"lts", "льц"),
        (r"lchik", "льчик"),
        (r"lnik(?!i)", "льник"),
        (r"lnost", "льност"),
        (r"(?<=[ao]mobi)l$", "ль"),
        (r"(?<=[aeiouʻm])bl$", "бль"),
        (r"(?<=[aeiouʻ][bdfgjkmnprstvxz])el$", "ель"),
        (r"(?<=[aeiouʻ][ns][bdfgptz])el$", "ель"),
        (r"^shch", "щ"),
        (r"(?<=[bvgdzklmnprstfx])ye", "ье"),
        (r"(?<=[aeiou])e|^e", "э"),
    )
]
_LETTER = re.compile(r"yoʻ|sʼh|oʻ|gʻ|sh|ch|y[oeua]|[a-zʼ]")


def letters_to_cyrillic(latin: str, before: str) -> str:
    """Convert lower-case `latin` by letters and shape; `before` is the letter that precedes it."""
    if not latin:
        return ""
    whole = before + latin
    for pattern, cyrillic in _PATTERNS:
        if not (before and pattern.pattern.startswith("^")):
            whole = pattern.sub(cyrillic, whole)
    latin = whole[len(before) :] if whole[: len(before)] == before else latin
    return _LETTER.sub(lambda m: LATIN_TO_CYRILLIC[m.group()], latin)
