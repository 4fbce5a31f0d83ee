//! On a session bus of the test's own, with the real daemon of Debian, with none, and with one that says no.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use tempfile::TempDir;

use super::*;

const DAEMON: &str = "/usr/lib/notification-daemon/notification-daemon";

/// A program that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        let started = command.stderr(Stdio::null()).spawn();
        Self(
            started.unwrap_or_else(|error| {
                panic!("{command:?}: {error}; `cargo xtask test` installs it")
            }),
        )
    }

    fn first_line(&mut self) -> String {
        let mut line = String::new();
        let output = self.0.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A session bus, and a display for the daemon to draw on.
struct Session {
    address: String,
    screen: String,
    _programs: Vec<Running>,
    _folder: TempDir,
}

impl Session {
    fn start() -> Self {
        Self::with_policy("")
    }

    fn with_policy(policy: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("fb-").tempdir().expect("a folder");
        let config = folder.path().join("bus.conf");
        fs::write(&config, bus_config(folder.path(), policy)).expect("a configuration");
        let mut bus = Running::start(
            Command::new("dbus-daemon")
                .args(["--nofork", "--nopidfile", "--print-address", "--config-file"])
                .arg(config)
                .stdout(Stdio::piped()),
        );
        let address = bus.first_line();
        let mut display = Running::start(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
                .stdout(Stdio::piped()),
        );
        let screen = format!(":{}", display.first_line());
        Self { address, screen, _programs: vec![bus, display], _folder: folder }
    }

    /// Starts Debian's daemon and waits until it has its name.
    async fn daemon(&self) -> Running {
        let running = Running::start(
            Command::new(DAEMON)
                .env("DISPLAY", &self.screen)
                .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
                .env("GDK_BACKEND", "x11")
                .env("NO_AT_BRIDGE", "1")
                .stdout(Stdio::null()),
        );
        let bus = self.connect().await;
        let bus = fdo::DBusProxy::new(&bus).await.expect("the bus");
        let until = Instant::now() + Duration::from_secs(20);
        while !bus.name_has_owner(NAME.try_into().expect("a name")).await.expect("an answer") {
            assert!(Instant::now() < until, "the daemon did not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        running
    }

    async fn connect(&self) -> Connection {
        connection::Builder::address(self.address.as_str()).build().await.expect("the bus")
    }

    fn ours(&self) -> (Daemon, mpsc::Receiver<Answer>) {
        let (answers, heard) = mpsc::channel(8);
        (Daemon::at(&self.address, answers), heard)
    }

    /// What xdotool prints about the screen.
    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").args(arguments).env("DISPLAY", &self.screen).output();
        String::from_utf8_lossy(&output.expect("xdotool").stdout).into_owned()
    }

    /// Saves what is on the screen where somebody can look at it.
    fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("FIREBELL_PICTURES") else { return };
        let file = Path::new(&folder).join(name);
        let taken = Command::new("import")
            .args(["-display", &self.screen, "-window", "root"])
            .arg(file)
            .status();
        assert!(taken.is_ok_and(|status| status.success()), "a picture");
    }
}

fn bus_config(folder: &Path, policy: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/>{policy}</policy></busconfig>"#,
        folder.display()
    )
}

fn page_notice() -> PageNotice {
    PageNotice {
        title: "HOT-12 · severity 1".into(),
        body: "Checkout fails for <every> customer & partner 结账失败".into(),
        acknowledge: Some("Acknowledge".into()),
        open: "Open".into(),
        silently: false,
    }
}

fn test<T>(story: impl Future<Output = T>) -> T {
    tauri::async_runtime::block_on(async {
        tokio::time::timeout(Duration::from_secs(60), story).await.expect("within a minute")
    })
}

#[test]
fn without_a_daemon_the_error_is_seen() {
    test(async {
        let session = Session::start();
        let (ours, _) = session.ours();
        let shown = ours.show(Uuid::now_v7(), &page_notice()).await;
        assert!(matches!(&shown, Err(CannotShow::NoDaemon(why)) if !why.is_empty()), "{shown:?}");
        assert!(matches!(ours.abilities().await, Err(CannotShow::NoDaemon(_))));
    });
}

#[test]
fn without_a_bus_the_error_is_seen() {
    test(async {
        let (answers, _heard) = mpsc::channel(1);
        let ours = Daemon::at("unix:path=/nonexistent/bus", answers);
        let shown = ours.show(Uuid::now_v7(), &page_notice()).await;
        assert!(matches!(shown, Err(CannotShow::NoDaemon(_))), "{shown:?}");
        ours.close(Uuid::now_v7()).await;
    });
}

#[test]
fn a_denied_notification_is_told_from_a_missing_daemon() {
    test(async {
        let session = Session::with_policy(
            r#"<deny send_interface="org.freedesktop.Notifications" send_type="method_call"/>"#,
        );
        let _daemon = session.daemon().await;
        let (ours, _) = session.ours();
        let shown = ours.show(Uuid::now_v7(), &page_notice()).await;
        assert!(matches!(shown, Err(CannotShow::Denied(_))), "{shown:?}");
    });
}

#[test]
fn a_daemon_that_starts_late_is_found() {
    test(async {
        let session = Session::start();
        let (ours, _) = session.ours();
        let page = Uuid::now_v7();
        assert!(ours.show(page, &page_notice()).await.is_err());
        let _daemon = session.daemon().await;
        assert_eq!(ours.show(page, &page_notice()).await, Ok(()));
    });
}

#[test]
fn the_real_daemon_shows_a_page_in_place_and_its_button_comes_back() {
    test(async {
        let session = Session::start();
        let daemon = session.daemon().await;
        let (ours, mut heard) = session.ours();
        let abilities = ours.abilities().await.expect("abilities");
        assert!(abilities.actions && abilities.body, "{abilities:?}");

        let page = Uuid::now_v7();
        ours.show(page, &page_notice()).await.expect("shown");
        let first = lock(&ours.shown).0[&page].id;
        ours.show(page, &page_notice()).await.expect("shown again");
        assert_eq!(lock(&ours.shown).0[&page].id, first, "in the place of the first");

        let windows = popups(&session).await;
        assert_eq!(windows.len(), 1, "{windows:?}");
        session.picture("notification.png");
        assert_eq!(press_until_heard(&session, &mut heard).await, Some(Answer::Acknowledge(page)));

        // Somebody else on the bus cannot press it.
        ours.show(page, &page_notice()).await.expect("shown");
        pretend(&session, &ours, page).await;
        drop(daemon);
        let other = tokio::time::timeout(Duration::from_millis(500), async {
            loop {
                let answer = heard.recv().await;
                if !matches!(answer, Some(Answer::Dismissed(_))) {
                    return answer;
                }
            }
        });
        assert!(other.await.is_err(), "a pretended button was believed");
        assert!(matches!(ours.show(page, &page_notice()).await, Err(CannotShow::NoDaemon(_))));
    });
}

/// The daemon's windows that are to be seen: left, top, width, height.
async fn popups(session: &Session) -> Vec<(i32, i32, i32, i32)> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let found = session.xdotool(&["search", "--onlyvisible", "--class", "notification-daemon"]);
        let windows: Vec<_> = found
            .lines()
            .filter_map(|window| {
                let geometry = session.xdotool(&["getwindowgeometry", "--shell", window]);
                let value = |name: &str| {
                    let line = geometry.lines().find_map(|line| line.strip_prefix(name))?;
                    line.strip_prefix('=')?.parse::<i32>().ok()
                };
                Some((value("X")?, value("Y")?, value("WIDTH")?, value("HEIGHT")?))
            })
            .filter(|window| window.2 > 100 && window.3 > 40)
            .collect();
        if !windows.is_empty() || Instant::now() > until {
            return windows;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Presses the button where it is drawn now. A notice that was just replaced still moves and takes no
/// click meanwhile, so, as a person would, it presses again where nothing happened.
async fn press_until_heard(
    session: &Session,
    heard: &mut mpsc::Receiver<Answer>,
) -> Option<Answer> {
    for _ in 0..20 {
        let windows = popups(session).await;
        press_acknowledge(session, *windows.first()?);
        if let Ok(answer) = tokio::time::timeout(Duration::from_secs(1), heard.recv()).await {
            return answer;
        }
    }
    None
}

/// The daemon draws its buttons in the lower right corner.
fn press_acknowledge(session: &Session, (left, top, width, height): (i32, i32, i32, i32)) {
    let (x, y) = ((left + width - 60).to_string(), (top + height - 25).to_string());
    session.xdotool(&["mousemove", &x, &y, "click", "1"]);
}

/// Another program of this session says that the button was pressed.
async fn pretend(session: &Session, ours: &Daemon, page: Uuid) {
    let id = lock(&ours.shown).0[&page].id;
    let connection = ours.connection().await.expect("our connection");
    let victim = connection.unique_name().expect("our name").to_string();
    let other = session.connect().await;
    other
        .emit_signal(Some(victim.as_str()), PATH, NAME, "ActionInvoked", &(id, ACKNOWLEDGE))
        .await
        .expect("sent");
}
