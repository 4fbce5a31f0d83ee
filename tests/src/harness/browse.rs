//! A page of the server asked for as a browser, a mail scanner or a gateway does it: no session.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::headless::SOON;
use super::wait;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Asks for a path. The connection ends with the answer.
pub async fn ask(server: SocketAddr, method: &str, path: &str) -> Result<Answer> {
    send(server, method, path, &[], b"").await
}

/// A header of what a path answers.
pub async fn header(server: SocketAddr, path: &str, name: &str) -> Result<String> {
    let head = exchange(server, "GET", path, &[], b"").await?.0;
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
    Ok(found.with_context(|| format!("{path} has no {name}"))?.1.trim().to_owned())
}

/// The same, with headers and a body.
pub async fn send(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    let (head, body) = exchange(server, method, path, headers, body).await?;
    let status = head.split(' ').nth(1).context("an answer without a status")?;
    Ok(Answer { status: status.parse()?, body })
}

/// Head and body of an answer.
async fn exchange(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<(String, String)> {
    let asked = async {
        let mut stream = TcpStream::connect(server).await?;
        let mut head = format!("{method} {path} HTTP/1.0\r\nhost: {server}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a body")?;
        Ok((head.to_owned(), body.to_owned()))
    };
    wait::within(&format!("{method} {path}"), SOON, asked).await
}
