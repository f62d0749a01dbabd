use crate::{Folder, Launch, Link, Missing, Server, User, free_port, program};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A NATS server of the test's own with `JetStream`, which writes to the disk before it acknowledges where it knows how to (2.10 and
/// newer).
#[derive(Debug)]
pub struct Nats {
    server: Server,
    port: u16,
}

/// Three NATS servers of the test's own in one cluster. Each of them can be cut off from the other two, and not from its clients.
#[derive(Debug)]
pub struct NatsCluster {
    nodes: Vec<Nats>,
    /// From one to another.
    links: Vec<(usize, usize, Link)>,
}

impl Nats {
    /// A running server, or `None` after saying what to install.
    ///
    /// # Panics
    ///
    /// Where the program is missing under `CI=true`, and where it is there and does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with lines of configuration: `["max_payload: 4096"]`. Lines that begin with `jetstream ` take the place of those that
    /// enable `JetStream`.
    ///
    /// # Panics
    ///
    /// As [`Nats::start`].
    #[must_use]
    pub fn start_with(lines: &[&str]) -> Option<Self> {
        let found = find()?;
        let started = Self::node(&found, "node", free_port(), "", lines);
        Some(started.unwrap_or_else(|error| panic!("{error}")))
    }

    /// The URL without a user.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port on loopback where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process, to be stopped, killed and started again.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }

    fn node(
        found: &Found,
        name: &str,
        port: u16,
        cluster: &str,
        lines: &[&str],
    ) -> Result<Self, String> {
        let user = User::unprivileged(&["nats"]);
        let folder = Folder::new("nats", &user);
        let config = folder.path().join("server.conf");
        let mut text = format!(
            "server_name: {name}\nlisten: \"127.0.0.1:{port}\"\n{cluster}\n{}\n",
            lines.join("\n")
        );
        if !lines.iter().any(|line| line.starts_with("jetstream ")) {
            text += &jetstream(found, folder.path());
        }
        fs::write(&config, text).map_err(|error| error.to_string())?;
        let launch = Launch {
            program: found.program.clone(),
            arguments: vec![OsString::from("-c"), config.into_os_string()],
            user,
            ready: "Server is ready",
            stop: "TERM",
        };
        Ok(Nats {
            server: Server::start(launch, folder)?,
            port,
        })
    }
}

impl NatsCluster {
    /// Three running servers that know each other, or `None` after saying what to install.
    ///
    /// # Panics
    ///
    /// As [`Nats::start`].
    #[must_use]
    pub fn start() -> Option<Self> {
        let found = find()?;
        let routes = [free_port(), free_port(), free_port()];
        let pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];
        let links = pairs.map(|(from, to)| (from, to, Link::to(routes[to])));
        let node = |(index, port)| {
            let ways = links.iter().filter(|(from, ..)| *from == index);
            let ways = ways.map(|(.., link)| format!("\"nats://127.0.0.1:{}\"", link.port()));
            let ways = ways.collect::<Vec<_>>().join(", ");
            // Nobody tells anybody of a way around the links.
            let cluster = format!(
                "cluster {{ name: lawful, listen: \"127.0.0.1:{port}\", routes: [{ways}], no_advertise: true }}"
            );
            Nats::node(&found, &format!("node_{index}"), free_port(), &cluster, &[])
                .unwrap_or_else(|error| panic!("{error}"))
        };
        let nodes = (0_usize..).zip(routes).map(node).collect();
        Some(NatsCluster {
            nodes,
            links: links.into(),
        })
    }

    /// The URLs of all three, parted by commas.
    #[must_use]
    pub fn url(&self) -> String {
        self.nodes
            .iter()
            .map(Nats::url)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Cuts a server off from the other two. Clients still reach it.
    pub fn cut_off(&self, which: usize) {
        self.links_of(which).for_each(Link::cut);
    }

    /// Lets it find the others again.
    pub fn mend(&self, which: usize) {
        self.links_of(which).for_each(Link::mend);
    }

    fn links_of(&self, which: usize) -> impl Iterator<Item = &Link> {
        let concerned = move |(from, to, _): &&(usize, usize, Link)| *from == which || *to == which;
        self.links.iter().filter(concerned).map(|(.., link)| link)
    }

    /// The servers, which are called `node_0` to `node_2`.
    pub fn nodes(&mut self) -> &mut [Nats] {
        &mut self.nodes
    }
}

/// The program, and whether it knows how to write to the disk before it acknowledges.
struct Found {
    program: PathBuf,
    syncs: bool,
}

fn find() -> Option<Found> {
    let program = program(
        "nats-server",
        "nats-server",
        &["/usr/sbin", "/usr/local/sbin"],
    )
    .map_err(|missing: Missing| missing.report())
    .ok()?;
    let said = Command::new(&program).arg("--version").output().ok();
    let said = said.map_or(String::new(), |said| {
        String::from_utf8_lossy(&said.stdout).into_owned()
    });
    let syncs = minor(&said).is_some_and(|minor| minor >= 10);
    Some(Found { program, syncs })
}

/// The 9 of `nats-server: v2.9.10`.
fn minor(said: &str) -> Option<u32> {
    said.rsplit_once('v')?.1.split('.').nth(1)?.parse().ok()
}

fn jetstream(found: &Found, folder: &Path) -> String {
    let sync = if found.syncs {
        ", sync_interval: always"
    } else {
        ""
    };
    format!(
        "jetstream {{ store_dir: \"{}\"{sync} }}\n",
        folder.display()
    )
}
