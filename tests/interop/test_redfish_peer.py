"""Our driver for HTTP against sushy-tools' Redfish emulator, over TLS and with a login."""

import base64
import datetime
import functools
import hashlib
import http.server
import ipaddress
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import bcrypt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

RUNSHEET = os.environ["RUNSHEET"]
USER, PASSWORD = "operator", "Emulated-4711"
SYSTEM = "/redfish/v1/Systems/27946b59-9e44-4fa7-8e91-f3527a1ef094"
DRIVE = f"{SYSTEM}/VirtualMedia/Cd"

RUNBOOK = """---
title: Start from an image
on: bmc
---

# Start from an image

## Put the image into the drive

```http run
POST {drive}/Actions/VirtualMedia.InsertMedia
Content-Type: application/json

{{"Image": "{image}", "Inserted": true, "WriteProtected": true}}
```

```http check within=20s
GET {drive}
```

```assert
json.Inserted
json.Image == "{image}"
```

```http undo
POST {drive}/Actions/VirtualMedia.EjectMedia
Content-Type: application/json

{{}}
```

## Boot from it

```http run
PATCH {system}
Content-Type: application/json

{{"Boot": {{"BootSourceOverrideTarget": "Cd", "BootSourceOverrideEnabled": "Once"}}}}
```

```http check
GET {system}
```

```assert
json.Boot.BootSourceOverrideTarget == "Cd"
```

```http undo
PATCH {system}
Content-Type: application/json

{{"Boot": {{"BootSourceOverrideTarget": "Hdd", "BootSourceOverrideEnabled": "Continuous"}}}}
```

## Switch it on

```http run
POST {system}/Actions/ComputerSystem.Reset
Content-Type: application/json

{{"ResetType": "On"}}
```

```http check within=40s every=1s
GET {system}
```

```assert
json.PowerState == "On"
```

```http undo
POST {system}/Actions/ComputerSystem.Reset
Content-Type: application/json

{{"ResetType": "ForceOff"}}
```

```http check after=undo within=40s every=1s
GET {system}
```

```assert
json.PowerState == "Off"
```
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder):
    """A self-signed certificate and its key; returns the fingerprint to pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "emulator")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    with open(os.path.join(folder, "cert.pem"), "wb") as file:
        file.write(made.public_bytes(pem))
    with open(os.path.join(folder, "key.pem"), "wb") as file:
        file.write(
            key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = base64.b64encode(hashlib.sha256(spki).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Emulator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.home.cleanup)
        path = functools.partial(os.path.join, cls.home.name)
        cls.pin = certificate(cls.home.name)

        os.mkdir(path("images"))
        with open(path("images", "installer.iso"), "wb") as file:
            file.write(os.urandom(4096))
        handler = functools.partial(Silent, directory=path("images"))
        files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=files.serve_forever, daemon=True).start()
        cls.addClassCleanup(files.server_close)
        cls.addClassCleanup(files.shutdown)
        cls.image = f"http://127.0.0.1:{files.server_port}/installer.iso"

        with open(path("login"), "w") as file:
            secret = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, prefix=b"2a"))
            file.write(f"{USER}:{secret.decode()}\n")
        cls.port = free_port()
        with open(path("emulator.conf"), "w") as file:
            file.write(
                f"SUSHY_EMULATOR_LISTEN_IP = '127.0.0.1'\n"
                f"SUSHY_EMULATOR_LISTEN_PORT = {cls.port}\n"
                f"SUSHY_EMULATOR_STATE_DIR = '{path('state')}'\n"
                f"SUSHY_EMULATOR_AUTH_FILE = '{path('login')}'\n"
                f"SUSHY_EMULATOR_SSL_CERT = '{path('cert.pem')}'\n"
                f"SUSHY_EMULATOR_SSL_KEY = '{path('key.pem')}'\n"
                f"SUSHY_EMULATOR_FAKE_DRIVER = True\n"
            )
        program = os.path.join(os.path.dirname(sys.executable), "sushy-emulator")
        command = [program, "--fake", "--config", path("emulator.conf")]
        with open(path("emulator.log"), "wb") as log:
            process = subprocess.Popen(command, cwd=cls.home.name, stdout=log, stderr=log)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", cls.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            with open(path("emulator.log")) as log:
                raise AssertionError(f"the emulator does not come up:\n{log.read()}")

        with open(path("change.md"), "w") as file:
            file.write(RUNBOOK.format(system=SYSTEM, drive=DRIVE, image=cls.image))

    def runsheet(self, *words, pin=None, password=PASSWORD):
        with open(os.path.join(self.home.name, "inventory.yaml"), "w") as file:
            file.write(
                f"targets:\n  bmc:\n    driver: http\n    address: 127.0.0.1:{self.port}\n"
                f"    user: {USER}\n    password: env:BMC_PASSWORD\n"
                f"    tls-pin: \"{pin or self.pin}\"\n"
            )
        return subprocess.run(
            [RUNSHEET, words[0], "-i", "inventory.yaml", *words[1:]],
            cwd=self.home.name,
            env={**os.environ, "BMC_PASSWORD": password},
            capture_output=True,
            text=True,
        )

    def get(self, path):
        place = f"https://127.0.0.1:{self.port}{path}"
        answer = requests.get(place, auth=(USER, PASSWORD), verify=False)
        answer.raise_for_status()
        return answer.json()

    def state(self):
        system, drive = self.get(SYSTEM), self.get(DRIVE)
        boot = system["Boot"]["BootSourceOverrideTarget"]
        return system["PowerState"], boot, drive["Inserted"]

    def test_a_change_is_made_once_and_taken_back(self):
        before = self.state()
        self.assertEqual(before, ("Off", "Hdd", False))

        ran = self.runsheet("run", "change.md")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("done: 3 steps: 3 passed", ran.stdout)
        self.assertEqual(self.state(), ("On", "Cd", True))
        (run,) = [
            line.removeprefix("run: ") for line in ran.stdout.splitlines() if line.startswith("run: ")
        ]

        again = self.runsheet("run", "change.md")
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertIn("done: 3 steps: 3 already", again.stdout)

        back = self.runsheet("undo", os.path.basename(run))
        self.assertEqual(back.returncode, 0, back.stdout + back.stderr)
        self.assertIn("done: 3 steps taken back", back.stdout)
        self.assertEqual(self.state(), before)

        with open(os.path.join(self.home.name, run, "journal.jsonl")) as file:
            journal = file.read()
        self.assertIn(self.pin, journal)
        for secret in (PASSWORD, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()):
            self.assertNotIn(secret, journal)
        events = [json.loads(line) for line in journal.splitlines()]
        sent = [event for event in events if event["body"]["event"] == "intent"]
        self.assertEqual(len(sent), 3)

    def test_a_wrong_password_stops_before_anything_is_sent(self):
        before = self.state()
        ran = self.runsheet("run", "change.md", password="Wrong-4711-too")
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("401", ran.stdout + ran.stderr)
        self.assertEqual(self.state(), before)

    def test_another_key_than_the_pinned_one_hears_nothing(self):
        pin = "SHA256:" + "A" * 43
        ran = self.runsheet("run", "change.md", pin=pin)
        self.assertNotEqual(ran.returncode, 0)
        said = ran.stdout + ran.stderr
        self.assertIn(self.pin, said)
        self.assertIn(pin, said)


if __name__ == "__main__":
    unittest.main()
