"""What the script converter leaves as it is: addresses, markup, placeholders, codes, brands.

Marking foreign words by hand: in HTML, `<span translate="no">…</span>` or any element with a
`lang` other than Uzbek (`<bdi lang="en">…</bdi>`); elements of the same name must not be nested
inside. Without markup, these are left: everything matched below, Roman numerals, the names in
data/brands.txt, and Latin words that cannot be Uzbek (with w, with c outside ch, with accents,
or with capitals inside, such as YouTube).
"""

from __future__ import annotations

import re

_TLD = "uz|com|org|net|ru|info|edu|gov|int|mil|io|me|tv|app|dev|eu|kz|kg|tj|tm|uk"
_FILE = (
    "pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|webp|zip|rar|7z|csv|json|xml|html?|txt|mp[34]|avi"
    "|od[tsp]|rtf|py|js|css|ics|apk|p7s|pfx|sig"
)
_CASE_SUFFIX = "ga|da|dan|ni|ning|dagi|gacha|га|да|дан|ни|нинг|даги|гача"

# A text without any of these characters has nothing to protect but brands and Roman numerals.
TRIGGER = re.compile(r"[<>&{}%@#/\\._\d]")

VERBATIM = "|".join(
    [
        r"<!--(?s:.{0,5000}?)-->",
        r"<(?P<raw>script|style|code|pre|kbd|samp|svg|math)\b[^<>]{0,500}>(?s:.{0,20000}?)</(?P=raw)\s*>",
        r"<(?P<marked>[a-zA-Z][\w-]*)\b[^<>]{0,500}?\s(?:translate=[\"']?no\b|lang=[\"']?(?!uz\b)\w)"
        r"[^<>]{0,500}>(?s:.{0,2000}?)</(?P=marked)\s*>",
        r"</?[a-zA-Z!][^<>]*>",
        r"&(?:[a-zA-Z]\w*|\#\d+|\#[xX][\da-fA-F]+);",
        r"\{\{(?s:.{0,300}?)\}\}|\{%(?s:.{0,300}?)%\}|\{[^{}\n]{0,80}\}",
        r"%\([^)\n]*\)[#0\- +]*[\d.]*[a-zA-Z]|%[sdrfi](?!\w)"
        r"|%[sdrfi](?=(?:" + _CASE_SUFFIX + r")\b)",
        r"[a-zA-Z][a-zA-Z\d+.-]*://[^\s<>\"«»“”‘’]+",
        r"(?:mailto|tel|tg|data|urn|javascript):[^\s<>\"«»“”]+",
        r"(?<!\w)www\.[^\s<>\"«»“”]+",
        r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
        r"(?<!\w)[@\#]\w{1,99}(?:[.-]\w{1,99}){0,9}",
        r"(?<![\w/.])/[a-zA-Z_][\w./-]*",
        r"(?<![\w.-])\w[\w-]{0,99}(?:\.[\w-]{1,99}){0,4}\.(?i:" + _FILE + r")(?!\w)",
        r"(?<![\w.@-])(?:[a-zA-Z\d][a-zA-Z\d-]{0,62}\.){1,6}(?i:" + _TLD + r")"
        r"(?:(?=(?:" + _CASE_SUFFIX + r")\b)|(?![\w-])(?:/[^\s<>\"«»“”]*)?)",
        r"(?<![\w.])\.(?i:" + _TLD + r")(?!\w)",
        r"(?<!\w)[A-Za-z]\w*_\w+",
        r"(?<!\w)[A-Z]{2}\s?\d{7}(?!\w)",
        r"(?<!\w)[АВЕКМНОРСТХУ]{1,3}\d{5,}(?!\w)",
        r"(?<![^\W_])(?:[A-Z]+\d[A-Z\d]*|[a-zA-Z]+\d[a-zA-Z\d]*|\d+[A-Z][A-Z\d]*)(?:(?![A-Z\d]))",
    ]
)

_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C{1,3}(?:XC|XL|L?X{0,3}))(?:IX|IV|V?I{0,3})")
_ROMAN_YEAR = re.compile(r"MM?(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def is_roman(word: str) -> bool:
    """Tell whether `word`, in Latin capitals, is a Roman numeral (C and L alone are letters)."""
    if len(word) == 1:
        return word in "IVX"
    if len(word) >= 4 and _ROMAN_YEAR.fullmatch(word):
        return True
    return _ROMAN.fullmatch(word) is not None and word != "CC"


def is_foreign(word: str) -> bool:
    """Tell whether a Latin `word` cannot be Uzbek: w, bare c, accents or digit-like capitals."""
    lowered = word.lower()
    if "w" in lowered or "c" in lowered.replace("ch", ""):
        return True
    return any(letter.isalpha() and not letter.isascii() for letter in lowered.translate(_SIGNS))


_SIGNS = {0x2BB: None, 0x2BC: None, 0x2B9: None}
