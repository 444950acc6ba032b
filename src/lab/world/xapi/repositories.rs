use super::Field;
use super::installed::Made;

/// Kinds of storage: type, name, what it can.
const STORAGE: [(&str, &str, &[&str]); 7] = [
    ("dummy", "dummy", &["SR_PROBE"]),
    (
        "ext",
        "Local EXT3 VHD",
        &[
            "SR_PROBE",
            "VDI_CREATE",
            "VDI_DELETE",
            "VDI_CLONE",
            "VDI_SNAPSHOT",
            "VDI_RESIZE",
        ],
    ),
    ("iso", "ISO", &["SR_SCAN"]),
    (
        "lvm",
        "Local VHD on LVM",
        &[
            "SR_PROBE",
            "VDI_CREATE",
            "VDI_DELETE",
            "VDI_CLONE",
            "VDI_SNAPSHOT",
            "VDI_RESIZE",
        ],
    ),
    (
        "lvmoiscsi",
        "LVHD over iSCSI",
        &[
            "SR_PROBE",
            "VDI_CREATE",
            "VDI_DELETE",
            "VDI_CLONE",
            "VDI_SNAPSHOT",
            "VDI_RESIZE",
            "VDI_GENERATE_CONFIG",
            "VDI_RESET_ON_BOOT",
        ],
    ),
    (
        "nfs",
        "NFS VHD",
        &[
            "SR_PROBE",
            "VDI_CREATE",
            "VDI_DELETE",
            "VDI_CLONE",
            "VDI_SNAPSHOT",
            "VDI_RESIZE",
            "VDI_GENERATE_CONFIG",
        ],
    ),
    ("udev", "udev", &[]),
];

/// The bytes of the image with the tools for guests.
const TOOLS: i64 = 60 * 1024 * 1024;

impl Made<'_> {
    pub(super) fn storage(&mut self) {
        for (kind, name, can) in STORAGE {
            self.add(
                "SM",
                &format!("sm {kind}"),
                [
                    ("type", kind.into()),
                    ("name_label", name.into()),
                    ("vendor", "Citrix Systems Inc".into()),
                    ("required_api_version", "1.0".into()),
                    ("version", "1.0".into()),
                    (
                        "capabilities",
                        Field::Set(can.iter().map(|can| (*can).to_owned()).collect()),
                    ),
                    (
                        "driver_filename",
                        format!("/opt/xensource/sm/{}SR", kind.to_uppercase()).into(),
                    ),
                ],
            );
        }
        if let Some(size) = self.facts.guest_storage {
            let device = [("device", "/dev/sda3")].into();
            let local = self.repository("Local storage", "lvm", "user", device);
            if let Some(repository) = self.database.get_mut("SR", &local) {
                repository.insert("physical_size".to_owned(), size.into());
            }
            let pool = self.refer("pool");
            if let Some(pool) = self.database.get_mut("pool", &pool) {
                for field in ["default_SR", "suspend_image_SR", "crash_dump_SR"] {
                    pool.insert(field.to_owned(), local.as_str().into());
                }
            }
        }
        let drives = [("location", "/dev/xapi/cd")].into();
        self.repository("DVD drives", "udev", "iso", drives);
        let removable = [("location", "/dev/xapi/block")].into();
        self.repository("Removable storage", "udev", "disk", removable);
        let tools = [
            ("location", "/opt/xensource/packages/iso"),
            ("legacy_mode", "true"),
        ]
        .into();
        let tools = self.repository("XenServer Tools", "iso", "iso", tools);
        if let Some(repository) = self.database.get_mut("SR", &tools) {
            repository.insert("shared".to_owned(), true.into());
        }
        self.add(
            "VDI",
            "xs-tools",
            [
                ("name_label", "xs-tools.iso".into()),
                ("name_description", "XenServer Tools ISO".into()),
                ("SR", tools.into()),
                ("type", "user".into()),
                ("location", "xs-tools.iso".into()),
                ("virtual_size", TOOLS.into()),
                ("physical_utilisation", TOOLS.into()),
                ("read_only", true.into()),
                ("managed", true.into()),
            ],
        );
    }

    /// A storage repository, plugged into the host.
    fn repository(&mut self, name: &str, kind: &str, content: &str, config: Field) -> String {
        let repository = self.add(
            "SR",
            name,
            [
                ("name_label", name.into()),
                ("type", kind.into()),
                ("content_type", content.into()),
            ],
        );
        let host = self.refer("host");
        self.add(
            "PBD",
            &format!("pbd {name}"),
            [
                ("host", host.into()),
                ("SR", repository.as_str().into()),
                ("device_config", config),
                ("currently_attached", true.into()),
            ],
        );
        repository
    }
}
