"""Clients of the Xen API against the toolstack of a host that the runbooks installed."""

import http.client
import json
import glob
import os
import subprocess
import threading
import time
import unittest

import XenAPI
from lab import PASSWORD, Lab

HERE = os.path.dirname(os.path.abspath(__file__))
CHAPTERS = sorted(glob.glob(os.path.join(HERE, "..", "..", "runbooks", "0[1-6]-*.md")))
XEN1, XEN2 = "172.16.40.13", "172.16.40.14"


class Hosts(unittest.TestCase):
    """The lab's hosts as chapters 1 to 6 leave them."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(stage="unpacked", runbooks=CHAPTERS)
        cls.addClassCleanup(cls.lab.close)

    def url(self, address=XEN1):
        return f"https://127.0.0.1:{self.lab.ports[f'{address}:443']}"

    def login(self, address=XEN1):
        session = XenAPI.Session(self.url(address), ignore_ssl=True)
        session.xenapi.login_with_password("root", PASSWORD, "1.0", "interop")
        return session.xenapi

    def refused(self, call):
        with self.assertRaises(XenAPI.Failure) as refused:
            call()
        return refused.exception.details

    def until(self, look, seconds=60):
        """What `look` says once that is true; what fails meanwhile is not true yet."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if seen := look():
                    return seen
            except (XenAPI.Failure, OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        self.fail(f"{seconds} s were not enough")


class Toolstack(Hosts):
    """xen1, alone."""

    def login(self, address=XEN1):
        xenapi = super().login(address)
        self.addCleanup(xenapi.session.logout)
        return xenapi

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

    def test_a_bond_is_made_and_destroyed(self):
        xenapi = self.login()
        (host,) = xenapi.host.get_all()
        managed = xenapi.host.get_management_interface(host)
        address = xenapi.PIF.get_IP(managed)
        cards = xenapi.host.get_PIFs(host)
        network = xenapi.network.create({"name_label": "bond", "name_description": ""})
        # Their names are written with a hyphen in many places.
        wrong = {"hashing-algorithm": "src_mac"}
        self.assertEqual(
            self.refused(lambda: xenapi.Bond.create(network, cards, "", "lacp", wrong)),
            ["INVALID_VALUE", "properties", "hashing-algorithm = src_mac"],
        )
        wanted = {"hashing_algorithm": "src_mac"}
        task = xenapi.Async.Bond.create(network, cards, "", "lacp", wanted)
        # The way to the host is the bond's from now on: nobody gets through for a while.
        self.until(lambda: xenapi.task.get_status(task) == "success", 120)
        result = xenapi.task.get_result(task)
        xenapi.task.destroy(task)
        (bond,) = xenapi.Bond.get_all()
        self.assertEqual(result, f"<value>{bond}</value>")
        record = xenapi.Bond.get_record(bond)
        self.assertEqual(
            (record["mode"], record["primary_slave"], sorted(record["slaves"])),
            ("lacp", managed, sorted(cards)),
        )
        self.assertEqual(record["properties"]["hashing_algorithm"], "src_mac")
        self.until(lambda: xenapi.Bond.get_links_up(bond) == "2")
        master = xenapi.PIF.get_record(record["master"])
        self.assertEqual((master["device"], master["IP"]), ("bond0", address))
        self.assertEqual(xenapi.host.get_management_interface(host), record["master"])

        # A synchronous call is answered once its answer gets through.
        xenapi.Bond.destroy(bond)
        self.assertEqual(xenapi.Bond.get_all(), [])
        self.assertEqual(xenapi.host.get_management_interface(host), managed)
        self.assertEqual(xenapi.PIF.get_IP(managed), address)
        xenapi.network.destroy(network)

    def test_a_task_is_polled_and_destroyed(self):
        xenapi = self.login()
        (host,) = xenapi.host.get_all()
        task = xenapi.Async.host.disable(host)
        self.assertEqual(xenapi.task.get_name_label(task), "Async.host.disable")
        self.until(lambda: xenapi.task.get_status(task) != "pending")
        record = xenapi.task.get_record(task)
        self.assertEqual(
            (record["status"], record["progress"], record["result"], record["error_info"]),
            ("success", 1.0, "", []),
        )
        self.assertIs(xenapi.host.get_enabled(host), False)
        xenapi.task.destroy(task)
        self.assertEqual(
            self.refused(lambda: xenapi.task.get_status(task)), ["HANDLE_INVALID", "task", task]
        )
        xenapi.host.enable(host)

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
                "asked": "eth0",
                "refused": "NOT_IMPLEMENTED",
            },
        )


class Pool(Hosts):
    """xen1 and xen2 as a pool, and apart again."""

    def hosts(self, xenapi):
        records = xenapi.host.get_all_records()
        return {record["name_label"]: host for host, record in records.items()}

    def is_there(self, xenapi, host):
        record = xenapi.host.get_record(host)
        return record["enabled"] and xenapi.host_metrics.get_live(record["metrics"])

    def test_a_host_joins_and_is_ejected(self):
        master, joiner = self.login(XEN1), self.login(XEN2)
        (host,) = joiner.host.get_all()
        uuid = joiner.host.get_uuid(host)
        self.assertEqual(
            self.refused(lambda: joiner.pool.join(XEN1, "root", "wrong"))[0],
            "SESSION_AUTHENTICATION_FAILED",
        )
        self.assertEqual(
            self.refused(lambda: joiner.pool.join("172.16.40.99", "root", PASSWORD)),
            ["JOINING_HOST_CONNECTION_FAILED"],
        )
        joiner.pool.join(XEN1, "root", PASSWORD)

        member = master.host.get_by_uuid(uuid)
        self.assertNotEqual(member, host, "it has another reference here")
        self.assertFalse(self.is_there(master, member))
        self.until(lambda: self.is_there(master, member))
        self.assertEqual(set(self.hosts(master)), {"xen1", "xen2"})
        self.assertEqual(len(master.pool.get_all()), 1)
        self.assertEqual(self.refused(lambda: self.login(XEN2)), ["HOST_IS_SLAVE", XEN1])
        bridges = [network["bridge"] for network in master.network.get_all_records().values()]
        self.assertEqual(sorted(bridges), ["xenapi", "xenbr0", "xenbr1"])

        network = master.network.create({"name_label": "VLAN 20", "name_description": ""})
        card = master.host.get_management_interface(self.hosts(master)["xen1"])
        cards = master.pool.create_VLAN_from_PIF(card, network, "20")
        attached = [master.PIF.get_record(card) for card in cards]
        self.assertEqual(
            {(card["host"], card["VLAN"], card["currently_attached"]) for card in attached},
            {(host, "20", True) for host in self.hosts(master).values()},
        )

        task = master.Async.pool.eject(member)
        self.until(lambda: master.task.get_status(task) == "success")
        master.task.destroy(task)
        self.assertEqual(set(self.hosts(master)), {"xen1"})
        alone = self.until(lambda: self.login(XEN2))
        self.assertEqual(set(self.hosts(alone)), {"xen2"})
        self.assertEqual(len(alone.pool.get_all()), 1)
        for xenapi in (master, alone):
            xenapi.session.logout()


if __name__ == "__main__":
    unittest.main()
