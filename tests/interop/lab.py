"""A lab on loopback, brought to the state that the first chapter of the workshop ends in."""

import os
import re
import socket
import subprocess
import tempfile
import time

import netmiko
import paramiko

RUNSHEET = os.environ["RUNSHEET"]
PASSWORD = "Workshop-3650"

# The lines of the first chapter, typed at switch 1's console.
FIRST_CHAPTER = [
    "hostname Cisco-Stack",
    "ip domain-name workshop.example",
    "no ip domain-lookup",
    f"enable secret {PASSWORD}",
    f"username admin privilege 15 secret {PASSWORD}",
    "interface Vlan1",
    "ip address 192.168.1.254 255.255.255.0",
    "no shutdown",
    "line vty 0 4",
    "login local",
    "transport input ssh",
    "line vty 5 15",
    "login local",
    "transport input ssh",
    "exit",
    "crypto key generate rsa general-keys modulus 2048",
    "ip ssh version 2",
]


class Lab:
    """`runsheet lab up` in a directory of its own."""

    def __init__(self, speed="20", stage="installed", runbooks=None):
        """With `runbooks` they are run first, and what they leave is served."""
        self.home = tempfile.TemporaryDirectory()
        self.tell("reset", "--stage", stage)
        if runbooks:
            command = [RUNSHEET, "--state", self.home.name, "run", *runbooks]
            subprocess.run(command, check=True, capture_output=True)
        self.process = subprocess.Popen(
            [RUNSHEET, "--state", self.home.name, "lab", "up", "--speed", speed],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = {}
        for line in self.process.stdout:
            if line.startswith("inventory: "):
                break
            place, port = re.fullmatch(r"(\S+) is at 127\.0\.0\.1:(\d+)\n", line).groups()
            self.ports[place] = int(port)
        else:
            raise AssertionError("lab up ended before it was up")

    def close(self):
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0, "lab up did not end cleanly"
        self.process.stdout.close()
        self.home.cleanup()

    def tell(self, *words):
        """Runs a verb of `runsheet lab` against the running lab."""
        command = [RUNSHEET, "--state", self.home.name, "lab", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    @property
    def stack(self):
        return self.ports["192.168.1.254:22"]

    def console(self, unit):
        return self.ports[f"192.168.1.20:{7000 + unit}"]

    def inventory(self):
        with open(os.path.join(self.home.name, "lab", "inventory.yaml")) as file:
            return file.read()

    def netmiko(self, port, user="admin", **options):
        return netmiko.ConnectHandler(
            device_type="cisco_ios",
            host="127.0.0.1",
            port=port,
            username=user,
            password=PASSWORD,
            secret=PASSWORD,
            **options,
        )

    def stack_the_switches(self):
        """Does what chapter 4 does, over the consoles and with the technician's hands."""
        console = self.netmiko(self.console(1), user="console")
        console.enable()
        console.send_command("switch 1 priority 15", expect_string=r"[\]#:?]\s*$")
        console.send_command("yes", expect_string=r"#\s*$")
        self.tell("technician", "power-off sw2")
        self.tell("technician", "plug sw1:stack1 sw2:stack2; plug sw1:stack2 sw2:stack1")
        self.tell("technician", "power-on sw2")
        self.tell("wait", "15m")
        console.send_config_set(FIRST_CHAPTER, read_timeout=60)
        console.disconnect()
        self.tell("wait", "2m")

    def ssh(self, port, user, *words, options=()):
        """Debian's own ssh, which is given the password by its askpass."""
        askpass = os.path.join(self.home.name, "askpass")
        with open(askpass, "w") as file:
            file.write(f"#!/bin/sh\necho {PASSWORD}\n")
        os.chmod(askpass, 0o700)
        command = ["ssh", "-p", str(port), "-o", "StrictHostKeyChecking=no"]
        command += ["-o", "UserKnownHostsFile=/dev/null", "-F", "none", "-T"]
        command += [*options, f"{user}@127.0.0.1", *words]
        environment = {**os.environ, "SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force"}
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )


def shell(port, user="admin"):
    """A bare terminal over paramiko: no client that turns paging off first."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        "127.0.0.1", port=port, username=user, password=PASSWORD, look_for_keys=False,
        allow_agent=False,
    )
    channel = client.invoke_shell()
    channel.settimeout(20)
    return client, channel


def read_until(channel, pattern):
    """Reads up to what matches `pattern`; fails with what had come after 20 s."""
    seen, end = "", time.monotonic() + 20
    while not re.search(pattern, seen):
        try:
            piece = channel.recv(65536)
        except (socket.timeout, TimeoutError):
            piece = b""
        if not piece or time.monotonic() > end:
            raise AssertionError(f"no {pattern!r} in {seen!r}")
        seen += piece.decode()
    return seen
