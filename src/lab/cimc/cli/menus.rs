//! The menus of `create-virtual-drive`. What is offered is what the XML API's schema knows.

/// One choice of a few.
pub(super) struct Menu {
    /// Its heading.
    pub(super) title: &'static str,
    /// The attribute of the creator that it sets.
    pub(super) attribute: &'static str,
    default: usize,
    /// What is shown, and the attribute's value.
    options: &'static [(&'static str, &'static str)],
}

/// In the device's order.
pub(super) const MENUS: [Menu; 6] = [
    Menu {
        title: "stripsize",
        attribute: "stripSize",
        default: 3,
        options: &[
            ("8K Bytes", "8k"),
            ("16K Bytes", "16k"),
            ("32K Bytes", "32k"),
            ("64K Bytes", "64k"),
            ("128K Bytes", "128k"),
            ("256K Bytes", "256k"),
            ("512K Bytes", "512k"),
            ("1024K Bytes", "1024k"),
        ],
    },
    Menu {
        title: "Disk Cache Policy",
        attribute: "diskCachePolicy",
        default: 0,
        options: &[
            ("Unchanged", "unchanged"),
            ("Enabled", "enabled"),
            ("Disabled", "disabled"),
        ],
    },
    Menu {
        title: "Read Policy",
        attribute: "readPolicy",
        default: 0,
        options: &[
            ("No Read Ahead", "no-read-ahead"),
            ("Always Read Ahead", "always-read-ahead"),
        ],
    },
    Menu {
        title: "Write Policy",
        attribute: "writePolicy",
        default: 0,
        options: &[
            ("Write Through", "Write Through"),
            ("Write Back Good BBU", "Write Back Good BBU"),
            ("Always Write Back", "Always Write Back"),
        ],
    },
    Menu {
        title: "IO Policy",
        attribute: "cachePolicy",
        default: 0,
        options: &[("Direct I/O", "direct-io"), ("Cached I/O", "cached-io")],
    },
    Menu {
        title: "Access Policy",
        attribute: "accessPolicy",
        default: 0,
        options: &[
            ("Read Write", "read-write"),
            ("Read Only", "read-only"),
            ("Blocked", "blocked"),
        ],
    },
];

impl Menu {
    pub(super) fn question(&self, is_first: bool) -> String {
        let title = self.title;
        let heading = if is_first {
            "Optional attributes:\r\n\r\n"
        } else {
            ""
        };
        let mut text = format!(
            "{heading}  {title}: defaults to {}\r\n",
            self.words(self.default)
        );
        for (number, (words, _)) in self.options.iter().enumerate() {
            text.push_str(&format!("    {number}: {words}\r\n"));
        }
        text + "  Choose number from above options or hit return to pick default--> "
    }

    /// The number that an answer stands for.
    pub(super) fn choose(&self, line: &str) -> Result<usize, String> {
        if line.is_empty() {
            return Ok(self.default);
        }
        let number = line.parse().ok();
        let number = number.filter(|number| *number < self.options.len());
        number.ok_or_else(|| format!("'{line}' is not one of the options above"))
    }

    pub(super) fn words(&self, chosen: usize) -> &'static str {
        self.options.get(chosen).map_or("", |(words, _)| *words)
    }

    pub(super) fn value(&self, chosen: usize) -> &'static str {
        self.options.get(chosen).map_or("", |(_, value)| *value)
    }
}
