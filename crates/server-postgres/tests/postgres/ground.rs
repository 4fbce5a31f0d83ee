//! A real PostgreSQL for tests: the one that `FIREBELL_TEST_POSTGRES` names (a superuser's URL), or a
//! throw-away cluster with a folder and a socket of its own. There is no third way: tests without a
//! database fail.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

const GIVEN: &str = "FIREBELL_TEST_POSTGRES";
const PATIENCE: Duration = Duration::from_secs(60);

/// Where databases are made.
struct Server {
    /// Of a superuser, to a database that is there.
    url: String,
    /// Stopped when dropped.
    _cluster: Option<Cluster>,
}

impl Server {
    /// The one that the tests of this process share; it ends with the last of them.
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return server;
        }
        let server = Arc::new(match std::env::var(GIVEN) {
            Ok(url) => Self { url, _cluster: None },
            Err(_) => {
                let cluster = Cluster::start();
                Self { url: cluster.url(), _cluster: Some(cluster) }
            }
        });
        *shared = Arc::downgrade(&server);
        server
    }
}

/// A cluster of our own. A shell stands between us and PostgreSQL: when our end of its input closes,
/// however we ended, it stops PostgreSQL.
struct Cluster {
    folder: TempDir,
    shell: Child,
    alive: Option<ChildStdin>,
}

impl Cluster {
    fn start() -> Self {
        // The socket's whole path has to stay below 107 bytes.
        let folder = tempfile::Builder::new().prefix("fb-pg-").tempdir().expect("a folder");
        let user = Owner::of_this_process();
        let data = folder.path().join("data");
        if let Owner::Other(name) = user {
            assert!(run(Command::new("chown").arg(name).arg(folder.path())), "chown");
        }
        let mut make = user.command(&tool("initdb"));
        make.args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"]);
        let log = File::create(folder.path().join("log")).expect("a log");
        make.arg(&data).current_dir(folder.path()).stdout(Stdio::null());
        make.stderr(log.try_clone().expect("a log"));
        assert!(run(&mut make), "initdb: {}", read(&folder));
        let script = r#"exec 3<&0; "$0" -D "$1" -k "$2" -c listen_addresses= -c max_connections=300 \
            -c synchronous_commit=off </dev/null 3<&- & p=$!; read _ <&3; kill -QUIT $p; wait $p"#;
        let mut shell = user.command(Path::new("sh"));
        shell.arg("-c").arg(script).arg(tool("postgres")).arg(&data).arg(folder.path());
        shell.current_dir(folder.path()).stdin(Stdio::piped());
        shell.stdout(log.try_clone().expect("a log")).stderr(Stdio::piped());
        let mut shell = shell.spawn().expect("a shell");
        let alive = shell.stdin.take();
        let said = shell.stderr.take().expect("what it says");
        let cluster = Self { folder, shell, alive };
        cluster.await_ready(said, log);
        cluster
    }

    fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    /// Copies what it says into the log for as long as it runs, and waits for the word.
    fn await_ready(&self, said: ChildStderr, mut log: File) {
        let (ready, heard) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                writeln!(log, "{line}").ok();
                if line.contains("ready to accept connections") {
                    ready.send(()).ok();
                }
            }
        });
        let heard = heard.recv_timeout(PATIENCE);
        assert!(heard.is_ok(), "no PostgreSQL: {}", read(&self.folder));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.alive.take());
        self.shell.wait().ok();
    }
}

/// As whom PostgreSQL runs: it refuses to be root.
enum Owner {
    Same,
    Other(&'static str),
}

impl Owner {
    fn of_this_process() -> Self {
        let id = Command::new("id").arg("-u").output().expect("id");
        if id.stdout.trim_ascii() == b"0" { Self::Other("postgres") } else { Self::Same }
    }

    fn command(&self, program: &Path) -> Command {
        match self {
            Self::Same => Command::new(program),
            Self::Other(name) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={name}")).arg(format!("--regid={name}"));
                command.arg("--clear-groups").arg(program);
                command
            }
        }
    }
}

/// Debian keeps the server's programs off the PATH.
fn tool(name: &str) -> PathBuf {
    let folder = Command::new("pg_config").arg("--bindir").output().ok();
    let folder = folder.and_then(|output| String::from_utf8(output.stdout).ok());
    let found = folder.map(|folder| Path::new(folder.trim()).join(name));
    found.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from(name))
}

fn run(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn read(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("log")).unwrap_or_default()
}

/// An empty database, gone when dropped.
pub(crate) struct Database {
    name: String,
    /// Of a superuser.
    pub(crate) url: String,
    server: Arc<Server>,
}

impl Database {
    pub(crate) async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = tokio::task::spawn_blocking(Server::shared).await.expect("a server");
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("firebell_test_{}_{number}", std::process::id());
        execute(&server.url, &format!("CREATE DATABASE {name}")).await;
        Self { url: with_database(&server.url, &name), name, server }
    }

    /// The same for another role.
    pub(crate) fn url_of(&self, role: &str) -> String {
        let options: PgConnectOptions = self.url.parse().expect("a URL");
        options.username(role).to_url_lossy().to_string()
    }

    /// Runs statements as a superuser.
    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url, sql).await;
    }

    /// A number, asked as a superuser.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let mut db = PgConnection::connect(&self.url).await.expect("connect");
        let sql = AssertSqlSafe(format!("SELECT ({sql})::bigint"));
        sqlx::query_scalar(sql).fetch_one(&mut db).await.expect("a number")
    }

    /// Brings back what `backup` wrote.
    pub(crate) fn restore(&self, file: &Path) {
        let mut restore = Command::new("pg_restore");
        restore.args(["--no-owner", "--exit-on-error", "--dbname"]).arg(&self.url).arg(file);
        assert!(run(&mut restore), "pg_restore");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        run(Command::new("psql").args(["-X", "-q", "-c", &sql, "-d", &self.server.url]));
    }
}

async fn execute(url: &str, sql: &str) {
    let mut db = PgConnection::connect(url).await.expect("connect");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.expect("SQL");
}

/// `scheme://who@where/name?rest` with another name.
fn with_database(url: &str, name: &str) -> String {
    let (place, rest) =
        url.split_once('?').map_or((url, None), |(place, rest)| (place, Some(rest)));
    let start = place.find("://").map_or(0, |at| at + 3);
    let end = place[start..].find('/').map_or(place.len(), |at| start + at);
    let rest = rest.map(|rest| format!("?{rest}")).unwrap_or_default();
    format!("{}/{name}{rest}", &place[..end])
}
