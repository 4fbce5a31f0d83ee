//! Files of entries over HTTP: who may, what may, and what leaves with them.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use firebell_domain::{
    chain::Hash,
    change::{Body as What, Change},
    file::{FileRef, OTHER},
    id::EntityId,
    incident::{IncidentChange, Severity},
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use firebell_protocol::http::{Session, UPLOAD_PIECE};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::world::{World, change, declare, fresh, to_incident};

/// A message with a file of these bytes.
fn with_file(incident: EntityId, name: &str, bytes: &[u8]) -> (Change, FileRef) {
    let (hash, media) = (Hash::of(bytes), OTHER.to_owned());
    let (name, bytes) = (name.to_owned(), bytes.len() as u64);
    let file = FileRef { hash, name, media, bytes, width: 0, height: 0 };
    let body = EntryChange::Add {
        incident,
        entry: EntryKind::Message,
        text: String::new(),
        happened_at: Timestamp(1_700_000_000_000),
        mentions: Vec::new(),
        files: vec![file.clone()],
    };
    (change(fresh(), What::Entry(body)), file)
}

fn address(entry: EntityId, hash: impl std::fmt::Display) -> String {
    format!("/api/v1/entries/{entry}/files/{hash}")
}

async fn ask(
    world: &World,
    (method, path): (Method, &str),
    session: Option<&Session>,
    headers: &[(header::HeaderName, &str)],
    body: Vec<u8>,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(session) = session {
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", session.token));
    }
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::from(body)).unwrap();
    let answer = world.server.router().oneshot(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec())
}

async fn upload(
    world: &World,
    session: &Session,
    address: &str,
    at: u64,
    piece: &[u8],
) -> (StatusCode, Value) {
    let path = format!("{address}/upload?at={at}");
    let answer = ask(world, (Method::PATCH, &path), Some(session), &[], piece.to_vec()).await;
    (answer.0, serde_json::from_slice(&answer.2).unwrap_or_default())
}

#[tokio::test]
async fn bytes_go_up_in_pieces_and_come_down_whole_or_in_part_as_a_file_to_save() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let bob = world.person("bob", false).await;
    let incident = declare(Severity::Three, None, false);
    let bytes: Vec<u8> = (0..UPLOAD_PIECE + 300_000).map(|n| (n % 253) as u8).collect();
    let (message, file) = with_file(incident.entity, "bericht \"1\"; ä.html", &bytes);
    let path = address(message.entity, file.hash);
    ann.does(vec![incident, message]).await;

    let (status, _, body) =
        ask(&world, (Method::GET, &path), Some(&bob.session), &[], vec![]).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &body["args"]["file"]), (StatusCode::NOT_FOUND, &json!("not_sent_yet")));
    let (first, last) = bytes.split_at(usize::try_from(UPLOAD_PIECE).unwrap());
    let (status, state) = upload(&world, &ann.session, &path, 0, first).await;
    assert_eq!((status, &state["received"]), (StatusCode::OK, &json!(UPLOAD_PIECE)), "{state}");
    // The line broke: another connection asks how far it got.
    let state_path = format!("{path}/upload");
    let (_, headers, _) =
        ask(&world, (Method::HEAD, &state_path), Some(&ann.session), &[], vec![]).await;
    assert_eq!(headers["upload-offset"], UPLOAD_PIECE.to_string().as_str());
    let (status, state) = upload(&world, &ann.session, &path, UPLOAD_PIECE, last).await;
    assert_eq!((status, &state["done"]), (StatusCode::OK, &json!(true)), "{state}");

    let (status, headers, body) =
        ask(&world, (Method::GET, &path), Some(&bob.session), &[], vec![]).await;
    assert_eq!((status, body == bytes), (StatusCode::OK, true));
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename*=UTF-8''bericht%20%5F1%5F%3B%20%C3%A4%2Ehtml");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let asked = [(header::RANGE, "bytes=524280-524295")];
    let (status, headers, body) =
        ask(&world, (Method::GET, &path), Some(&bob.session), &asked, vec![]).await;
    assert_eq!((status, body.as_slice()), (StatusCode::PARTIAL_CONTENT, &bytes[524_280..524_296]));
    assert_eq!(headers["content-range"], format!("bytes 524280-524295/{}", bytes.len()).as_str());
    let asked = [(header::RANGE, "bytes=99999999-")];
    let outside = ask(&world, (Method::GET, &path), Some(&bob.session), &asked, vec![]).await;
    assert_eq!(outside.0, StatusCode::RANGE_NOT_SATISFIABLE);
    let asked = [(header::IF_NONE_MATCH, tag.as_str())];
    let known = ask(&world, (Method::GET, &path), Some(&bob.session), &asked, vec![]).await;
    assert_eq!((known.0, known.2.len()), (StatusCode::NOT_MODIFIED, 0));
    let (_, headers, body) =
        ask(&world, (Method::HEAD, &path), Some(&bob.session), &[], vec![]).await;
    assert_eq!(headers["content-length"], bytes.len().to_string().as_str());
    assert!(body.is_empty());
}

#[tokio::test]
async fn a_hash_alone_opens_nothing() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let mut eve = world.person("eve", false).await;
    let (secret, open) =
        (declare(Severity::Three, None, true), declare(Severity::Three, None, false));
    let bytes = b"what only members may know";
    let (message, file) = with_file(secret.entity, "secret.txt", bytes);
    let path = address(message.entity, file.hash);
    ann.does(vec![secret.clone(), message]).await;
    assert_eq!(upload(&world, &ann.session, &path, 0, bytes).await.0, StatusCode::OK);

    // Eve knows the hash, and writes an entry that names it.
    let (own, _) = with_file(open.entity, "mine.txt", bytes);
    let (mine, other) = (address(own.entity, file.hash), address(own.entity, Hash([7; 32])));
    eve.does(vec![open, own.clone()]).await;
    let nothing = ask(&world, (Method::GET, &mine), Some(&eve.session), &[], vec![]).await;
    assert_eq!(nothing.0, StatusCode::NOT_FOUND, "the same bytes elsewhere are not hers");
    let (_, state) = world.get(&format!("{mine}/upload"), &eve.session).await;
    assert_eq!((&state["received"], &state["done"]), (&json!(0), &json!(false)));
    let guess = upload(&world, &eve.session, &mine, 0, b"what only members might kno").await;
    assert_eq!(guess.1["fields"][0]["message_id"], "error-file-length", "{}", guess.1);
    let guess = upload(&world, &eve.session, &mine, 0, b"what only members may knoW").await;
    assert_eq!(guess.1["fields"][0]["message_id"], "error-file-hash", "{}", guess.1);

    // Hidden, absent and nonsense are one answer, for reading and for writing.
    let absent = address(fresh(), file.hash);
    let nonsense = address(own.entity, "../../record.db");
    let short = address(own.entity, "abc");
    for hidden in [&path, &other, &absent, &nonsense, &short] {
        for (method, path) in [
            (Method::GET, hidden.clone()),
            (Method::GET, format!("{hidden}/upload")),
            (Method::PATCH, format!("{hidden}/upload?at=0")),
        ] {
            let sent = if method == Method::PATCH { bytes.to_vec() } else { Vec::new() };
            let (status, _, body) =
                ask(&world, (method, &path), Some(&eve.session), &[], sent).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!String::from_utf8_lossy(&body).contains("not_sent_yet"), "{path}");
        }
        assert_eq!(
            ask(&world, (Method::GET, hidden), None, &[], vec![]).await.0,
            if hidden == &nonsense { StatusCode::NOT_FOUND } else { StatusCode::UNAUTHORIZED }
        );
    }

    // Whoever is put out of an incident loses its files with it.
    let gained = to_incident(secret.entity, IncidentChange::AddMember { person: eve.person() });
    ann.does(vec![gained]).await;
    let seen = ask(&world, (Method::GET, &path), Some(&eve.session), &[], vec![]).await;
    assert_eq!((seen.0, seen.2.as_slice()), (StatusCode::OK, bytes.as_slice()));
    let lost = to_incident(secret.entity, IncidentChange::RemoveMember { person: eve.person() });
    ann.does(vec![lost]).await;
    let gone = ask(&world, (Method::GET, &path), Some(&eve.session), &[], vec![]).await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_piece_is_bounded_while_it_is_read() {
    let world = World::start().await;
    let mut ann = world.person("ann", true).await;
    let incident = declare(Severity::Three, None, false);
    let bytes = vec![1; usize::try_from(3 * UPLOAD_PIECE).unwrap()];
    let (message, file) = with_file(incident.entity, "a.bin", &bytes);
    let path = address(message.entity, file.hash);
    ann.does(vec![incident, message]).await;
    let (status, error) = upload(&world, &ann.session, &path, 0, &bytes).await;
    assert_eq!((status, &error["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
    let (status, error) = upload(&world, &ann.session, &path, 17, &bytes[..1]).await;
    assert_eq!((status, &error["args"]["received"]), (StatusCode::CONFLICT, &json!("0")));
}
