//! Two server processes on one database, and where they are at the moment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use super::readers::READERS;
use crate::harness::server::{Plan, Server};
use crate::harness::{company, process, wait};

/// How long both may be away.
const BACK: Duration = Duration::from_secs(120);
/// How many.
pub(super) const COUNT: usize = 2;

/// The nodes.
pub(super) struct Nodes {
    plans: Vec<Plan>,
    nodes: Vec<Server>,
    addresses: Addresses,
}

/// Where the nodes listen; one that is started anew listens elsewhere.
#[derive(Clone)]
pub(super) struct Addresses(Arc<Mutex<[SocketAddr; COUNT]>>);

impl Addresses {
    /// The address of a node as it is now; every number names one.
    pub(super) fn url(&self, node: usize) -> String {
        let addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        format!("http://{}", addresses[node % COUNT])
    }

    /// Waits until a node takes connections. One that is frozen does; it is left when it does not answer.
    pub(super) async fn somebody_listens(&self) -> Result<()> {
        let listens = async || {
            let addresses = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for address in addresses {
                if process::listens(address.port()).await {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        };
        wait::until("a node that takes connections", BACK, listens).await
    }

    fn set(&self, node: usize, address: SocketAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[node] = address;
    }
}

impl Nodes {
    /// Makes the accounts and starts the nodes; the database can tell them apart by their names.
    pub(super) async fn start(folder: &Path, url: &str, writers: u64) -> Result<Self> {
        let mut plans = Vec::new();
        for node in 0..COUNT {
            let folder: PathBuf = folder.join(name(node));
            std::fs::create_dir_all(&folder)?;
            plans.push(Plan::new(&folder, &format!("{url}&application_name={}", name(node))));
        }
        for writer in 0..writers {
            company::add(&plans[0], &format!("writer{writer}"), false)?;
        }
        for reader in 0..READERS {
            company::add(&plans[0], &format!("reader{reader}"), reader == 0)?;
        }
        let nodes = vec![plans[0].serve(&name(0)).await?, plans[1].serve(&name(1)).await?];
        let addresses = [nodes[0].address(), nodes[1].address()];
        let addresses = Addresses(Arc::new(Mutex::new(addresses)));
        Ok(Self { plans, nodes, addresses })
    }

    pub(super) fn addresses(&self) -> Addresses {
        self.addresses.clone()
    }

    pub(super) fn node(&mut self, node: usize) -> &mut Server {
        &mut self.nodes[node]
    }

    /// Starts a node that was killed.
    pub(super) async fn again(&mut self, node: usize) -> Result<()> {
        self.nodes[node] = self.plans[node].serve(&name(node)).await?;
        self.addresses.set(node, self.nodes[node].address());
        Ok(())
    }
}

/// A node's name, also in the database.
pub(super) fn name(node: usize) -> String {
    format!("node-{node}")
}
