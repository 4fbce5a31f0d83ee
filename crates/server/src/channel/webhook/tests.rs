//! Webhooks against a real listener on this computer.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use uuid::Uuid;

use super::*;
use crate::channel::words::Tongue;

const NOW: Timestamp = Timestamp(1_700_000_000_123);

fn notice() -> Notice {
    let (id, tongues) = (Uuid::from_u128(9), vec![Tongue::English]);
    Notice { id, attempt: 2, person: None, tongues, pages: Vec::new() }
}

fn webhooks(allowed: &[&str]) -> Webhooks {
    let allowed = allowed.iter().map(|range| range.parse().unwrap()).collect();
    let secret = Secret::of(&[7; 32]).unwrap();
    let trust = Trust::new(None).unwrap();
    Webhooks::new(&secret, WorkspaceId(Uuid::from_u128(1)), Reach::with(allowed), trust)
}

fn hook() -> EntityId {
    EntityId(Uuid::from_u128(5))
}

/// Answers one request with these bytes; the answer is what was asked.
async fn answering(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?team=a", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        let mut part = [0; 4_096];
        // The end of the body is the end of the JSON.
        while !asked.ends_with(b"]}}") {
            match stream.read(&mut part).await.unwrap() {
                0 => break,
                length => asked.extend_from_slice(&part[..length]),
            }
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(asked).unwrap()
    });
    (url, asked)
}

#[tokio::test]
async fn the_other_side_can_check_who_sent_it() {
    let (url, asked) = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let hooks = webhooks(&["127.0.0.0/8"]);
    assert_eq!(hooks.send(hook(), &url, &notice(), NOW).await, Outcome::Delivered);
    let asked = asked.await.unwrap();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /hook?team=a HTTP/1.1\r\n"), "{head}");
    let header = |name: &str| {
        let line = head.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(": ").unwrap_or_default().1.to_owned()
    };
    assert_eq!(header("webhook-id"), notice().id.to_string());
    assert_eq!(header("idempotency-key"), notice().id.to_string());
    assert_eq!(header("webhook-timestamp"), "1700000000");
    // As the other side computes it: from the secret that an administrator was shown.
    let secret = hooks.signing_secret(hook());
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!("{}.1700000000.{body}", notice().id);
    let mac = crate::channel::secret::mac_of(&key, signed.as_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac)));
    assert_ne!(secret, hooks.signing_secret(EntityId(Uuid::from_u128(6))));
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    type Is = fn(&Outcome) -> bool;
    let cases: [(&str, Is); 8] = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", |o| *o == Outcome::Delivered),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", |o| matches!(o, Outcome::Retry { .. })),
        ("HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n", |o| matches!(o, Outcome::Retry { .. })),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", |o| matches!(o, Outcome::Failed { .. })),
        ("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n", |o| matches!(o, Outcome::Failed { .. })),
        // Not followed, or the table of addresses would be worth nothing.
        (
            "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
            |o| matches!(o, Outcome::Failed { .. }),
        ),
        ("", |o| matches!(o, Outcome::Retry { .. })),
        ("this is no HTTP\r\n\r\n", |o| matches!(o, Outcome::Retry { .. })),
    ];
    let hooks = webhooks(&["127.0.0.0/8"]);
    for (answer, fits) in cases {
        let (url, _asked) = answering(answer).await;
        let outcome = hooks.send(hook(), &url, &notice(), NOW).await;
        assert!(fits(&outcome), "{answer:?} gave {outcome:?}");
    }
}

#[tokio::test]
async fn nothing_inside_is_ever_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let hooks = webhooks(&[]);
    // Each a way of writing this computer, or of not saying where.
    let urls = [
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f.1:{port}/"),
        format!("https://0177.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://0.0.0.0:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("https://user@127.0.0.1:{port}/"),
        "http://1.1.1.1/".to_owned(),
        "ftp://1.1.1.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "not an address".to_owned(),
    ];
    for url in &urls {
        let outcome = hooks.send(hook(), url, &notice(), NOW).await;
        assert!(matches!(outcome, Outcome::Failed { .. }), "{url}: {outcome:?}");
    }
    let nobody = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(nobody.is_err(), "somebody connected");
    assert_eq!(urls.len(), 14);
}

#[tokio::test]
async fn plain_http_goes_only_where_the_operator_says() {
    let (url, _asked) = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let outcome = webhooks(&["10.0.0.0/8"]).send(hook(), &url, &notice(), NOW).await;
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    let outcome = webhooks(&["127.0.0.1/32"]).send(hook(), &url, &notice(), NOW).await;
    assert_eq!(outcome, Outcome::Delivered);
}
