"""Cisco's own SDK and DMTF's Redfish client against a server's management controller."""

import unittest

import paramiko
import redfish
from imcsdk.apis.server import boot, serveractions, storage, vmedia
from imcsdk.imcexception import ImcException
from imcsdk.imchandle import ImcHandle
from imcsdk.mometa.aaa.AaaUser import AaaUser
from imcsdk.mometa.one.OneTimePrecisionBootDevice import OneTimePrecisionBootDevice
from lab import PASSWORD, Lab, read_until

FACTORY = "password"
DISK = {"controller_type": "SAS", "controller_slot": "SLOT-HBA"}


def storage_of(handle, name=None, dn=None):
    """A volume as Cisco's SDK sees it, by its name or the end of its distinguished name."""
    if dn:
        return handle.query_dn(f"sys/rack-unit-1/board/storage-SAS-SLOT-HBA/{dn}")
    return storage.vd_query_by_name(handle, name=name, **DISK)


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

    def lets_in(self, password):
        """Whether the XML API takes a password; there is room for four sessions, so it is given back."""
        handle = ImcHandle("127.0.0.1", "admin", password, port=self.port, secure=True)
        try:
            handle.login()
        except ImcException as refused:
            self.assertEqual(refused.error_code, "551")
            return False
        return handle.logout()

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

    def test_redfish_makes_a_volume_and_deletes_it(self):
        client = self.redfish(auth="session")
        systems = client.get(client.root["Systems"]["@odata.id"]).dict
        system = client.get(systems["Members"][0]["@odata.id"]).dict
        adapters = client.get(system["Storage"]["@odata.id"]).dict
        controller = client.get(adapters["Members"][0]["@odata.id"]).dict
        volumes = controller["Volumes"]["@odata.id"]
        mirror = {
            "VolumeType": "Mirrored",
            "Name": "XS",
            "Links": {"Drives": controller["Drives"][:2]},
        }
        made = client.post(volumes, body=mirror)
        self.assertEqual(made.status, 201, made.text)
        place = made.getheader("Location")
        self.assertEqual(
            client.get(volumes).dict["Members"], [{"@odata.id": place}]
        )
        volume = client.get(place).dict
        self.assertEqual((volume["Name"], volume["VolumeType"]), ("XS", "Mirrored"))
        drive = storage_of(self.imc(), name="XS")
        self.assertEqual((drive.raid_level, drive.size), ("RAID 1", "571250 MB"))

        del mirror["VolumeType"]
        used = client.post(volumes, body={**mirror, "RAIDType": "RAID1"})
        self.assertEqual(used.status, 409)
        (info,) = used.dict["error"]["@Message.ExtendedInfo"]
        self.assertEqual(info["Message"], "Operation failed. Physical drive 1 is Online")

        handle = self.imc()
        storage.virtual_drive_set_boot_drive(handle, name="XS", **DISK)
        kept = client.delete(place)
        self.assertEqual(kept.status, 409)
        (info,) = kept.dict["error"]["@Message.ExtendedInfo"]
        self.assertIn("is an OS Drive", info["Message"])
        adapter = handle.query_dn("sys/rack-unit-1/board/storage-SAS-SLOT-HBA")
        adapter.admin_action = "clear-boot-drive"
        handle.set_mo(adapter)
        self.assertEqual(client.delete(place).status, 204)
        self.assertEqual(client.get(place).status, 404)
        self.assertEqual(client.get(volumes).dict["Members@odata.count"], 0)

    def ssh(self, password, user="admin"):
        """A login at the command line."""
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        port = self.lab.ports["192.168.1.21:22"]
        self.addCleanup(client.close)
        client.connect(
            "127.0.0.1", port, user, password, look_for_keys=False, allow_agent=False
        )
        return client

    def shell(self, password, user="admin"):
        shell = self.ssh(password, user).invoke_shell()
        shell.settimeout(20)
        return shell

    def operator(self):
        """A second administrator, who has a password of their own from the beginning."""
        self.imc().set_mo(
            AaaUser(
                "sys/user-ext", "2", name="operator", pwd=PASSWORD, priv="admin",
                account_status="active",
            )
        )
        return "operator"

    def test_the_factory_password_is_changed_before_there_is_a_prompt(self):
        shell = self.shell(FACTORY)
        seen = read_until(shell, "Enter current password: $")
        self.assertIn("default password", seen)
        for line, prompt in [
            ("wrong", "not correct\\.\r\nEnter current password: $"),
            (FACTORY, "Enter new password: $"),
            ("short", "Re-enter new password: $"),
            ("short", "between 8 and 20 characters\r\nEnter new password: $"),
            (FACTORY, "must not be the default password\\.\r\nEnter new password: $"),
            (PASSWORD, "Re-enter new password: $"),
        ]:
            shell.send(line + "\r")
            seen = read_until(shell, prompt)
            self.assertTrue(seen.startswith("\r\n"), "what is typed is not shown")
            # Until it is changed the XML API takes the old one.
            self.assertTrue(self.lets_in(FACTORY))
        shell.send(PASSWORD + "\r")
        try:
            read_until(shell, "C220# $")
            self.assertFalse(self.lets_in(FACTORY))
            with self.assertRaises(paramiko.AuthenticationException):
                self.ssh(FACTORY)
            read_until(self.shell(PASSWORD), "C220# $")
        finally:
            self.imc(PASSWORD).set_mo(AaaUser("sys/user-ext", "1", pwd=FACTORY))

        _, out, err = self.ssh(FACTORY).exec_command("show chassis")
        self.assertEqual((out.channel.recv_exit_status(), out.read()), (1, b""))
        self.assertIn(b"must be changed", err.read())
        shell = self.shell(FACTORY)
        read_until(shell, "Enter current password: $")
        shell.send("\x03")
        read_until(shell, r"\^C\r\n$")
        self.assertEqual(shell.recv_exit_status(), 0)
        self.assertTrue(self.lets_in(FACTORY))

    def test_a_volume_is_made_at_the_command_line(self):
        shell = self.shell(PASSWORD, self.operator())

        def types(*exchanges):
            for line, prompt in exchanges:
                shell.send(line)
                seen = read_until(shell, prompt + "$")
            return seen

        read_until(shell, "# $")
        adapter = r"/chassis/storageadapter # "
        default = "or hit return to pick default--> "
        types(("scope chassis\r", "/chassis # "), ("scope storageadapter SLOT-HBA\r", adapter))
        questions = [
            ("create-virtual-drive\r", "Please enter RAID level\r\n  0, 1, 5, 6, 10, 50, 60 --> "),
            ("1\r", "Enter comma-separated PDs from above list--> "),
            ("1,2\r", r"Please enter Virtual Drive name \(15 characters maximum\)--> "),
            ("XS\r", "Example format: '400 GB' --> "),
            ("571250 MB\r", default),
            *[("\r", default)] * 5,
            ("\r", r"OK\? \(y or n\)--> "),
        ]
        # Whoever interrupts at any of them, or says no, has changed nothing.
        for asked in range(1, len(questions) + 1):
            types(*questions[:asked], ("\x03", r"\^C\r\n.*" + adapter))
        types(*questions, ("n\r", adapter))
        self.assertIsNone(storage_of(self.imc(), dn="vd-0"))
        types(*questions, ("y\r", adapter))
        drive = storage_of(self.imc(), name="XS")
        self.assertEqual((drive.raid_level, drive.size), ("RAID 1", "571250 MB"))
        seen = types(("show virtual-drive detail\r", adapter))
        self.assertIn("Virtual Drive 0:\r\n    Name: XS\r\n", seen)
        seen = types(("create-virtual-drive\r", "60 --> "), ("1\r", adapter))
        self.assertIn("Error: There are no unused physical drives.", seen)
        types(
            ("scope virtual-drive 0\r", "/virtual-drive # "),
            ("delete-virtual-drive\r", "Enter 'yes' to confirm -> "),
            ("yes\r", "# "),
        )
        self.assertIsNone(storage_of(self.imc(), dn="vd-0"))

    def test_the_command_line_over_ssh_speaks_of_the_same_objects(self):
        handle = self.imc()
        serial = handle.query_dn("sys/rack-unit-1").serial
        with self.assertRaises(paramiko.AuthenticationException):
            self.ssh("wrong")
        shell = self.shell(PASSWORD, self.operator())

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
