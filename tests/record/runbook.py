"""What a runbook says of a change, as book/src/record.md lets a reader take it from its text.

That reader knows a part of YAML and of CommonMark, and says so where it meets the rest.
"""

import html
import json
import re

LANGUAGES = {"sh", "file", "ios", "xapi", "cimc", "http", "sftp", "manual", "probe"}
ROLES = {"read", "skip-if", "run", "check", "undo"}
TEXTS = {
    "summary", "reason", "requester", "impact", "security-impact", "window", "retention",
    "risk", "on", "on-failure",
}
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


class Unread(Exception):
    """Only a reader of all of YAML or CommonMark knows what it means."""


def read(data):
    """The texts of the front matter, and the fences of every step."""
    lines = data.decode().splitlines()
    said, rest = front_matter(lines)
    return said, steps(rest)


def front_matter(lines):
    if not lines or lines[0].rstrip() != "---":
        return {}, lines
    said, at = {}, 1
    while lines[at].rstrip() != "---":
        line, more = lines[at], []
        at += 1
        while re.match(r"[ \]}-](?!--)|$", lines[at]):
            more.append(lines[at])
            at += 1
        key = re.fullmatch(r"([\w-]+):(?:[ \t]+(.*))?", line)
        if key and key[1] in TEXTS:
            said[key[1]] = text((key[2] or "").strip(), more)
        elif not key and line.strip() and not line.startswith("#"):
            raise Unread(f"front matter: {line}")
    return said, lines[at + 1 :]


def text(first, more):
    while more and not more[-1].strip():
        more = more[:-1]
    if re.fullmatch(r"[|>]-?", first):
        indent = len(more[0]) - len(more[0].lstrip()) if more else 0
        block = [line[indent:] for line in more]
        if any(line[:1].isspace() or not line for line in block):
            raise Unread(f"front matter: {more}")
        return ("\n" if first[0] == "|" else " ").join(block) + ("\n" if len(first) == 1 else "")
    quoted = re.fullmatch(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#.*)?""", first)
    if quoted and not more:
        quoted = quoted[1]
        return json.loads(quoted) if quoted[0] == '"' else quoted[1:-1].replace("''", "'")
    plain = [re.sub(r"(^|\s)#.*", "", line).strip() for line in (first, *more)]
    joined = " ".join(plain).strip()
    if not all(plain[1:]) or joined[:1] in ("", *"&*!|>{}[]%@`\"'") or is_number(joined):
        raise Unread(f"front matter: {joined}")
    return joined


def is_number(plain):
    """Whether YAML may write it otherwise; digits alone stay as they are."""
    number = re.fullmatch(r"[-+]?[.\d][\w.+-]*", plain, re.ASCII)
    return number and not re.fullmatch(r"0|[1-9]\d{0,14}|\d+[-.:]\d+[-.:].*", plain, re.ASCII)


def steps(lines):
    found, seen, fences, closing, before = {}, {}, None, None, ""
    for line in lines:
        if closing:
            if re.fullmatch(closing, line):
                closing = None
            continue
        heading = re.fullmatch(r" {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*", line)
        opening = re.fullmatch(r" {0,3}(`{3,})([^`]*)| {0,3}(~{3,})(.*)", line)
        if heading:
            fences = found.setdefault(anchor(heading[1] or "", seen), [])
        elif opening:
            marks = opening[1] or opening[3]
            closing = r" {0,3}" + marks[0] + "{" + str(len(marks)) + r",}[ \t]*"
            executable = fence(opening[2] or opening[4] or "")
            if executable:
                fences.append(executable)
        elif re.match(r"\s*(?:(?:[>*+-]|\d+[.)])\s*)*(?:```|~~~)", line):
            raise Unread(f"a fence inside something else: {line}")
        elif before.strip() and re.fullmatch(r" {0,3}(?:=+|-+)\s*", line):
            raise Unread(f"an underlined heading: {before}")
        elif "<!--" in line and "-->" not in line:
            raise Unread(f"a comment of several lines: {line}")
        before = line if not heading and not opening else ""
    return found


def anchor(heading, seen):
    """The id of a heading: its own, or the slug as GitHub makes it."""
    own = re.search(r"\{[^}]*#([^\s}]+)[^}]*\}$", heading)
    if own:
        return own[1]
    words = html.unescape(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).lower()
    slug = "".join("-" if c == " " else c for c in words if c in " -_" or c.isalnum())
    unique = slug
    while unique in seen:
        seen[slug] += 1
        unique = f"{slug}-{seen[slug]}"
    seen[unique] = 0
    return unique


def fence(info):
    """An executable fence; `None` if it is an illustration or an expectation."""
    words = re.findall(r'([^\s=]+)(?:=(?:"((?:[^"\\]|\\.)*)"|(\S*)))?', info)
    if len(words) < 2 or words[0][0] not in LANGUAGES or words[1][0] not in ROLES:
        return None
    said = {key: re.sub(r'\\(["\\])', r"\1", quoted) or bare for key, quoted, bare in words[2:]}
    return {**said, "lang": words[0][0], "role": words[1][0]}


def seconds(fence, key):
    if key not in fence:
        return None
    number, unit = re.fullmatch(r"(\d+)(\w+)", fence[key]).groups()
    return int(int(number) * UNITS[unit])


def tests_and_backout(said, fences, on_failure):
    """`checks` and `backout` of a step."""
    numbered = list(enumerate(fences))
    undo = [(number, fence) for number, fence in numbered if fence["role"] == "undo"]
    runs = [fence for fence in fences if fence["role"] == "run"]
    why_not = [fence["reason"] for fence in runs if fence.get("undo") == "none"]
    if why_not:
        how = f"none: {why_not[0]}"
    elif undo:
        how = "`undo` in the plan"
    else:
        how = "none" if runs else "nothing to take back"
    planned = lambda number, fence: {
        "fence": number, "lang": fence["lang"], "on": fence.get("on", said.get("on")),
    }
    checks = [
        {
            **planned(number, fence),
            "within_s": seconds(fence, "within"),
            "after_undo": fence.get("after") == "undo",
        }
        for number, fence in numbered
        if fence["role"] == "check"
    ]
    backout = {
        "how": how,
        "on_failure": on_failure or said.get("on-failure", "undo"),
        "undo": [
            {**planned(number, fence), "revert_s": seconds(fence, "revert")}
            for number, fence in reversed(undo)
        ],
    }
    return checks, backout
