"""Clients of the Xen API against the toolstack of a host that the runbooks installed."""

import json
import os
import subprocess
import threading
import time
import unittest

import XenAPI
from lab import PASSWORD, Lab

HERE = os.path.dirname(os.path.abspath(__file__))
RUNBOOKS = os.path.join(HERE, "..", "..", "runbooks")


class Toolstack(unittest.TestCase):
    """xen1 as chapters 1 to 6 leave it."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(stage="unpacked", runbooks=RUNBOOKS)
        cls.addClassCleanup(cls.lab.close)

    def url(self, address="172.16.40.13"):
        return f"https://127.0.0.1:{self.lab.ports[f'{address}:443']}"

    def login(self):
        session = XenAPI.Session(self.url(), ignore_ssl=True)
        session.xenapi.login_with_password("root", PASSWORD, "1.0", "interop")
        self.addCleanup(session.xenapi.session.logout)
        return session.xenapi

    def test_every_host_is_a_pool_of_its_own(self):
        for name, address in [
            ("xen1", "172.16.40.13"),
            ("xen2", "172.16.40.14"),
            ("storage", "172.16.40.100"),
        ]:
            session = XenAPI.Session(self.url(address), ignore_ssl=True)
            session.xenapi.login_with_password("root", PASSWORD, "1.0", "interop")
            (host,) = session.xenapi.host.get_all()
            record = session.xenapi.host.get_record(host)
            self.assertEqual((record["name_label"], record["address"]), (name, address))
            self.assertEqual(record["software_version"]["product_brand"], "XenServer")
            ((_, pool),) = session.xenapi.pool.get_all_records().items()
            self.assertEqual((pool["master"], pool["name_label"]), (host, ""))
            self.assertEqual(session.API_version, "2.3")
            session.xenapi.session.logout()

    def test_a_wrong_password_is_refused(self):
        session = XenAPI.Session(self.url(), ignore_ssl=True)
        with self.assertRaises(XenAPI.Failure) as refused:
            session.xenapi.login_with_password("root", "wrong", "1.0", "interop")
        self.assertEqual(
            refused.exception.details,
            ["SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure"],
        )

    def test_types_are_those_of_the_api(self):
        xenapi = self.login()
        (pif,) = [
            card
            for card in xenapi.PIF.get_all_records().values()
            if card["management"]
        ]
        self.assertEqual((pif["device"], pif["MTU"], pif["VLAN"]), ("eth0", "1500", "-1"))
        self.assertIs(xenapi.PIF_metrics.get_carrier(pif["metrics"]), True)
        self.assertIsInstance(
            xenapi.host.get_servertime(pif["host"]).value, str, "a time of XML-RPC"
        )

    def test_what_is_set_is_there_and_a_second_key_is_refused(self):
        xenapi = self.login()
        (host,) = xenapi.host.get_all()
        xenapi.host.add_to_other_config(host, "rack", "1")
        with self.assertRaises(XenAPI.Failure) as refused:
            xenapi.host.add_to_other_config(host, "rack", "2")
        self.assertEqual(refused.exception.details[0], "MAP_DUPLICATE_KEY")
        self.assertEqual(xenapi.host.get_other_config(host)["rack"], "1")
        xenapi.host.remove_from_other_config(host, "rack")
        self.assertNotIn("rack", xenapi.host.get_other_config(host))

    def test_who_waits_for_events_is_told_of_a_cable(self):
        xenapi = self.login()
        events_from = getattr(xenapi.event, "from")
        token = events_from(["*"], "", 1.0)["token"]
        pull = threading.Timer(1, self.lab.tell, ["technician", "unplug xen1:nic2"])
        pull.start()
        begun = time.monotonic()
        batch = events_from(["PIF_metrics"], token, 30.0)
        pull.join()
        self.assertLess(time.monotonic() - begun, 20, "it was told when it happened")
        (event,) = batch["events"]
        self.assertEqual((event["class"], event["operation"]), ("pif_metrics", "mod"))
        self.assertIs(event["snapshot"]["carrier"], False)
        self.lab.tell("technician", "plug xen1:nic2 sw2:13")

    def test_xen_api_of_npm_reads_all_objects_and_follows_the_events(self):
        script = os.path.join(os.environ["INTEROP_MODULES"], "xen_api.mjs")
        command = ["node", script, self.url(), "root", PASSWORD]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(
            json.loads(ran.stdout),
            {
                "host": "xen1",
                "address": "172.16.40.13",
                "cards": ["eth0", "eth1"],
                "repositories": [
                    "DVD drives",
                    "Local storage",
                    "Removable storage",
                    "XenServer Tools",
                ],
                "label": "renamed",
                "refused": "NOT_IMPLEMENTED",
            },
        )


if __name__ == "__main__":
    unittest.main()
