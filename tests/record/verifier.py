#!/usr/bin/env python3
"""A second verifier of records, written from book/src/record.md alone.

usage: verifier.py ALLOWED_SIGNERS RECORD...

Prints `authentic`, `forged: why` or `can't tell: why` for each record. Only ssh-keygen is asked
about keys. What runbooks say is read by runbook.py, beside this file.
"""

import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

import runbook

NAMESPACE = "runsheet-record@v1"
APPROVAL = "runsheet-approval@v1"
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
# The fields of record.json that are not always there.
KNOWN = {"of", "policy_sha256"}
MARKS = "«(?:secret:|device-secret»|hidden»)"


class Forged(Exception):
    pass


def demand(holds, why):
    if not holds:
        raise Forged(why)


def is_name(name):
    return (
        not re.search(r"[\x00-\x1f\x7f-\x9f\\]", name)
        and name[:1] not in (" ", "-", "*")
        and all(part not in ("", ".", "..") for part in name.split("/"))
    )


def names(folder, prefix=""):
    """The names of all files; none is read before it is known that it was sealed."""
    found = set()
    for entry in os.scandir(folder):
        name = prefix + entry.name
        demand(is_name(name), f"rule 1: {name!r}")
        if entry.is_dir(follow_symlinks=False):
            inside = names(entry.path, name + "/")
            demand(inside, f"rule 1: {name} is empty")
            found |= inside
        else:
            demand(entry.is_file(follow_symlinks=False), f"rule 1: {name} is no file")
            found.add(name)
    return found


def read(folder, found):
    files = {}
    for name in found:
        with open(os.path.join(folder, name), "rb") as file:
            files[name] = file.read()
    return files


def strings(blob, count):
    """The next SSH strings of a blob, and what is left of it."""
    found = []
    for _ in range(count):
        demand(len(blob) >= 4, "rule 2: too short")
        (length,) = struct.unpack(">I", blob[:4])
        demand(len(blob) >= 4 + length, "rule 2: too short")
        found.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return found, blob


def signature(armored, wanted):
    begin, end = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
    try:
        text = armored.decode("ascii")
        demand(text.startswith(begin) and text.endswith(end), "rule 2: armour")
        blob = base64.b64decode(text[len(begin) : -len(end)].replace("\n", ""), validate=True)
    except ValueError:
        raise Forged("rule 2: armour") from None
    code = base64.b64encode(blob).decode()
    lines = [code[at : at + 70] + "\n" for at in range(0, len(code), 70)]
    demand(begin + "".join(lines) + end == text, "rule 2: another form")
    demand(blob[:10] == b"SSHSIG\0\0\0\1", "rule 2: version")
    (_, namespace, reserved, _, _), rest = strings(blob[10:], 5)
    demand(not reserved and not rest, "rule 2: more than a signature")
    demand(namespace == wanted.encode(), "rule 3: namespace")


def trusted(folder, allowed, sums):
    sig = os.path.join(folder, SIGNATURE)
    find = ["ssh-keygen", "-Y", "find-principals", "-f", allowed, "-s", sig]
    found = subprocess.run(find, capture_output=True, text=True)
    demand(found.returncode == 0 and found.stdout.strip(), "rule 3: nobody's key")
    people = found.stdout.replace(",", "\n").splitlines()
    who = next((name for name in people if not name.startswith("!")), "")
    check = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", who, "-n", NAMESPACE, "-s", sig]
    done = subprocess.run(check, input=sums, capture_output=True)
    demand(done.returncode == 0, "rule 3: signature")


def sums(found, text):
    listed = {}
    try:
        text = text.decode()
    except UnicodeDecodeError:
        raise Forged("rule 4: no text") from None
    demand(text.endswith("\n"), "rule 4: the last line")
    for line in text[:-1].split("\n"):
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        demand(match, f"rule 4: {line!r}")
        digest, name = match.groups()
        demand(is_name(name) and name not in listed, f"rule 4: {name!r}")
        listed[name] = digest
    demand(list(listed) == sorted(listed, key=str.encode), "rule 4: order")
    demand(set(listed) == found - {SUMS, SIGNATURE}, "rule 4: other files")
    return listed


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def loads(data):
    """JSON that every reader reads alike."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        demand(len(set(keys)) == len(keys), "rule 6: a key that stands twice in an object")
        return dict(pairs)

    return json.loads(data, object_pairs_hook=once)


def journal(data):
    demand(data.endswith(b"\n"), "rule 6: torn")
    entries, prev = [], "0" * 64
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        entry = loads(line)
        demand(entry["seq"] == number and entry["prev"] == prev, f"rule 6: line {number}")
        prev = sha256(line)
        entries.append(entry)
    demand(entries[0]["body"]["event"] == "run-started", "rule 6: the first event")
    return entries, prev


def place(event):
    at = event["place"]
    return at["runbook"], at["step"], at.get("lane")


def result(events):
    """`result` and `summary` without the issues, which follow from the deviations."""
    sent, unsent, verdicts = [], [], {}
    for event in events:
        if event["event"] == "intent" and not event["undo"]:
            sent.append(place(event))
        if event["event"] == "outcome" and not event["undo"] and event.get("sent") is False:
            unsent.append(place(event))
        if event["event"] == "verdict":
            verdicts[place(event)] = event["verdict"]
    sent = {at for at in sent if sent.count(at) > unsent.count(at)}
    last = events[-1]
    if last["event"] != "run-ended":
        return "incomplete", "the journal ends before the run did"
    ending, summary = last["ending"], last["summary"]
    if ending == "done":
        return "successful", summary
    if ending == "failed":
        undone = sent and all(verdicts.get(at) == "undone" for at in sent)
        return ("rolled-back" if undone else "failed"), summary
    if ending == "interrupted" and not sent:
        return "cancelled", summary
    return "incomplete", summary


def deviation(kind, number, place=None):
    return {"kind": kind, **({"place": place} if place else {}), "entry": number}


def deviations(events, purpose):
    found = []
    for number, event in enumerate(events, 1):
        kinds, kind = [], event["event"]
        if kind == "run-started":
            change = event.get("change", {})
            kinds += ["selection"] * len(event.get("deviations", []))
            kinds += ["edited"] * len(event.get("edited", []))
            kinds += ["on-failure"] * ("on_failure" in event)
            if change.get("kind") == "emergency" and not change.get("approvals"):
                kinds.append("emergency")
        elif kind == "target-seen":
            kinds += ["weak-algorithm"] * bool(event.get("weak"))
            kinds += ["key-read"] * (event.get("trusted_by") or "").startswith("read at the device")
        elif kind == "decision" and event["answer"] not in ("yes", "no", "done"):
            kinds.append("decision")
        elif kind == "intent" and event["attempt"] > 1:
            kinds.append("repeated")
        elif kind == "outcome" and event["outcome"] != "ok":
            kinds.append({"unknown": "unknown-outcome", "error": "refused-effect"}[event["outcome"]])
        elif kind == "settled" and (not event["confirmed"] or event.get("error")):
            kinds.append("reverted")
        elif kind == "verdict":
            verdict = event["verdict"]
            kinds += ["backed-out"] * (verdict == "undone" and purpose != "undo")
            kinds += ["not-done"] * (verdict in ("failed", "stopped", "stuck"))
            kinds += [verdict] * (verdict in ("skipped", "reconciled", "kept"))
        elif kind == "compared":
            for step in event["steps"]:
                if step["finding"] != "holds":
                    found.append(deviation("drift", number, step["place"]))
        elif kind in ("backing-out", "interrupted"):
            kinds.append({"backing-out": "backed-out"}.get(kind, kind))
        elif kind == "resumed":
            kinds += ["resumed"] + ["edited"] * len(event.get("deviations", []))
            kinds += ["on-failure"] * ("on_failure" in event)
        found += [deviation(one, number, event.get("place")) for one in kinds]
    return found


def time(text):
    """A time that can be compared; fractions of a second have no fixed number of digits."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return whole, fraction.ljust(9, "0")


def window(change):
    ends = {"from": [], "until": []}
    for approved in change.get("approvals", []):
        for end in ends:
            if end in approved:
                ends[end].append(approved[end])
    latest = max(ends["from"], key=time, default=None)
    return latest, min(ends["until"], key=time, default=None)


def is_outside(start, began, ended):
    begin, end = window(start.get("change", {}))
    early = begin is not None and time(began) < time(begin)
    late = end is not None and time(ended) >= time(end)
    return not start["lab"] and (early or late)


def kept_files(events, files):
    """What the journal names beside itself: files, with the hash that each must have."""
    for book in events[0]["runbooks"]:
        yield "runbooks/" + book["path"].rsplit("/", 1)[-1], book["sha256"], None
    yield from needed("plan.txt", "runbooks/", files)
    for event in events:
        if event["event"] == "resumed" and event.get("torn"):
            yield event["torn"]["kept_in"], event["torn"]["sha256"], event["torn"]["bytes"]
        if event["event"] == "resumed" and event.get("revision"):
            revision = event["revision"]
            demand(revision["kept_in"].startswith("runbooks/"), "rule 7: kept_in")
            for book in revision["runbooks"]:
                name = book["path"].rsplit("/", 1)[-1]
                yield f"{revision['kept_in']}/{name}", book["sha256"], None
            yield f"{revision['kept_in']}/plan.txt", revision["plan_sha256"], None
            yield from needed(revision["kept_in"] + "/plan.txt", revision["kept_in"] + "/", files)
        for kept in attachments(event):
            yield kept["file"], kept["sha256"], kept["size"]


def needed(plan, folder, files):
    """What a plan says was looked at first, in runbooks that others need."""
    demand(plan in files, f"rule 7: {plan}")
    for line in files[plan].decode().split("\n"):
        match = re.fullmatch(r"Needed: (.*) \(SHA-256 ([0-9a-f]{64}), looked at only\)", line)
        if match:
            yield folder + match[1], match[2], None


def attachments(event):
    if event["event"] not in ("looked", "outcome"):
        return []
    return (event["answer"] or {}).get("attachments", [])


def agree(files):
    entries, head = journal(files["journal.jsonl"])
    events = [entry["body"] for entry in entries]
    start, record = events[0], loads(files["record.json"])
    demand(sha256(files["plan.txt"]) == start["plan_sha256"], "rule 7: plan.txt")
    named = set()
    for name, digest, size in kept_files(events, files):
        named.add(name)
        demand(name in files and sha256(files[name]) == digest, f"rule 7: {name}")
        demand(size in (None, len(files[name])), f"rule 7: {name}")
    for name in files:
        demand(not name.startswith("evidence/") or name in named, f"rule 7: nothing names {name}")
    for approved in start.get("change", {}).get("approvals", []):
        approval(approved, start["plan_sha256"], files)

    derived = derive(entries, head, files)
    for stated in record["deviations"]:
        demand(isinstance(stated.pop("what"), str), "rule 8: deviations")
    version = record["format"]
    demand(version.split(".")[0] == derived["format"].split(".")[0], "rule 8: another format")
    for field in {**record, **derived}:
        if version != derived["format"] and (field == "format" or field not in KNOWN | {*derived}):
            continue
        both = field in record and field in derived
        demand(both and written(record[field]) == written(derived[field]), f"rule 8: {field}")


def written(value):
    """A value that can be compared: to Python `true` and `1` are equal."""
    return json.dumps(value, sort_keys=True)


def derive(entries, head, files):
    """`record.json` as it follows from the other files, but for the words of deviations."""
    events = [entry["body"] for entry in entries]
    start, here = events[0], loads(files["environment.json"])
    change = start.get("change", {})
    books = read_books(start["runbooks"], "runbooks", files)
    texts = [said for said, _ in books.values()]
    stated = lambda key: [said[key] for said in texts if key in said]
    told = lambda key: [change[key]] if key in change else stated(key)
    found = deviations(events, start["purpose"])
    pairs = list(zip(entries, entries[1:])) if not start["lab"] else []
    back = [later["seq"] for early, later in pairs if time(later["at"]) < time(early["at"])]
    found += [deviation("clock-set-back", seq) for seq in back]
    if is_outside(start, entries[0]["at"], entries[-1]["at"]):
        found.append(deviation("outside-window", len(events)))
    bad = {event.get("verdict") for event in events} & {"failed", "stopped", "stuck"}
    if events[-1].get("ending") in ("failed", "stuck") and not bad:
        found.append(deviation("not-done", len(events)))
    if events[-1]["event"] != "run-ended":
        found.append(deviation("incomplete", len(events)))
    smooth = {"selection", "on-failure", "emergency", "weak-algorithm", "key-read", "skipped"}
    ended, summary = result(events)
    if ended == "successful" and any(one["kind"] not in smooth for one in found):
        ended = "successful-with-issues"
    begin, end = window(change)
    numbered = list(enumerate(events, 1))
    derived = {
        "format": "2.0",
        "id": start["run"],
        "purpose": start["purpose"],
        "lab": start["lab"],
        "kind": change.get("kind", "normal"),
        "ticket": change.get("ticket"),
        "description": stated("summary"),
        "reason": told("reason"),
        "requester": told("requester"),
        "risk": max(stated("risk"), key=["low", "moderate", "high"].index, default=None),
        "impact": stated("impact"),
        "security_impact": stated("security-impact"),
        "retention": told("retention"),
        "window": {
            "planned": stated("window"),
            "from": begin,
            "until": end,
            "began": entries[0]["at"],
            "ended": entries[-1]["at"],
            "began_on_the_clock": here["started_at"],
        },
        "implementer": person(here),
        "resumed": [
            resumed(event["environment"], number, files)
            for number, event in numbered
            if event["event"] == "resumed" and "environment" in event
        ],
        "clock": here.get("clock"),
        "approvals": [approved_by(one, start, here) for one in change.get("approvals", [])],
        "retrospective": retrospective(events, here, files),
        "plan_sha256": start["plan_sha256"],
        "runbooks": [
            {key: book[key] for key in ("name", "title", "sha256")} for book in start["runbooks"]
        ],
        "devices": [device(e, number) for number, e in numbered if e["event"] == "target-seen"],
        "steps": steps(entries, head, planned(events, books, files)),
        "decisions": [decision(entry) for entry in entries if entry["body"]["event"] == "decision"],
        "deviations": found,
        "result": ended,
        "summary": summary,
        "redactions": len(re.findall(MARKS, files["journal.jsonl"].decode())),
        "journal": {"entries": len(entries), "head": head},
    }
    if "of" in start:
        derived["of"] = start["of"]
    if "policy_sha256" in change:
        derived["policy_sha256"] = change["policy_sha256"]
    return derived


def device(event, number):
    once = ("address", "host_key", "trusted_by", "version")
    return {
        **{key: event[key] for key in ("target", "device", "serials")},
        **{key: event.get(key) for key in once},
        "entry": number,
    }


def decision(entry):
    event = entry["body"]
    book, step, lane = place(event)
    return {
        "step": f"{book}#{step}" + (f"@{lane}" if lane else ""),
        **{key: event[key] for key in ("question", "answer", "by")},
        "at": entry["at"],
        "entry": entry["seq"],
    }


def person(environment):
    operator = environment["operator"]
    return {
        "user": operator["user"],
        "machine": environment["machine"],
        "authenticated_by": operator["authenticated_by"],
        "key": operator.get("key"),
    }


def resumed(name, number, files):
    environment = loads(files[name])
    return {
        **person(environment),
        "at": environment["started_at"],
        "program_sha256": environment["program"].get("sha256"),
        "entry": number,
    }


def approved_by(approved, start, here):
    key = here["operator"].get("key")
    return {
        **approved,
        "plan_sha256": start["plan_sha256"],
        "before_first_effect": time(approved["at"]) <= time(here["started_at"]),
        "same_person": None if key is None else key == approved["key"],
    }


def retrospective(events, here, files):
    change = events[0].get("change", {})
    if change.get("kind") != "emergency" or change.get("approvals"):
        return None
    began = {events[0]["plan_sha256"]: here["started_at"]}
    for event in events:
        if event["event"] == "resumed" and event.get("revision"):
            again = loads(files[event["environment"]]) if event.get("environment") else here
            began.setdefault(event["revision"]["plan_sha256"], again["started_at"])
    given = {plan: [] for plan in began}
    again = [loads(files[e["environment"]]) for e in events if e.get("environment")]
    own = {one["operator"].get("key") for one in [here, *again]}
    own.add(signer(files[SUMS], files[SIGNATURE], NAMESPACE))
    for name in sorted(files, key=str.encode):
        if not name.startswith("approvals/") or name + ".sig" not in files:
            continue
        try:
            stated = loads(files[name])
            key = signer(files[name], files[name + ".sig"])
        except (Forged, ValueError):
            continue
        is_for = stated.get("ticket") in (None, change.get("ticket"))
        at, plan = time(stated["at"]), stated["approves_plan"]
        is_valid = time(stated.get("from", stated["at"])) <= at
        is_valid = is_valid and ("until" not in stated or at < time(stated["until"]))
        if plan in given and is_for and is_valid and key not in own and time(began[plan]) <= at:
            one = {"by": key, "at": stated["at"], "sha256": sha256(files[name])}
            given[plan].append(one)
    nobody = {"by": None, "at": None, "sha256": None}
    early = lambda one: time(one["at"])
    first = {plan: min(all, key=early, default=nobody) for plan, all in given.items()}
    is_complete = nobody not in first.values()
    last = max(first.values(), key=early) if is_complete else nobody
    each = [{"plan_sha256": plan, **one} for plan, one in first.items()]
    return {"due": here["started_at"], **last, "plans": each}


def approval(approved, plan, files):
    names = [n for n in files if n.startswith("approvals/") and sha256(files[n]) == approved["sha256"]]
    demand(names, f"rule 9: the approval by {approved['by']}")
    armored, statement = files[names[0] + ".sig"], files[names[0]]
    demand(signer(statement, armored) == approved["key"], "rule 9: key")
    stated = loads(statement)
    demand(stated["approves_plan"] == plan, "rule 9: another plan")
    for field in ("at", "from", "until"):
        demand(stated.get(field) == approved.get(field), f"rule 9: {field}")


def signer(statement, armored, namespace=APPROVAL):
    """The fingerprint of the key that signed an approval, or another file."""
    signature(armored, namespace)
    with tempfile.NamedTemporaryFile() as sig:
        sig.write(armored)
        sig.flush()
        check = ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", sig.name]
        done = subprocess.run(check, input=statement, capture_output=True)
    demand(done.returncode == 0, "rule 9: signature")
    words = done.stdout.decode().split()
    return next(word for word in words if word.startswith("SHA256:"))


def read_books(books, folder, files):
    name = lambda book: f"{folder}/" + book["path"].rsplit("/", 1)[-1]
    return {book["name"]: runbook.read(files[name(book)]) for book in books}


def planned(events, books, files):
    """Every step that was planned, once, with the texts that were there when it was first."""
    found = [(step, books) for step in events[0]["steps"]]
    for event in events:
        revision = event.get("revision") or {} if event["event"] == "resumed" else {}
        known = [step["place"] for step, _ in found]
        added = [step for step in revision.get("steps", []) if step["place"] not in known]
        if added:
            texts = read_books(revision["runbooks"], revision["kept_in"], files)
            found += [(step, texts) for step in added]
    return found


def steps(entries, head, all_planned):
    start = entries[0]["body"]
    hashes = [entry["prev"] for entry in entries[1:]] + [head]
    accounts = []
    for planned, books in all_planned:
        said, fences = books[planned["place"]["runbook"]]
        if planned["place"]["step"] not in fences:
            raise runbook.Unread(f"no heading has the id {planned['place']['step']}")
        checks, backout = runbook.tests_and_backout(
            said, fences[planned["place"]["step"]], start.get("on_failure")
        )
        account = {
            **planned["place"], "title": planned["title"], "checks": checks, "backout": backout,
            "began": None, "ended": None, "verdict": None, "before": [], "effects": [], "after": [],
        }
        for entry, digest in zip(entries, hashes):
            if entry["body"].get("place") == planned["place"]:
                note(account, entry, digest)
        accounts.append(account)
    return accounts


def note(account, entry, digest):
    event, effects = entry["body"], account["effects"]
    shown = {"entry": entry["seq"], "sha256": digest, "at": entry["at"]}
    kept = {"attachments": attachments(event)} if attachments(event) else {}
    if event["event"] == "step-started":
        account["began"] = account["began"] or entry["at"]
    elif event["event"] == "looked":
        holds = {"holds": True, "does-not-hold": False}.get(event["finding"]["finding"])
        look = {**shown, "phase": event["phase"], "holds": holds, **kept}
        account["after" if effects else "before"].append(look)
    elif event["event"] == "intent":
        nothing = dict.fromkeys(("ended", "outcome", "outcome_entry", "outcome_sha256"))
        sent = {key: event[key] for key in ("target", "undo", "attempt")}
        effects.append({**shown, **nothing, **sent})
    elif event["event"] == "outcome":
        effects[-1].update(
            ended=entry["at"],
            outcome=event["outcome"],
            outcome_entry=entry["seq"],
            outcome_sha256=digest,
            **({"sent": False} if event.get("sent") is False else {}),
            **kept,
        )
    elif event["event"] == "verdict":
        account.pop("reason", None)
        account.update(ended=entry["at"], verdict=event["verdict"])
        if "reason" in event:
            account["reason"] = event["reason"]


def verify(folder, allowed):
    found = names(folder)
    for name in (SUMS, SIGNATURE):
        demand(name in found, f"{name} is missing")
    seal = read(folder, (SUMS, SIGNATURE))
    signature(seal[SIGNATURE], NAMESPACE)
    trusted(folder, allowed, seal[SUMS])
    listed = sums(found, seal[SUMS])
    files = read(folder, found)
    for name, digest in listed.items():
        demand(sha256(files[name]) == digest, f"rule 5: {name}")
    try:
        agree(files)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Forged(f"rules 6 to 8: {error!r}") from None


def main():
    allowed, *folders = sys.argv[1:]
    for folder in folders:
        try:
            verify(folder, allowed)
            print(f"{folder}: authentic")
        except Forged as forged:
            print(f"{folder}: forged: {forged}")
        except runbook.Unread as unread:
            print(f"{folder}: can't tell: {unread}")


if __name__ == "__main__":
    main()
