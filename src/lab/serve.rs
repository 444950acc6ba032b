use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use camino::Utf8PathBuf;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::control::{Answer, socket_of};
use super::inventory::endpoints;
use super::{Lab, LabError};
use crate::wire::{Dial, Endpoint};

/// A lab on loopback TCP: one port for each of its addresses, an inventory that names them, and
/// a control socket. Dropping it ends all of that.
pub struct Served {
    ports: BTreeMap<String, SocketAddr>,
    inventory: String,
    tasks: JoinSet<()>,
    socket: Option<Utf8PathBuf>,
}

impl Lab {
    /// Serves the lab to other programs. The ports are `first_port` and those after it, or any
    /// that are free if it is 0. The world's time runs `speed` times as fast as the clock.
    ///
    /// Needs a runtime with I/O whose clock runs.
    pub async fn serve(&self, first_port: u16, speed: f64) -> Result<Served, LabError> {
        self.set_speed(speed);
        let dialer = self.dialer();
        let mut tasks = JoinSet::new();
        let mut ports = BTreeMap::new();
        for (index, endpoint) in (0u16..).zip(endpoints(self.seed())) {
            let port = match first_port {
                0 => 0,
                first => first.checked_add(index).ok_or_else(|| {
                    LabError::Refused(format!("there are too few ports behind {first}"))
                })?,
            };
            // Loopback only: the passwords of what listens here are public.
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let listener = TcpListener::bind(address)
                .await
                .and_then(|listener| Ok((listener.local_addr()?, listener)))
                .map_err(LabError::file("listening on", address.to_string()))?;
            ports.insert(endpoint.to_string(), listener.0);
            tasks.spawn(accept(listener.1, dialer.clone(), endpoint));
        }
        let at = |endpoint: &Endpoint| match ports.get(&endpoint.to_string()) {
            Some(port) => Endpoint {
                host: port.ip().to_string(),
                port: port.port(),
            },
            None => endpoint.clone(),
        };
        let inventory = self.inventory_at(at);
        let mut served = None;
        if let Some(dir) = self.dir() {
            let path = dir.join("inventory.yaml");
            std::fs::write(&path, &inventory).map_err(LabError::file("writing", path))?;
            let path = socket_of(dir);
            // We hold the lab's lock, so a socket that is there is a dead process's.
            let _ = std::fs::remove_file(&path);
            let socket = UnixListener::bind(&path).map_err(LabError::file("making", &path))?;
            tasks.spawn(control(socket, self.clone()));
            served = Some(path);
        }
        Ok(Served {
            ports,
            inventory,
            tasks,
            socket: served,
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(path) = &self.socket {
            // Left behind it would refuse connections, which says the same.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Served {
    /// Where each of the lab's addresses (`192.168.1.20:7001`) is reached.
    pub fn ports(&self) -> &BTreeMap<String, SocketAddr> {
        &self.ports
    }

    /// An inventory with these ports. A lab in files keeps it as `inventory.yaml` there.
    pub fn inventory(&self) -> &str {
        &self.inventory
    }

    /// Serves until something breaks, which is never on its own.
    pub async fn forever(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn accept(listener: TcpListener, dialer: Arc<dyn Dial>, to: Endpoint) {
    // Connections end with the listener.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(forward(stream, dialer.clone(), to.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn forward(mut outside: TcpStream, dialer: Arc<dyn Dial>, to: Endpoint) {
    let _ = outside.set_nodelay(true);
    if let Ok(mut inside) = dialer.dial(&to).await
        && copy_bidirectional(&mut outside, &mut inside).await.is_ok()
    {
        return;
    }
    // The client of a connection that the lab refused or reset sees a reset too.
    let _ = outside.set_zero_linger();
}

async fn control(socket: UnixListener, lab: Lab) {
    let mut clients = JoinSet::new();
    while let Ok((stream, _)) = socket.accept().await {
        clients.spawn(obey(stream, lab.clone()));
        while clients.try_join_next().is_some() {}
    }
}

/// Answers one client's orders. If it goes away before an answer, that is its own loss.
async fn obey(stream: UnixStream, lab: Lab) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = match serde_json::from_str(&line) {
            Ok(order) => match lab.obey(&order) {
                Ok(said) => Answer::Said(said),
                Err(error) => Answer::Refused(error.to_string()),
            },
            Err(error) => Answer::Refused(format!("this is no order: {error}")),
        };
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        stream.write_all(&text).await?;
        line.clear();
    }
    Ok(())
}
