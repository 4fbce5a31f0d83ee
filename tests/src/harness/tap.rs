//! A wire between a desktop and its server: it can be cut and mended, it stays when the server is
//! started anew, and it keeps a copy of every byte that went to the desktop.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Where the wire leads; nowhere while it is cut.
type Target = Option<SocketAddr>;
/// Bytes that went to the desktop, one text for each connection.
type Copies = Arc<Mutex<Vec<Arc<Mutex<Vec<u8>>>>>>;

/// A wire; it ends when this is dropped.
pub struct Tap {
    address: SocketAddr,
    target: watch::Sender<Target>,
    copies: Option<Copies>,
    task: JoinHandle<()>,
}

impl Tap {
    /// A wire to a server.
    pub async fn start(target: SocketAddr) -> Result<Self> {
        Self::with(target, None).await
    }

    /// One that keeps a copy.
    pub async fn recording(target: SocketAddr) -> Result<Self> {
        Self::with(target, Some(Copies::default())).await
    }

    async fn with(target: SocketAddr, copies: Option<Copies>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (target, to) = watch::channel(Some(target));
        let task = tokio::spawn(accept(listener, to, copies.clone()));
        Ok(Self { address, target, copies, task })
    }

    /// What a person types to connect to the server at its other end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts the wire: connections break, and none can be made.
    pub fn cut(&self) {
        self.target.send_replace(None);
    }

    /// Mends it, or leads it to another server.
    pub fn mend(&self, target: SocketAddr) {
        self.target.send_replace(Some(target));
    }

    /// Copies of what went to the desktop so far.
    pub fn copies(&self) -> Vec<Vec<u8>> {
        let Some(copies) = &self.copies else { return Vec::new() };
        lock(copies).iter().map(|copy| lock(copy).clone()).collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.cut();
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: watch::Receiver<Target>, copies: Option<Copies>) {
    while let Ok((desktop, _)) = listener.accept().await {
        let Some(address) = *target.borrow() else { continue };
        let copy = copies.as_ref().map(|copies| {
            let copy = Arc::<Mutex<Vec<u8>>>::default();
            lock(copies).push(Arc::clone(&copy));
            copy
        });
        tokio::spawn(carry(desktop, address, target.clone(), copy));
    }
}

/// Carries one connection until either side ends or the wire is cut.
async fn carry(
    desktop: TcpStream,
    address: SocketAddr,
    mut target: watch::Receiver<Target>,
    copy: Option<Arc<Mutex<Vec<u8>>>>,
) {
    let Ok(server) = TcpStream::connect(address).await else { return };
    // Small frames must not wait for larger ones.
    if desktop.set_nodelay(true).and(server.set_nodelay(true)).is_err() {
        return;
    }
    let (from_desktop, to_desktop) = desktop.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pump(from_desktop, to_server, None) => {}
        () = pump(from_server, to_desktop, copy) => {}
        _ = target.wait_for(|now| *now != Some(address)) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, copy: Option<Arc<Mutex<Vec<u8>>>>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..count];
        if let Some(copy) = &copy {
            lock(copy).extend_from_slice(bytes);
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

/// Nothing panics while it holds this; should that ever happen, the data is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
