use std::borrow::Cow;

use russh::{Preferred, cipher, kex, mac};

/// What a device offers: today's algorithms, and after them those of a 3650, so that clients
/// with a legacy profile meet what they would on the floor.
pub(super) fn preferred() -> Preferred {
    let defaults = Preferred::DEFAULT;
    let old_kex = [
        kex::ECDH_SHA2_NISTP256,
        kex::ECDH_SHA2_NISTP384,
        kex::ECDH_SHA2_NISTP521,
        kex::DH_GEX_SHA1,
        kex::DH_G14_SHA1,
    ];
    let old_ciphers = [
        cipher::AES_256_CBC,
        cipher::AES_128_CBC,
        cipher::TRIPLE_DES_CBC,
    ];
    Preferred {
        kex: Cow::Owned([&defaults.kex[..], &old_kex].concat()),
        cipher: Cow::Owned([&defaults.cipher[..], &old_ciphers].concat()),
        mac: Cow::Owned([&defaults.mac[..], &[mac::HMAC_SHA1]].concat()),
        ..defaults
    }
}
