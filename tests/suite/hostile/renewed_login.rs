//! One-time passwords: the login has another one than was known when the run began.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::server::{Server, desk, files, http};

#[test]
fn the_password_that_is_sent_is_the_one_that_is_hidden() {
    // It says back with what it was asked.
    let server = Server::start(|request| http("200 OK", request));
    let desk = desk("http", &server);
    let inventory = desk.read("inventory.yaml");
    desk.file(
        "inventory.yaml",
        inventory.replace("env:BOX_PASSWORD", "\"command:sh store\""),
    );
    desk.file(
        "store",
        "n=$(cat fetched 2>/dev/null || echo 100)\necho $((n + 1)) > fetched\necho one-time-$n\n",
    );
    desk.file(
        "book.md",
        "# Book\n\n## It is there\n\n```http run on=box always undo=none reason=\"a test\"\n\
         POST /login\n```\n\n```http check on=box\nGET /\n```\n",
    );
    let shown = desk.said("run -i inventory.yaml book.md");
    assert!(shown.contains("1 passed"), "{shown}");
    let mut kept = vec![("the screen".into(), shown)];
    files(&desk.path(".runsheet"), &mut kept);
    let logins = server.heard();
    let logins: Vec<&str> = logins
        .iter()
        .filter_map(|request| request.lines().find_map(|line| line.split_once(": Basic ")))
        .map(|(_, login)| login)
        .collect();
    assert!(!logins.is_empty(), "it logged in");
    for login in logins {
        let sent = STANDARD.decode(login).expect("Base64");
        let sent = String::from_utf8(sent).expect("a login in UTF-8");
        let (_, password) = sent.split_once(':').expect("a name and a password");
        assert_ne!(password, "one-time-100", "it was fetched again");
        // The letters in which neither the name nor the end has a part.
        for secret in [password, &login[8..login.len() - 4]] {
            for (path, text) in &kept {
                assert!(!text.contains(secret), "{}: {text}", path.display());
            }
        }
    }
}
