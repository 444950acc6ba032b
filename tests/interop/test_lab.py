"""netmiko, scrapli (over the system's ssh), OpenSSH and ntc-templates against the lab."""

import re
import unittest

from lab import PASSWORD, Lab, read_until, shell
from netmiko import NetmikoAuthenticationException, NetmikoTimeoutException
from scrapli.driver.core import IOSXEDriver


class Factory(unittest.TestCase):
    """The floor on the first morning: nothing but consoles."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)

    def test_netmiko_logs_in_over_the_terminal_server(self):
        with self.lab.netmiko(self.lab.console(1), user="console") as console:
            self.assertEqual(console.find_prompt(), "Switch>")
            console.enable()
            rows = console.send_command("show version", use_textfsm=True)
            self.assertEqual(rows[0]["hostname"], "Switch")
            self.assertIn("WS-C3650-24TS", rows[0]["hardware"])

    def test_the_stack_is_not_reachable_yet(self):
        with self.assertRaises(NetmikoTimeoutException):
            self.lab.netmiko(self.lab.stack, conn_timeout=3, banner_timeout=3, auth_timeout=3)

    def test_openssh_sees_the_pinned_host_key(self):
        done = self.lab.ssh(self.lab.console(2), "console", options=["-v"])
        fingerprint = re.search(r"Server host key: \S+ (SHA256:\S+)", done.stderr).group(1)
        self.assertIn(fingerprint, self.lab.inventory())


class Stacked(unittest.TestCase):
    """The end of chapter 4: one switch, reachable over SSH."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        cls.lab.stack_the_switches()

    def test_a_wrong_password_is_refused(self):
        with self.assertRaises(NetmikoAuthenticationException):
            self.lab.netmiko(self.lab.stack, user="somebody")

    def test_netmiko_configures_vlans_and_reads_them_back(self):
        with self.lab.netmiko(self.lab.stack) as stack:
            self.assertEqual(stack.find_prompt(), "Cisco-Stack#")
            stack.send_config_set(["vlan 10", "name VLAN-Ten", "vlan 20", "name VLAN-Twenty"])
            rows = stack.send_command("show vlan brief", use_textfsm=True)
            names = {row["vlan_id"]: row["vlan_name"] for row in rows}
            self.assertEqual(names["10"], "VLAN-Ten")
            self.assertEqual(names["20"], "VLAN-Twenty")
            stack.send_config_set(["interface GigabitEthernet1/0/20", "switchport mode access",
                                   "switchport access vlan 10"])
            running = stack.send_command("show running-config interface Gi1/0/20")
            self.assertIn("switchport access vlan 10", running)
            stack.save_config()

    def test_ntc_templates_parse_what_is_shown(self):
        with self.lab.netmiko(self.lab.stack) as stack:
            for command in [
                "show version",
                "show vlan",
                "show interfaces status",
                "show interfaces switchport",
                "show ip interface brief",
                "show switch",
                "show interfaces",
                "show cdp neighbors",
                "show cdp neighbors detail",
                "show mac address-table",
                "show arp",
                "show ip arp",
                "show boot",
                "show inventory",
                "show vtp status",
                "show switch detail",
                "show users",
                "show clock",
                "show logging",
                "dir",
                "ping 192.168.1.10",
            ]:
                with self.subTest(command):
                    rows = stack.send_command(command, use_textfsm=True, read_timeout=60)
                    self.assertIsInstance(rows, list, f"not parsed: {rows}")
                    self.assertTrue(rows)

    def test_ntc_templates_parse_a_bundle(self):
        with self.lab.netmiko(self.lab.stack) as stack:
            stack.send_config_set([
                "interface range GigabitEthernet1/0/17 , GigabitEthernet2/0/17",
                "channel-group 7 mode active",
            ])
            rows = stack.send_command("show etherchannel summary", use_textfsm=True)
            self.assertIsInstance(rows, list, f"not parsed: {rows}")
            bundle = next(row for row in rows if row["group"] == "7")
            members = [member.split("(")[0] for member in bundle["member_interface"]]
            self.assertEqual(members, ["Gi1/0/17", "Gi2/0/17"])
            stack.send_config_set([
                "interface range GigabitEthernet1/0/17 , GigabitEthernet2/0/17",
                "no channel-group", "no interface Port-channel7",
            ])

    def test_a_long_output_is_paged(self):
        client, channel = shell(self.lab.stack)
        self.addCleanup(client.close)
        read_until(channel, r"Cisco-Stack#$")
        channel.send("terminal length 24\r")
        read_until(channel, r"Cisco-Stack#$")
        channel.send("show running-config\r")
        page = read_until(channel, r" --More-- $")
        self.assertEqual(page.count("\n"), 24, page)
        channel.send(" ")
        read_until(channel, r" --More-- $")
        channel.send("q")
        read_until(channel, r"Cisco-Stack#$")

    def test_scrapli_over_the_systems_ssh(self):
        with IOSXEDriver(
            host="127.0.0.1", port=self.lab.stack, auth_username="admin", auth_password=PASSWORD,
            auth_secondary=PASSWORD, auth_strict_key=False, transport="system",
            ssh_config_file=False, timeout_socket=20, timeout_transport=30, timeout_ops=30,
        ) as stack:
            self.assertEqual(stack.get_prompt(), "Cisco-Stack#")
            answer = stack.send_configs(["vlan 30", "name VLAN-Thirty"])
            self.assertFalse(answer.failed, answer.result)
            wrong = stack.send_config("vlann 30")
            self.assertTrue(wrong.failed)
            self.assertIn("% Invalid input detected at '^' marker.", wrong.result)
            self.assertIn("VLAN-Thirty", stack.send_command("show vlan brief").result)

    def test_openssh_with_the_algorithms_of_an_old_client(self):
        done = self.lab.ssh(
            self.lab.stack, "admin", "show privilege",
            options=[
                "-o", "KexAlgorithms=diffie-hellman-group14-sha1",
                "-o", "HostKeyAlgorithms=ssh-rsa", "-o", "Ciphers=aes128-cbc",
                "-o", "MACs=hmac-sha1",
            ],
        )
        self.assertIn("Current privilege level is 15", done.stdout, done.stderr)

    def test_openssh_runs_one_command(self):
        done = self.lab.ssh(self.lab.stack, "admin", "show ip interface brief")
        self.assertRegex(done.stdout, r"Vlan1 +192\.168\.1\.254 +YES", done.stderr)
        self.assertNotIn("Cisco-Stack#", done.stdout)


if __name__ == "__main__":
    unittest.main()
