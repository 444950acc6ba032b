//! The images on the file server that bring their answers along: the installer's, remade with
//! `answerfile=file:///answerfile` on its kernel's line.

use crate::lab::PASSWORD;

/// Each with the host that it installs, and that host's address.
const IMAGES: [(&str, &str, &str); 3] = [
    ("xenserver-xen1.iso", "xen1", "172.16.40.13"),
    ("xenserver-xen2.iso", "xen2", "172.16.40.14"),
    ("xenserver-storage.iso", "storage", "172.16.40.100"),
];

/// The answerfile on an image.
pub(super) fn answerfile(image: &str) -> Option<String> {
    let (_, host, address) = IMAGES.iter().find(|(name, ..)| *name == image)?;
    Some(format!(
        "<?xml version=\"1.0\"?>\n\
         <installation mode=\"fresh\" sr-type=\"lvm\">\n  \
           <keymap>us</keymap>\n  \
           <primary-disk guest-storage=\"true\">sda</primary-disk>\n  \
           <root-password type=\"plaintext\">{PASSWORD}</root-password>\n  \
           <source type=\"local\"></source>\n  \
           <admin-interface name=\"eth0\" proto=\"static\">\n    \
             <ipaddr>{address}</ipaddr>\n    \
             <subnet>255.255.255.0</subnet>\n    \
             <gateway>172.16.40.254</gateway>\n  \
           </admin-interface>\n  \
           <hostname>{host}</hostname>\n  \
           <timezone>Asia/Kathmandu</timezone>\n\
         </installation>\n"
    ))
}
