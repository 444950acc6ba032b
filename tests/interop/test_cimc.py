"""Cisco's own SDK and DMTF's Redfish client against a server's management controller."""

import unittest

import paramiko
import redfish
from imcsdk.apis.server import boot, serveractions, storage, vmedia
from imcsdk.imcexception import ImcException
from imcsdk.imchandle import ImcHandle
from imcsdk.mometa.aaa.AaaUser import AaaUser
from imcsdk.mometa.one.OneTimePrecisionBootDevice import OneTimePrecisionBootDevice
from lab import PASSWORD, Lab

FACTORY = "password"
DISK = {"controller_type": "SAS", "controller_slot": "SLOT-HBA"}


class Controller(unittest.TestCase):
    """xen1 fresh from its box, its controller at an address, its self-test done."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(stage="unpacked")
        cls.addClassCleanup(cls.lab.close)
        cls.lab.tell("technician", "plug xen1:cimc office:2; power-on xen1")
        cls.lab.tell("technician", "f8 xen1 address=192.168.1.21/24 gateway=192.168.1.254")
        cls.lab.tell("wait", "3m")
        cls.port = cls.lab.ports["192.168.1.21:443"]

    def imc(self, password=FACTORY):
        handle = ImcHandle("127.0.0.1", "admin", password, port=self.port, secure=True)
        self.assertTrue(handle.login())
        self.addCleanup(handle.logout)
        return handle

    def test_it_is_a_server_that_cisco_knows(self):
        handle = self.imc()
        unit = handle.query_dn("sys/rack-unit-1")
        self.assertEqual(unit.model, "UCSC-C220-M4S")
        self.assertEqual(str(handle.version), "4.1(2f)")
        self.assertIsNone(handle.query_dn("sys/rack-unit-2"))
        self.assertTrue(handle._refresh(auto_relogin=False))

    def test_a_wrong_password_is_refused(self):
        handle = ImcHandle("127.0.0.1", "admin", "wrong", port=self.port, secure=True)
        with self.assertRaises(ImcException) as refused:
            handle.login()
        self.assertEqual(refused.exception.error_code, "551")

    def test_a_password_is_changed_and_the_old_one_is_worth_nothing(self):
        handle = self.imc()
        user = handle.query_dn("sys/user-ext/user-1")
        user.pwd = PASSWORD
        handle.set_mo(user)
        try:
            with self.assertRaises(ImcException):
                self.imc()
            self.imc(PASSWORD)
        finally:
            handle.set_mo(AaaUser("sys/user-ext", "1", pwd=FACTORY))
        self.imc()

    def test_a_mirror_is_made_and_deleted(self):
        handle = self.imc()
        storage.virtual_drive_create(
            handle, drive_group=[[1, 2]], raid_level=1, virtual_drive_name="XS", **DISK
        )
        found, _ = storage.virtual_drive_exists(handle, virtual_drive_name="XS", **DISK)
        self.assertTrue(found)
        storage.virtual_drive_set_boot_drive(handle, name="XS", **DISK)
        drive = storage.vd_query_by_name(handle, name="XS", **DISK)
        self.assertEqual((drive.raid_level, drive.size), ("RAID 1", "571250 MB"))
        with self.assertRaises(ImcException) as refused:
            storage.virtual_drive_delete(handle, name="XS", **DISK)
        self.assertIn("is an OS Drive", str(refused.exception))
        controller = handle.query_dn("sys/rack-unit-1/board/storage-SAS-SLOT-HBA")
        controller.admin_action = "clear-boot-drive"
        handle.set_mo(controller)
        storage.virtual_drive_delete(handle, name="XS", **DISK)
        self.assertIsNone(handle.query_dn("sys/rack-unit-1/board/storage-SAS-SLOT-HBA/vd-0"))

    def test_an_image_is_mapped_and_booted_once(self):
        handle = self.imc()
        vmedia.vmedia_enable(handle)
        vmedia.vmedia_mount_create(
            handle, "xs", "http://192.168.1.30/iso/", "xenserver.iso"
        )
        self.assertEqual(vmedia.vmedia_get_existing_status(handle), ["OK"])
        boot.boot_order_precision_set(
            handle,
            boot_devices=[
                {"order": "1", "device-type": "hdd", "name": "hdd"},
                {
                    "order": "2",
                    "device-type": "vmedia",
                    "name": "cd",
                    "subtype": "cimc-mapped-dvd",
                },
            ],
        )
        handle.set_mo(OneTimePrecisionBootDevice("sys/rack-unit-1", device="cd"))
        once = handle.query_dn("sys/rack-unit-1/one-time-precision-boot")
        self.assertEqual(once.device, "cd")
        serveractions.server_power_cycle(handle, timeout=30, interval=1)
        self.lab.tell("wait", "3m")
        once = handle.query_dn("sys/rack-unit-1/one-time-precision-boot")
        self.assertEqual(once.device, "")
        vmedia.vmedia_mount_delete(handle, "xs")
        self.assertEqual(vmedia.vmedia_get_existing_status(handle), [])

    def test_it_is_switched_off_and_on(self):
        handle = self.imc()
        serveractions.server_power_down(handle, timeout=30, interval=1)
        self.assertEqual(serveractions.server_power_state_get(handle), "off")
        serveractions.server_power_up(handle, timeout=30, interval=1)
        self.assertEqual(serveractions.server_power_state_get(handle), "on")
        self.lab.tell("wait", "3m")

    def redfish(self, password=FACTORY, auth="basic"):
        client = redfish.redfish_client(
            base_url=f"https://127.0.0.1:{self.port}", username="admin", password=password
        )
        client.login(auth=auth)
        self.addCleanup(client.logout)
        return client

    def test_redfish_walks_from_the_root_to_the_system_and_resets_it(self):
        client = self.redfish()
        systems = client.get(client.root["Systems"]["@odata.id"]).dict
        system = client.get(systems["Members"][0]["@odata.id"]).dict
        self.assertEqual(system["SerialNumber"], self.imc().query_dn("sys/rack-unit-1").serial)
        self.assertEqual(system["PowerState"], "On")
        reset = system["Actions"]["#ComputerSystem.Reset"]["target"]
        self.assertEqual(client.post(reset, body={"ResetType": "PowerCycle"}).status, 204)
        self.assertEqual(client.get(system["@odata.id"]).dict["Status"]["State"], "Starting")
        refused = client.post(reset, body={"ResetType": "Tomorrow"})
        self.assertEqual(refused.status, 400)
        self.lab.tell("wait", "3m")

    def test_redfish_has_an_image_booted_in_a_session_of_its_own(self):
        vmedia.vmedia_enable(self.imc())
        client = self.redfish(auth="session")
        sessions = client.get("/redfish/v1/SessionService/Sessions").dict
        self.assertIn(
            client.get_session_location().removeprefix(f"https://127.0.0.1:{self.port}"),
            [member["@odata.id"] for member in sessions["Members"]],
        )
        manager = client.get("/redfish/v1/Managers/CIMC").dict
        drives = client.get(manager["VirtualMedia"]["@odata.id"]).dict["Members"]
        (drive,) = [
            drive
            for drive in (client.get(member["@odata.id"]).dict for member in drives)
            if "DVD" in drive["MediaTypes"]
        ]
        insert = drive["Actions"]["#VirtualMedia.InsertMedia"]["target"]
        image = {
            "Image": "http://192.168.1.30/iso/xenserver.iso",
            "TransferProtocolType": "HTTP",
            "Inserted": True,
            "WriteProtected": True,
        }
        self.assertEqual(client.post(insert, body=image).status, 204)
        self.lab.tell("wait", "30s")
        drive = client.get(drive["@odata.id"]).dict
        self.assertEqual((drive["Inserted"], drive["ImageName"]), (True, "xenserver.iso"))
        self.assertEqual(vmedia.vmedia_get_existing_status(self.imc()), ["OK"])

        systems = client.get(client.root["Systems"]["@odata.id"]).dict
        place = systems["Members"][0]["@odata.id"]
        boot = {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Cd"}
        self.assertEqual(client.patch(place, body={"Boot": boot}).status, 204)
        system = client.get(place).dict
        self.assertEqual(system["Boot"]["BootSourceOverrideTarget"], "Cd")
        reset = system["Actions"]["#ComputerSystem.Reset"]["target"]
        self.assertEqual(client.post(reset, body={"ResetType": "ForceRestart"}).status, 204)
        self.lab.tell("wait", "3m")
        self.assertEqual(client.get(place).dict["Boot"]["BootSourceOverrideEnabled"], "Disabled")
        self.assertIn("xen1: on, xenserver.iso shows", self.lab.tell("show"))
        eject = drive["Actions"]["#VirtualMedia.EjectMedia"]["target"]
        self.assertEqual(client.post(eject, body={}).status, 204)
        self.assertEqual(vmedia.vmedia_get_existing_status(self.imc()), [])

    def test_the_command_line_over_ssh_speaks_of_the_same_objects(self):
        handle = self.imc()
        serial = handle.query_dn("sys/rack-unit-1").serial
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        port = self.lab.ports["192.168.1.21:22"]
        with self.assertRaises(paramiko.AuthenticationException):
            client.connect(
                "127.0.0.1", port, "admin", "wrong", look_for_keys=False, allow_agent=False
            )
        client.connect(
            "127.0.0.1", port, "admin", FACTORY, look_for_keys=False, allow_agent=False
        )
        self.addCleanup(client.close)
        shell = client.invoke_shell()
        shell.settimeout(20)

        def until(text):
            seen = ""
            while not seen.endswith(text):
                seen += shell.recv(4096).decode()
            return seen

        def types(line, text):
            shell.send(line + "\r")
            return until(text)

        prompt = until("# ").strip(" #")
        types("scope chassis", f"{prompt} /chassis # ")
        self.assertIn(f"Serial Number: {serial}\r\n", types("show detail", "/chassis # "))
        types("set description Rack-4", "/chassis *# ")
        types("commit", "/chassis # ")
        self.assertEqual(handle.query_dn("sys/rack-unit-1").usr_lbl, "Rack-4")
        self.assertIn('xen1 ("Rack-4"): on', self.lab.tell("show"))
        types("power off", "[y|N]")
        types("y", "/chassis # ")
        self.assertEqual(serveractions.server_power_state_get(handle), "off")
        types("power on", "[y|N]")
        types("y", "/chassis # ")
        self.assertEqual(serveractions.server_power_state_get(handle), "on")
        types("top", f"{prompt}# ")
        shell.send("exit\r")
        self.assertEqual(shell.recv_exit_status(), 0)
        self.lab.tell("wait", "3m")


if __name__ == "__main__":
    unittest.main()
