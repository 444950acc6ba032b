#!/usr/bin/env python3
"""A second verifier of records, written from book/src/record.md alone.

usage: verifier.py ALLOWED_SIGNERS RECORD...

Prints `authentic` or `forged: why` for each record. Only ssh-keygen is asked about the key.
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

NAMESPACE = "runsheet-record@v1"
APPROVAL = "runsheet-approval@v1"
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"


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


def read(folder, prefix=""):
    files = {}
    for entry in os.scandir(folder):
        name = prefix + entry.name
        demand(is_name(name), f"rule 1: {name!r}")
        if entry.is_dir(follow_symlinks=False):
            inside = read(entry.path, name + "/")
            demand(inside, f"rule 1: {name} is empty")
            files.update(inside)
        else:
            demand(entry.is_file(follow_symlinks=False), f"rule 1: {name} is no file")
            with open(entry.path, "rb") as file:
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
    who = found.stdout.splitlines()[0].split(",")[0]
    check = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", who, "-n", NAMESPACE, "-s", sig]
    done = subprocess.run(check, input=sums, capture_output=True)
    demand(done.returncode == 0, "rule 3: signature")


def sums(files):
    listed = {}
    try:
        text = files[SUMS].decode()
    except UnicodeDecodeError:
        raise Forged("rule 4: no text") from None
    demand(text.endswith("\n"), "rule 4: the last line")
    for line in text[:-1].split("\n"):
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        demand(match, f"rule 4: {line!r}")
        digest, name = match.groups()
        demand(is_name(name) and name not in listed, f"rule 4: {name!r}")
        listed[name] = digest
    names = list(listed)
    demand(names == sorted(names, key=str.encode), "rule 4: order")
    demand(set(names) == set(files) - {SUMS, SIGNATURE}, "rule 4: other files")
    for name, digest in listed.items():
        demand(sha256(files[name]) == digest, f"rule 5: {name}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def journal(data):
    demand(data.endswith(b"\n"), "rule 6: torn")
    entries, prev = [], "0" * 64
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        entry = json.loads(line)
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
    sent, verdicts = set(), {}
    for event in events:
        if event["event"] == "intent" and not event["undo"]:
            sent.add(place(event))
        if event["event"] == "verdict":
            verdicts[place(event)] = event["verdict"]
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


def deviations(events, purpose):
    found = []
    for number, event in enumerate(events, 1):
        kind = event["event"]
        if kind == "run-started":
            found += [("selection", number)] * len(event.get("deviations", []))
            found += [("edited", number)] * len(event.get("edited", []))
            found += [("on-failure", number)] * ("on_failure" in event)
            change = event.get("change", {})
            if change.get("kind") == "emergency" and not change.get("approvals"):
                found.append(("emergency", number))
        elif kind == "target-seen":
            if event.get("weak"):
                found.append(("weak-algorithm", number))
            if (event.get("trusted_by") or "").startswith("read at the device"):
                found.append(("key-read", number))
        elif kind == "decision" and event["answer"] not in ("yes", "no", "done"):
            found.append(("decision", number))
        elif kind == "intent" and event["attempt"] > 1:
            found.append(("repeated", number))
        elif kind == "outcome" and event["outcome"] != "ok":
            unknown = event["outcome"] == "unknown"
            found.append(("unknown-outcome" if unknown else "refused-effect", number))
        elif kind == "settled" and (not event["confirmed"] or event.get("error")):
            found.append(("reverted", number))
        elif kind == "verdict":
            verdict = event["verdict"]
            if verdict == "undone" and purpose != "undo":
                found.append(("backed-out", number))
            elif verdict in ("failed", "stopped", "stuck"):
                found.append(("not-done", number))
            elif verdict in ("skipped", "reconciled", "kept"):
                found.append((verdict, number))
        elif kind == "compared":
            changed = [step for step in event["steps"] if step["finding"] != "holds"]
            found += [("drift", number)] * len(changed)
        elif kind == "backing-out":
            found.append(("backed-out", number))
        elif kind == "interrupted":
            found.append(("interrupted", number))
        elif kind == "resumed":
            found.append(("resumed", number))
            found += [("edited", number)] * len(event.get("deviations", []))
            found += [("on-failure", number)] * ("on_failure" in event)
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


def agree(files):
    entries, head = journal(files["journal.jsonl"])
    events = [entry["body"] for entry in entries]
    start, record = events[0], json.loads(files["record.json"])
    demand(sha256(files["plan.txt"]) == start["plan_sha256"], "rule 7: plan.txt")
    for runbook in start["runbooks"]:
        name = "runbooks/" + runbook["path"].rsplit("/", 1)[-1]
        demand(sha256(files.get(name, b"")) == runbook["sha256"], f"rule 7: {name}")

    for event in events:
        if event["event"] == "resumed" and event.get("torn"):
            torn = event["torn"]
            demand(sha256(files.get(torn["kept_in"], b"")) == torn["sha256"], "rule 7: torn")

    for event in events:
        if event["event"] not in ("looked", "outcome"):
            continue
        for kept in (event.get("answer") or {}).get("attachments", []):
            data = files.get(kept["file"], b"")
            demand(sha256(data) == kept["sha256"], f"rule 7: {kept['file']}")
            demand(len(data) == kept["size"], f"rule 7: {kept['file']}")

    change = start.get("change", {})
    for approved in change.get("approvals", []):
        approval(approved, start["plan_sha256"], files)
    here = json.loads(files["environment.json"])
    kinds = deviations(events, start["purpose"])
    if is_outside(start, entries[0]["at"], entries[-1]["at"]):
        kinds.append(("outside-window", len(events)))
    if events[-1]["event"] != "run-ended":
        kinds.append(("incomplete", len(events)))
    smooth = {"selection", "on-failure", "emergency", "weak-algorithm", "key-read", "skipped"}
    ended, summary = result(events)
    if ended == "successful" and any(kind not in smooth for kind, _ in kinds):
        ended = "successful-with-issues"
    text = files["journal.jsonl"].decode()
    seen = [n for n, event in enumerate(events, 1) if event["event"] == "target-seen"]
    decided = [n for n, event in enumerate(events, 1) if event["event"] == "decision"]
    begin, end = window(change)
    expected = {
        "format": "2.0",
        "id": start["run"],
        "purpose": start["purpose"],
        "of": start.get("of"),
        "lab": start["lab"],
        "plan_sha256": start["plan_sha256"],
        "kind": change.get("kind", "normal"),
        "ticket": change.get("ticket"),
        "approvals": [approved_by(one, start, here) for one in change.get("approvals", [])],
        "retrospective": retrospective(start, here, files),
        "resumed": [
            resumed(event["environment"], number, files)
            for number, event in enumerate(events, 1)
            if event["event"] == "resumed" and "environment" in event
        ],
        "clock": here.get("clock"),
        "implementer": person(here),
        "result": ended,
        "summary": summary,
        "redactions": len(re.findall("«(?:secret:|device-secret»|hidden»)", text)),
        "journal": {"entries": len(entries), "head": head},
    }
    for field, value in expected.items():
        demand(record.get(field) == value, f"rule 8: {field}")
    stated = record["window"]
    demand(stated["began"] == entries[0]["at"], "rule 8: window.began")
    demand(stated["ended"] == entries[-1]["at"], "rule 8: window.ended")
    demand(stated["from"] == begin and stated["until"] == end, "rule 8: the approved window")
    demand(stated["began_on_the_clock"] == here["started_at"], "rule 8: the clock")
    for field in ("reason", "requester", "retention"):
        if field in change:
            demand(record[field] == [change[field]], f"rule 8: {field}")
    found = [(deviation["kind"], deviation["entry"]) for deviation in record["deviations"]]
    demand(found == kinds, "rule 8: deviations")
    demand([d["entry"] for d in record["devices"]] == seen, "rule 8: devices")
    addresses = [events[number - 1].get("address") for number in seen]
    demand([d["address"] for d in record["devices"]] == addresses, "rule 8: addresses")
    demand([d["entry"] for d in record["decisions"]] == decided, "rule 8: decisions")
    lines = files["journal.jsonl"][:-1].split(b"\n")
    steps(record, start, entries, [sha256(line) for line in lines])


def person(environment):
    operator = environment["operator"]
    return {
        "user": operator["user"],
        "machine": environment["machine"],
        "authenticated_by": operator["authenticated_by"],
        "key": operator.get("key"),
    }


def resumed(name, number, files):
    environment = json.loads(files[name])
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


def retrospective(start, here, files):
    change = start.get("change", {})
    if change.get("kind") != "emergency" or change.get("approvals"):
        return None
    given = []
    for name in files:
        if not name.startswith("approvals/") or name + ".sig" not in files:
            continue
        try:
            stated = json.loads(files[name])
            key = signer(files[name], files[name + ".sig"])
        except (Forged, ValueError):
            continue
        is_for = stated.get("ticket") in (None, change.get("ticket"))
        if stated["approves_plan"] == start["plan_sha256"] and is_for:
            if key != here["operator"].get("key"):
                given.append({"by": key, "at": stated["at"], "sha256": sha256(files[name])})
    nobody = {"by": None, "at": None, "sha256": None}
    first = min(given, key=lambda one: time(one["at"]), default=nobody)
    return {"due": here["started_at"], **first}


def approval(approved, plan, files):
    names = [n for n in files if n.startswith("approvals/") and sha256(files[n]) == approved["sha256"]]
    demand(names, f"rule 9: the approval by {approved['by']}")
    armored, statement = files[names[0] + ".sig"], files[names[0]]
    demand(signer(statement, armored) == approved["key"], "rule 9: key")
    stated = json.loads(statement)
    demand(stated["approves_plan"] == plan, "rule 9: another plan")
    for field in ("at", "from", "until"):
        demand(stated.get(field) == approved.get(field), f"rule 9: {field}")


def signer(statement, armored):
    """The fingerprint of the key that signed an approval."""
    signature(armored, APPROVAL)
    with tempfile.NamedTemporaryFile() as sig:
        sig.write(armored)
        sig.flush()
        check = ["ssh-keygen", "-Y", "check-novalidate", "-n", APPROVAL, "-s", sig.name]
        done = subprocess.run(check, input=statement, capture_output=True)
    demand(done.returncode == 0, "rule 9: signature")
    words = done.stdout.decode().split()
    return next(word for word in words if word.startswith("SHA256:"))


def steps(record, start, entries, hashes):
    demand(len(record["steps"]) == len(start["steps"]), "rule 8: steps")
    for stated, planned in zip(record["steps"], start["steps"]):
        at = place(planned)
        demand((stated["runbook"], stated["step"], stated.get("lane")) == at, "rule 8: a step")
        verdict, began, ended, effects, looks = None, None, None, [], ([], [])
        for number, entry in enumerate(entries, 1):
            event, hash = entry["body"], hashes[number - 1]
            if "place" not in event or place(event) != at:
                continue
            has_answer = event["event"] in ("looked", "outcome")
            kept = (has_answer and event["answer"] or {}).get("attachments", [])
            if event["event"] == "step-started":
                began = began or entry["at"]
            elif event["event"] == "verdict":
                verdict, ended = event["verdict"], entry["at"]
            elif event["event"] == "intent":
                effects.append([number, hash, entry["at"], None, None, None, []])
            elif event["event"] == "outcome":
                effects[-1][3:] = [event["outcome"], hash, entry["at"], kept]
            elif event["event"] == "looked":
                looks[bool(effects)].append((number, hash, entry["at"], kept))
        why = f"rule 8: the step {planned['title']!r}"
        demand(stated["verdict"] == verdict, why)
        demand((stated["began"], stated["ended"]) == (began, ended), why)
        demand([effect(e) for e in stated["effects"]] == effects, why)
        demand([look(one) for one in stated["before"]] == looks[0], why)
        demand([look(one) for one in stated["after"]] == looks[1], why)


def effect(stated):
    fields = ("entry", "sha256", "at", "outcome", "outcome_sha256", "ended")
    return [stated[field] for field in fields] + [stated.get("attachments", [])]


def look(stated):
    return (*(stated[field] for field in ("entry", "sha256", "at")), stated.get("attachments", []))


def verify(folder, allowed):
    files = read(folder)
    for name in (SUMS, SIGNATURE):
        demand(name in files, f"{name} is missing")
    signature(files[SIGNATURE], NAMESPACE)
    trusted(folder, allowed, files[SUMS])
    sums(files)
    try:
        agree(files)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Forged(f"rules 6 to 8: {error!r}") from None


def main():
    allowed, *folders = sys.argv[1:]
    for folder in folders:
        try:
            verify(folder, allowed)
            print(f"{folder}: authentic")
        except Forged as forged:
            print(f"{folder}: forged: {forged}")


if __name__ == "__main__":
    main()
