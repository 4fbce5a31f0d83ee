//! Links out of the program: `https` and `mailto`, checked here and opened by the operating system.
//!
//! A window cannot navigate anywhere itself; it asks for a link by `open_link`, and links that a server
//! or a person wrote go the same way.

use tauri::Url;

/// The longest address that is opened.
const LONGEST: usize = 2_048;

/// The address as it is handed to the operating system; `None` when it must not be opened.
#[must_use]
pub fn allowed(address: &str) -> Option<Url> {
    let strange = |c: char| c.is_control() || c.is_whitespace() || is_direction_mark(c);
    if address.len() > LONGEST || address.chars().any(strange) {
        return None;
    }
    let url = Url::parse(address).ok()?;
    match url.scheme() {
        // `https://bank.example@evil.example` shows one host and opens another.
        "https" => {
            (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
        }
        "mailto" => url.path().contains('@').then_some(url),
        _ => None,
    }
}

/// Characters that make an address read as another one.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_mail_open() {
        for address in [
            "https://example.org",
            "https://example.org/a?b=c#d",
            "HTTPS://EXAMPLE.ORG/",
            "https://例子.example/故障",
            "https://[2001:db8::1]/x",
            "mailto:oncall@example.org?subject=HOT-12",
        ] {
            assert!(allowed(address).is_some(), "{address}");
        }
    }

    #[test]
    fn nothing_else_opens() {
        let schemes = [
            "file",
            "FILE",
            "fIlE",
            "smb",
            "nfs",
            "sftp",
            "ssh",
            "ftp",
            "http",
            "ws",
            "wss",
            "javascript",
            "data",
            "blob",
            "vbscript",
            "about",
            "view-source",
            "tauri",
            "ipc",
            "asset",
            "firebell",
            "chrome",
            "ms-settings",
            "ms-word",
            "ms-msdt",
            "ms-officecmd",
            "search-ms",
            "steam",
            "tel",
            "sms",
            "geo",
            "magnet",
            "ldap",
            "dict",
            "gopher",
            "jar",
            "shell",
            "calculator",
            "zoommtg",
            "vscode",
            "x-apple.systempreferences",
            "applescript",
            "intent",
            "content",
            "app",
            "help",
        ];
        let spellings: [fn(&str) -> String; 6] = [
            |s| format!("{s}://host/x"),
            |s| format!("{s}:x"),
            |s| format!(" {s}://host"),
            |s| format!("{s}\t://host"),
            |s| format!("{s}://host\n"),
            |s| format!("\u{202e}{s}://host"),
        ];
        let mut tried = 0;
        for scheme in schemes {
            for spelling in spellings {
                let address = spelling(scheme);
                assert!(allowed(&address).is_none(), "{address:?}");
                tried += 1;
            }
        }
        assert!(tried >= 250, "{tried}");
        for address in [
            "",
            "example.org",
            "//example.org",
            "https://",
            "https://a b.example",
            "https://bank.example@evil.example",
            "https://u:p@example.org",
            "java\tscript:alert(1)",
            "https\t://example.org",
            "https://exa\u{202e}mple.org",
            "https://example.org/\0",
            "mailto:",
            "mailto:nobody",
            "https://[::1",
            "https://exa mple.org",
        ] {
            assert!(allowed(address).is_none(), "{address:?}");
        }
        assert!(allowed(&format!("https://example.org/{}", "x".repeat(LONGEST))).is_none());
    }
}
