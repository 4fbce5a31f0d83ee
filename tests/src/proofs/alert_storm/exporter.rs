//! What is watched: a shop with many shelves, each up or down, in the text form of Prometheus.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Answers whoever connects; ends when dropped.
pub(super) struct Exporter {
    address: SocketAddr,
    down: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Exporter {
    pub(super) async fn start(shelves: u32) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let down = Arc::new(AtomicBool::new(false));
        let said = Arc::clone(&down);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let text = page(shelves, said.load(Ordering::SeqCst));
                // Who does not wait for the answer asks again in a second.
                tokio::spawn(async move { answer(stream, &text).await.ok() });
            }
        });
        Ok(Self { address, down, task })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn page(shelves: u32, down: bool) -> String {
    let mut text = String::from("# TYPE shop_down gauge\n");
    for shelf in 0..shelves {
        let value = u8::from(down);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "shop_down{{shelf=\"{shelf}\"}} {value}");
    }
    text
}

async fn answer(mut stream: TcpStream, text: &str) -> Result<()> {
    let mut request = [0; 4_096];
    // Whatever is asked, there is one answer; who asks nothing gets none.
    if stream.read(&mut request).await? == 0 {
        return Ok(());
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(text.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}
