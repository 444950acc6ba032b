//! Whatever lies in a record or a list of keys, it is refused and not obeyed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use proptest::prelude::*;
use runsheet::record::{AllowedSigners, Bundle, Rejection, SIGNATURE, SUMS, verify};

use super::bench::Bench;
use super::tampering::utf8;

fn bundle(sums: &[u8], signature: &[u8]) -> Bundle {
    let mut bundle = Bundle::default();
    bundle.add(SUMS, sums).expect("a plain name");
    bundle.add(SIGNATURE, signature).expect("a plain name");
    bundle
}

fn verdict(bundle: &Bundle) -> Rejection {
    verify(bundle, &AllowedSigners::default(), Timestamp::now()).expect_err("nobody signed it")
}

/// The armour of a signature around some bytes.
fn armored(blob: &[u8]) -> String {
    let mut text = String::from("-----BEGIN SSH SIGNATURE-----\n");
    for line in STANDARD.encode(blob).as_bytes().chunks(70) {
        text += std::str::from_utf8(line).expect("base64");
        text += "\n";
    }
    text + "-----END SSH SIGNATURE-----\n"
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("short");
    [&length.to_be_bytes(), bytes].concat()
}

/// A certificate, issued by a certificate, issued by a certificate …
fn nested(levels: usize) -> Vec<u8> {
    let key = [string(b"ssh-ed25519"), string(&[7; 32])].concat();
    let signature = [string(b"ssh-ed25519"), string(&[7; 64])].concat();
    (0..levels).fold(key, |issuer, _| {
        [
            string(b"ssh-ed25519-cert-v01@openssh.com"),
            string(b""),
            string(&[7; 32]),
            vec![0; 8],
            vec![0, 0, 0, 1],
            string(b""),
            string(b""),
            vec![0; 16],
            string(b""),
            string(b""),
            string(b""),
            string(&issuer),
            string(&signature),
        ]
        .concat()
    })
}

#[test]
fn certificates_in_certificates_end_somewhere() {
    let bench = Bench::new();
    let mut folders = Vec::new();
    for levels in [1, 10, 60, 100, 1000] {
        let blob = [
            b"SSHSIG\0\0\0\x01".to_vec(),
            string(&nested(levels)),
            string(b"runsheet-record@v1"),
            string(b""),
            string(b"sha512"),
            string(&[string(b"ssh-ed25519"), string(&[7; 64])].concat()),
        ]
        .concat();
        let bundle = bundle(b"", armored(&blob).as_bytes());
        let folder = bench.path(&format!("nested-{levels}"));
        bundle.write(utf8(&folder)).expect("it can be written");
        folders.push(folder);
        let said = verdict(&bundle).to_string();
        assert!(
            said.starts_with("`SHA256SUMS.sig` is no good: it"),
            "{said}"
        );
    }
    assert_eq!(bench.judge(&folders), [false; 5]);
}

proptest! {
    #[test]
    fn odd_signatures_are_refused(blob: Vec<u8>, text: Vec<u8>) {
        verdict(&bundle(&text, &blob));
        let marked = [b"SSHSIG\0\0\0\x01".as_slice(), &blob].concat();
        verdict(&bundle(&text, armored(&marked).as_bytes()));
    }

    #[test]
    fn odd_lists_of_keys_are_refused(
        text in r#"([ -~]{0,12}|"|,|=|namespaces|ssh-ed25519 |AAAA|valid-after=|\n){0,12}"#,
    ) {
        if let Ok(signers) = AllowedSigners::parse(&text) {
            let lines = text.lines().map(str::trim);
            let mut said = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            prop_assert!(said.next().is_none(), "{signers:?}");
        }
    }
}
