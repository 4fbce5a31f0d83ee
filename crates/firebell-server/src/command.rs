//! What can be asked of this program.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

const EXAMPLES: &str = "\
Examples:
  A server on this computer, with everything in one file:
    echo \"$PASSWORD\" | firebell-server user add --name ann --password-stdin --admin
    firebell-server serve

  For a company, on PostgreSQL, behind a proxy on the same host that speaks TLS:
    export FIREBELL_DATABASE_URL=postgres://firebell@db/firebell
    firebell-server migrate
    firebell-server serve --listen 127.0.0.1:8750 --trusted-proxy 127.0.0.1

  After a database was restored from a backup, before the server starts again:
    firebell-server new-epoch

TLS: this program speaks plain HTTP. Unless it listens on loopback only, put a proxy in front of it
that speaks TLS and passes WebSocket upgrades and the Host header on.

Logs are JSON lines on stderr: ids and codes, never texts, names or tokens. FIREBELL_LOG sets how much
(error, warn, info, debug).";

/// The server of Firebell: orders everybody's changes, pages people.
#[derive(Parser)]
#[command(name = "firebell-server", version, after_help = EXAMPLES)]
pub(crate) struct Program {
    /// A SQLite file (a path or sqlite:PATH), or postgres://…
    #[arg(long, global = true, env = "FIREBELL_DATABASE_URL", default_value = "firebell.db")]
    // Not printed by --help: an address of a database may hold its password.
    #[arg(hide_env_values = true)]
    pub(crate) database_url: String,
    /// Folder for the files of timeline entries. With SQLite there is one beside the database, NAME.files,
    /// unless another is given; with PostgreSQL it has to be one that every node shares, and without it
    /// no files are taken.
    #[arg(long, global = true, env = "FIREBELL_FILES_FOLDER")]
    pub(crate) files_folder: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serves desktops until it is stopped (SIGTERM or Ctrl-C: desktops are told, nothing is lost).
    Serve(Serve),
    /// Makes the database or brings it up to this version; `serve` and `user add` do it too.
    Migrate,
    /// Accounts.
    User {
        /// What about them.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Prints an invitation: a code with which somebody makes their own account, once, within a week.
    Invite {
        /// They may edit the directory.
        #[arg(long)]
        admin: bool,
    },
    /// Writes a consistent copy of everything, also while the server runs. Files go to a folder beside the
    /// copy, NAME.files; what is there already is not copied again.
    Backup {
        /// File or folder to write.
        #[arg(long)]
        to: PathBuf,
    },
    /// Starts a new life of the record after its database was restored or failed over. Desktops then
    /// keep a copy of what they have and offer again what the restored database does not know.
    NewEpoch {
        /// A key number that no desktop is beyond, if one is known; desktops also report theirs.
        #[arg(long, default_value_t = 0)]
        highest_key: u64,
    },
    /// Checks the database, and what it is given of the options of `serve` (the mail server is greeted);
    /// prints a line for each check; fails when one does.
    Doctor(Channels),
}

/// What about accounts.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Makes an account. The first one also makes the workspace's settings.
    Add(AddUser),
    /// Gives an account another password, the first line of stdin, and ends its sessions. A disabled
    /// account may sign in again.
    Password {
        /// Sign-in name.
        name: String,
    },
    /// Lets nobody sign in with an account any more, and ends its sessions. Who is on call stays in the
    /// directory until somebody changes it there.
    Disable {
        /// Sign-in name.
        name: String,
    },
}

/// A new account.
#[derive(Args)]
pub(crate) struct AddUser {
    /// Sign-in name.
    #[arg(long)]
    pub(crate) name: String,
    /// Name that colleagues see; the sign-in name when it is left out.
    #[arg(long, default_value = "")]
    pub(crate) display_name: String,
    /// May edit the directory.
    #[arg(long)]
    pub(crate) admin: bool,
    /// The password is the first line of stdin. There is no option that takes it as an argument, where
    /// every user of the computer could see it.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
}

/// How to serve.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8750")]
    pub(crate) listen: SocketAddr,
    /// Writes the line {"listening":"ADDRESS"} to this file too, when it is ready.
    #[arg(long)]
    pub(crate) announce: Option<PathBuf>,
    /// Address of a proxy whose X-Forwarded-For is believed; may be given several times. Without it,
    /// everybody behind a proxy shares one limit of sign-ins.
    #[arg(long)]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// An address outside that is asked for (GET) after each audit that found every page on its way. It
    /// should raise an alarm when it is not asked for. Give the same to every node. Keep it secret.
    #[arg(long, env = "FIREBELL_HEARTBEAT_URL", hide_env_values = true)]
    pub(crate) heartbeat_url: Option<String>,
    /// Seconds between two audits, 10 to 3600.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(10..=3600))]
    pub(crate) heartbeat_every: u32,
    /// What it sends with beside rings.
    #[command(flatten)]
    pub(crate) channels: Channels,
}

/// E-mail, acknowledge links and webhooks.
#[derive(Args)]
pub(crate) struct Channels {
    /// Mail server: smtp://[NAME:PASSWORD@]HOST[:587], which has to offer STARTTLS unless it is on this
    /// computer and its address does not end with ?tls=required, or smtps://HOST[:465]. Without it no
    /// e-mail goes out.
    #[arg(long, env = "FIREBELL_SMTP_URL", hide_env_values = true)]
    pub(crate) smtp_url: Option<String>,
    /// Lets smtp:// to another computer go without encryption. Whoever can read that network can then
    /// acknowledge pages.
    #[arg(long, requires = "smtp_url")]
    pub(crate) smtp_plain: bool,
    /// Sender of e-mail: an address, or "Name <address>".
    #[arg(long, env = "FIREBELL_MAIL_FROM")]
    pub(crate) mail_from: Option<String>,
    /// Where people reach this server, such as https://firebell.example. Without it e-mail and webhooks
    /// have no link to acknowledge.
    #[arg(long, env = "FIREBELL_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// A range of addresses, such as 10.1.2.0/24, that webhooks may reach besides the public Internet,
    /// also by plain http; may be given several times, or several with commas between.
    #[arg(long, env = "FIREBELL_ALLOW_WEBHOOK_RANGE", value_delimiter = ',')]
    pub(crate) allow_webhook_range: Vec<IpNet>,
    /// File with at least 32 bytes of secret, the same on every node, from which webhooks and links are
    /// signed. With SQLite there is one beside the database, NAME.secret, unless another is given;
    /// with PostgreSQL there are neither webhooks nor links without it.
    #[arg(long, env = "FIREBELL_SECRET_FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// File with certificates in PEM that are trusted by e-mail and webhooks besides the system's.
    #[arg(long, env = "FIREBELL_EXTRA_CA")]
    pub(crate) extra_ca: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = include_str!("../../../docs/operating.md");

    /// Every command line of the manual, as a shell would split it. Quoted are lines of its blocks and
    /// words in backticks that begin with the program's name.
    fn commands() -> Vec<Vec<String>> {
        let text = MANUAL.replace("\\\n", " ");
        let mut commands = Vec::new();
        for (index, part) in text.split("```").enumerate() {
            let lines: Vec<&str> =
                if index % 2 == 1 { part.lines().collect() } else { part.split('`').collect() };
            let ours =
                lines.into_iter().map(str::trim).filter(|l| l.starts_with("firebell-server "));
            commands.extend(ours.map(words));
        }
        commands
    }

    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (index, part) in line.split('"').enumerate() {
            if index % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        // What the shell does with input and output is not ours.
        let end = words.iter().position(|word| word == "<" || word == ">").unwrap_or(words.len());
        words.truncate(end);
        words
    }

    #[test]
    fn every_command_of_the_manual_is_understood() {
        let commands = commands();
        for command in &commands {
            if let Err(error) = Program::try_parse_from(command) {
                panic!("{}: {error}", command.join(" "));
            }
        }
        assert!(commands.len() >= 7, "only {} commands", commands.len());
    }

    #[test]
    fn the_manual_has_every_command_and_no_other() {
        use clap::CommandFactory;
        let mut known = Vec::new();
        for command in Program::command().get_subcommands() {
            let name = command.get_name();
            match command.get_subcommands().map(|sub| sub.get_name()).collect::<Vec<_>>() {
                subs if subs.is_empty() => known.push(name.to_owned()),
                subs => known.extend(subs.iter().map(|sub| format!("{name} {sub}"))),
            }
        }
        let rows = MANUAL.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let mut told: Vec<String> = rows.map(str::to_owned).collect();
        told.sort_unstable();
        known.sort_unstable();
        assert_eq!(told, known);
    }
}
