use crate::{Folder, Launch, Missing, Server, User, free_port, program};
use std::path::PathBuf;
use std::process::Command;

/// A `PostgreSQL` server of the test's own, with default durability.
///
/// The superuser is `postgres` with the password `secret`; a password is asked for, so that a wrong one can be tested.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    port: u16,
    psql: PathBuf,
}

const HIDDEN: &[&str] = &["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"];

impl Postgres {
    /// A running server, or `None` after saying what to install.
    ///
    /// # Panics
    ///
    /// Where the program is missing under `CI=true`, and where it is there and does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with settings: `["max_connections=5"]`.
    ///
    /// # Panics
    ///
    /// As [`Postgres::start`].
    #[must_use]
    pub fn start_with(settings: &[&str]) -> Option<Self> {
        match Self::find_and_start(settings) {
            Ok(started) => Some(started.unwrap_or_else(|error| panic!("{error}"))),
            Err(missing) => {
                missing.report();
                None
            }
        }
    }

    fn find_and_start(settings: &[&str]) -> Result<Result<Self, String>, Missing> {
        let find = |name| program(name, "postgresql", HIDDEN);
        let (initdb, postgres, psql) = (find("initdb")?, find("postgres")?, find("psql")?);
        Ok(Self::start_found(initdb, postgres, psql, settings))
    }

    fn start_found(
        initdb: PathBuf,
        postgres: PathBuf,
        psql: PathBuf,
        settings: &[&str],
    ) -> Result<Self, String> {
        let user = User::unprivileged(&["postgres"]);
        let folder = Folder::new("postgres", &user);
        let (data, password) = (folder.path().join("data"), folder.path().join("password"));
        std::fs::write(&password, "secret\n").map_err(|error| error.to_string())?;
        user.give(&password);
        let mut init = Command::new(initdb);
        init.args(["--username=postgres", "--auth=scram-sha-256", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C"])
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(&data)
            .current_dir("/");
        user.apply(&mut init);
        let done = init.output().map_err(|error| error.to_string())?;
        if !done.status.success() {
            return Err(format!(
                "initdb failed:\n{}",
                String::from_utf8_lossy(&done.stderr)
            ));
        }
        let port = free_port();
        let mut arguments = vec!["-D".into(), data.into_os_string()];
        let fixed = [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            "log_min_messages=warning".to_owned(),
        ];
        for setting in fixed
            .iter()
            .map(String::as_str)
            .chain(settings.iter().copied())
        {
            arguments.extend(["-c".into(), setting.into()]);
        }
        let launch = Launch {
            program: postgres,
            arguments,
            user,
            ready: "database system is ready to accept connections",
            stop: "QUIT",
        };
        let server = Server::start(launch, folder)?;
        Ok(Postgres { server, port, psql })
    }

    /// The URL of one of its databases, for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        Self::url_at(self.port, database)
    }

    /// The same through a proxy at this port.
    #[must_use]
    pub fn url_at(port: u16, database: &str) -> String {
        format!("postgres://postgres:secret@127.0.0.1:{port}/{database}")
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

    /// Runs SQL in a database as the superuser; what it answers, without headings.
    ///
    /// # Panics
    ///
    /// Where the server refuses it.
    #[must_use]
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let done = Command::new(&self.psql)
            .args(["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url(database))
            .output()
            .expect("psql runs");
        assert!(
            done.status.success(),
            "{sql}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8_lossy(&done.stdout).trim_end().to_owned()
    }
}
