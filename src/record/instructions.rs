use super::{JOURNAL, RECORD, RECORD_FILE, SIGNATURE, SUMS};

/// `VERIFY.txt`: what an auditor types.
pub(crate) fn instructions(run: &str, signer: Option<&str>) -> String {
    let identity = signer.unwrap_or("IDENTITY");
    format!(
        "\
How to verify the record of run {run}
{underline}

You need a file with the keys that you trust, from a source that you trust. It is not in this
folder, because whoever can change the folder could change it too. One line of it:

    {identity} namespaces=\"{RECORD}\" ssh-ed25519 AAAA...

In this folder, with OpenSSH 8.2 or later:

1. Who sealed it?

    ssh-keygen -Y verify -f ../allowed_signers -I {identity} -n {RECORD} -s {SIGNATURE} < {SUMS}

   must print `Good \"{RECORD}\" signature`. If your file gives the key another name,

    ssh-keygen -Y find-principals -f ../allowed_signers -s {SIGNATURE}

   prints that name for -I.

2. Is every file what was sealed?

    sha256sum --strict -c {SUMS}

   must print OK for every file.

3. Is there a file that was not sealed?

    find . -type f | sed 's,^\\./,,' | grep -vxF -e {SUMS} -e {SIGNATURE} | LC_ALL=C sort > /tmp/here
    cut -c67- {SUMS} | diff - /tmp/here

   must print nothing.

4. When was it sealed? A signature does not say. If `{run}.tsr` stands beside this folder, a
   time-stamping authority does, whose certificate you have from elsewhere:

    openssl ts -verify -data {SIGNATURE} -in ../{run}.tsr -CAfile AUTHORITY.pem

   must print `Verification: OK`; `openssl ts -reply -in ../{run}.tsr -text` shows the time.

`runsheet verify` does the first three, and also checks that {RECORD_FILE} and {JOURNAL} agree.
{RECORD_FILE} says what the run was for, who ran it, what was sent and what deviated;
{JOURNAL} is the evidence, line by line. Secrets were replaced before anything was written.
",
        underline = "=".repeat("How to verify the record of run ".len() + run.chars().count()),
    )
}
