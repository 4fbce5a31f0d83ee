//! The program as an administrator and a service manager meet it.
#![expect(clippy::unwrap_used, reason = "a test stops where something is not as expected")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    time::Duration,
};

const PASSWORD: &str = "correct horse battery";
/// Bound of every wait; conditions come much sooner.
const SOON: Duration = Duration::from_secs(30);

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firebell-server"));
    command
        .args(arguments)
        .env("FIREBELL_DATABASE_URL", folder.join("record.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = program(folder, arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A program that is stopped when a test ends early.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    fn terminate(&self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    fn exits(&mut self) -> bool {
        let id = self.0.id().to_string();
        let (ended, watched) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if watched.recv_timeout(SOON) == Err(mpsc::RecvTimeoutError::Timeout) {
                    Command::new("kill").args(["-KILL", &id]).status().unwrap();
                }
            });
            let status = self.0.wait().unwrap();
            drop(ended);
            // Somebody who had to be killed did not succeed.
            status.success()
        })
    }
}

fn request(address: &str, head: &str, body: &str) -> String {
    request_as(address, head, "", body)
}

fn request_as(address: &str, head: &str, token: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A server on the record of this folder, and its address.
fn serve(folder: &Path) -> (Running, String) {
    let mut server =
        Running(program(folder, &["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (server, listening(&line))
}

fn listening(line: &str) -> String {
    line.strip_prefix("{\"listening\":\"")
        .and_then(|rest| rest.trim_end().strip_suffix("\"}"))
        .expect("one JSON line")
        .to_owned()
}

fn login(address: &str, name: &str, password: &str) -> String {
    let form = format!(
        "{{\"protocol\":1,\"name\":\"{name}\",\"password\":\"{password}\",\
         \"device\":\"00000000-0000-7000-8000-000000000001\",\"device_name\":\"laptop\"}}"
    );
    request(address, "POST /api/v1/login", &form)
}

fn token(answer: &str) -> String {
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn from_the_first_account_to_a_graceful_stop() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = ["user", "add", "--name", "ann", "--password-stdin", "--admin"];
    let added = run(folder, &add, &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{}", text(&added.stderr));
    assert!(text(&added.stdout).contains("\"person\""));

    let announce = folder.join("ready.json");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--announce", announce.to_str().unwrap()];
    let mut server = Running(program(folder, &serve).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = listening(&line);
    assert_eq!(std::fs::read_to_string(&announce).unwrap(), line);
    assert!(request(&address, "GET /healthz", "").contains("\"status\":\"ok\""));

    // Beside the running server.
    let bob = ["user", "add", "--name", "bob", "--password-stdin", "--display-name", "Bob B."];
    assert!(run(folder, &bob, PASSWORD).status.success());
    let token = token(&login(&address, "bob", PASSWORD));
    let answer = login(&address, "bob", "wrong password");
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("wrong_password"), "{answer}");
    let copy = folder.join("copy.db");
    let backup = run(folder, &["backup", "--to", copy.to_str().unwrap()], "");
    assert!(backup.status.success(), "{}", text(&backup.stderr));

    server.terminate();
    assert!(server.exits());
    let mut log = String::new();
    server.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.lines().count() > 3 && log.lines().all(|line| line.starts_with('{')), "{log}");
    for secret in [PASSWORD, &token, "wrong password", "bob", "laptop"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }

    let doctor = run(folder, &["doctor"], "");
    assert!(doctor.status.success(), "{}", text(&doctor.stdout));
    assert!(text(&doctor.stdout).lines().all(|line| line.starts_with("ok ")));
    assert!(text(&doctor.stdout).contains("files: 0 files, 0 bytes, all whole"));
    let copied = run(folder, &["doctor", "--database-url", copy.to_str().unwrap()], "");
    assert!(copied.status.success(), "{}", text(&copied.stdout));
    let epoch = run(folder, &["new-epoch", "--highest-key", "77"], "");
    assert!(text(&epoch.stdout).contains("\"epoch\":2"), "{}", text(&epoch.stdout));
}

#[test]
fn what_is_wrong_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = ["user", "add", "--name", "ann", "--password-stdin"];
    let short = run(folder, &add, "short\n");
    assert!(!short.status.success());
    assert!(text(&short.stderr).contains("at least 10 characters"), "{}", text(&short.stderr));
    assert!(run(folder, &add, PASSWORD).status.success());
    let taken = run(folder, &add, PASSWORD);
    assert!(text(&taken.stderr).contains("this name is taken"));
    std::fs::write(folder.join("not.db"), "no database at all, but some text").unwrap();
    let not = folder.join("not.db");
    let serve = run(folder, &["serve", "--database-url", not.to_str().unwrap()], "");
    assert!(!serve.status.success() && text(&serve.stdout).is_empty());
    assert_eq!(std::fs::read_to_string(not).unwrap(), "no database at all, but some text");
    let help = run(folder, &["--help"], "");
    let help = text(&help.stdout);
    assert!(help.contains("Examples:") && help.contains("TLS:"));
    assert!(!help.contains("record.db"), "an address of a database may hold its password");
}

#[test]
fn a_changed_password_and_a_disabled_account_end_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["ann", "bob"] {
        let add = ["user", "add", "--name", name, "--password-stdin"];
        assert!(run(folder, &add, PASSWORD).status.success());
    }
    let (server, address) = serve(folder);
    let lets_in = |token: &str| {
        let answer = request_as(&address, "GET /api/v1/devices", token, "");
        if answer.starts_with("HTTP/1.1 200") { "in" } else { "out" }
    };
    let refused = |name: &str, password: &str| {
        let answer = login(&address, name, password);
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    };
    let ann = token(&login(&address, "ann", PASSWORD));
    let bob = token(&login(&address, "bob", PASSWORD));
    let short = run(folder, &["user", "password", "bob"], "short\n");
    assert!(text(&short.stderr).contains("at least 10 characters"), "{}", text(&short.stderr));
    assert_eq!((lets_in(&ann), lets_in(&bob)), ("in", "in"));

    let another = "another correct horse";
    let changed = run(folder, &["user", "password", " Bob "], another);
    assert!(changed.status.success(), "{}", text(&changed.stderr));
    assert_eq!((lets_in(&ann), lets_in(&bob)), ("in", "out"));
    refused("bob", PASSWORD);
    let bob = token(&login(&address, "bob", another));
    assert!(run(folder, &["user", "disable", "bob"], "").status.success());
    assert_eq!((lets_in(&ann), lets_in(&bob)), ("in", "out"));
    refused("bob", another);
    assert!(run(folder, &["user", "password", "bob"], PASSWORD).status.success());
    token(&login(&address, "bob", PASSWORD));
    for arguments in [["user", "disable", "eve"], ["user", "password", "eve"]] {
        let nobody = run(folder, &arguments, PASSWORD);
        assert!(!nobody.status.success());
        assert!(text(&nobody.stderr).contains("no account of this name"));
    }
    drop(server);
}

#[test]
fn only_who_begins_a_record_makes_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let copy = folder.join("copy.db");
    let commands: [&[&str]; 6] = [
        &["doctor"],
        &["backup", "--to", copy.to_str().unwrap()],
        &["new-epoch"],
        &["invite"],
        &["user", "disable", "ann"],
        &["user", "password", "ann"],
    ];
    for arguments in commands {
        let refused = run(folder, arguments, PASSWORD);
        assert!(!refused.status.success(), "{arguments:?}");
        let words = text(&refused.stderr);
        assert!(words.contains("firebell-server migrate"), "{arguments:?}: {words}");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "{arguments:?}");
    }
    assert!(run(folder, &["migrate"], "").status.success());
    assert!(run(folder, &["doctor"], "").status.success());
}

#[test]
fn a_backup_in_the_place_of_its_database_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = |name| {
        let add = ["user", "add", "--name", name, "--password-stdin"];
        assert!(run(folder, &add, PASSWORD).status.success());
    };
    add("ann");
    let (record, copy) = (folder.join("record.db"), folder.join("copy.db"));
    assert!(run(folder, &["backup", "--to", copy.to_str().unwrap()], "").status.success());
    let restore = || {
        for side in ["-wal", "-shm"] {
            drop(std::fs::remove_file(folder.join(format!("record.db{side}"))));
        }
        std::fs::copy(&copy, &record).unwrap();
    };
    let stop = |mut server: Running| {
        server.terminate();
        assert!(server.exits());
    };
    let (server, _) = serve(folder);
    add("bob");
    stop(server);
    // Nothing happened to it: it starts as ever.
    stop(serve(folder).0);
    for epoch in [2, 3] {
        restore();
        let refused = run(folder, &["serve", "--listen", "127.0.0.1:0"], "");
        let words = text(&refused.stderr);
        assert!(
            !refused.status.success() && words.contains("firebell-server new-epoch"),
            "{words}"
        );
        let begun = run(folder, &["new-epoch"], "");
        assert!(text(&begun.stdout).contains(&format!("\"epoch\":{epoch}")), "{epoch}");
        stop(serve(folder).0);
    }
}
