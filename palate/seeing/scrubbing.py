"""What must not stand in a log is taken out of what others write there: keys, addresses of people, query strings.

palate's own lines carry no such thing to begin with (see `logs`). This is for lines of libraries, which may quote an
address they called or a header they sent.
"""

from __future__ import annotations

import re

GONE = "[removed]"
LONGEST = 500
"""Characters of a stranger's line that are kept."""

_SECRET = r"[^\s\"',;)\]}]+"
_RULES = (
    # A name and password in an address, and all that follows its question mark.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.I), rf"\1{GONE}@"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s?\"'<>]*|(?<=[\"' ])/[^\s?\"'<>]*)\?[^\s\"'<>]*", re.I), rf"\1?{GONE}"),
    (
        re.compile(
            r"(\b[\w-]*(?:api[_-]?key|token|secret|passw(?:or)?d|authorization|cookie)\b[\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic)\s+)?"
            + _SECRET,
            re.I,
        ),
        rf"\1{GONE}",
    ),
    (re.compile(r"\b(bearer|basic)\s+" + _SECRET, re.I), rf"\1 {GONE}"),
    (re.compile(r"\b(?:sk|pk|palate|hf|ghp|xox[abp])[-_][A-Za-z0-9_-]{8,}"), GONE),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), GONE),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), GONE),
    # Numbers of cards and telephones: nine digits or more, with what people put between them.
    (re.compile(r"(?<![\w.])\+?\d(?:[ ()-]{0,2}\d){8,18}+(?!\w|:\d)"), GONE),
)


def scrubbed(text: str) -> str:
    """`text` in one line without keys, e-mail addresses, long numbers and query strings, cut at `LONGEST`."""
    text = " ".join(text[: 4 * LONGEST].split())
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
