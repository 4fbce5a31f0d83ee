//! What a database file says of itself, read without opening it: SQLite may write to a file merely by
//! opening it, and a file that cannot be used must stay as it is.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Header of a SQLite file, see <https://www.sqlite.org/fileformat2.html>.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;
const WAL_HEADER: u64 = 32;
const WAL_FRAME_HEADER: usize = 24;
/// The largest write-ahead log that is searched for a schema version: a migration is the first to write.
const MAX_WAL_FRAMES: u64 = 200_000;

/// What a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sniffed {
    /// There is none, or it is empty.
    Absent,
    /// A database.
    Database {
        /// Its schema version; the highest that the file or its write-ahead log names.
        version: u32,
        /// Its size in bytes.
        bytes: u64,
        /// Its size does not fit what its header says.
        suspicious: bool,
    },
    /// Something else, or in a format that this SQLite does not write.
    NotADatabase,
}

/// Reads what a file says of itself.
///
/// # Errors
/// When it cannot be read at all.
pub(crate) fn sniff(path: &Path) -> io::Result<Sniffed> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Sniffed::Absent),
        Err(error) => return Err(error),
    };
    let bytes = file.metadata()?.len();
    if bytes == 0 {
        // A database whose first transaction is in its write-ahead log alone.
        let version = wal_version(path)?;
        return Ok(match version {
            Some(version) => Sniffed::Database { version, bytes, suspicious: false },
            None => Sniffed::Absent,
        });
    }
    let mut header = [0; HEADER];
    if file.read_exact(&mut header).is_err() || &header[..16] != MAGIC {
        return Ok(Sniffed::NotADatabase);
    }
    // Rollback journal or write-ahead log, to write and to read; what has others can be read at best.
    if header[18..=19].iter().any(|format| !matches!(format, 1 | 2)) {
        return Ok(Sniffed::NotADatabase);
    }
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    if !page_size.is_power_of_two() || page_size < 512 {
        return Ok(Sniffed::NotADatabase);
    }
    let pages = u64::from(be32(&header, 28));
    let version = be32(&header, 60).max(wal_version(path)?.unwrap_or(0));
    let suspicious = bytes % page_size != 0 || pages * page_size != bytes;
    Ok(Sniffed::Database { version, bytes, suspicious })
}

/// The highest schema version on any copy of the first page in the write-ahead log.
fn wal_version(path: &Path) -> io::Result<Option<u32>> {
    let mut file = match File::open(wal_of(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut header = [0; WAL_HEADER as usize];
    if file.read_exact(&mut header).is_err() {
        return Ok(None);
    }
    let page_size = u64::from(be32(&header, 8));
    if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
        return Ok(None);
    }
    let frame = WAL_FRAME_HEADER as u64 + page_size;
    let mut version = None;
    for index in 0..MAX_WAL_FRAMES {
        file.seek(SeekFrom::Start(WAL_HEADER + index * frame))?;
        let mut head = [0; WAL_FRAME_HEADER + HEADER];
        if file.read_exact(&mut head).is_err() {
            break;
        }
        // Frames of an earlier use of the log carry other salts.
        if head[8..16] != header[16..24] {
            break;
        }
        let page = &head[WAL_FRAME_HEADER..];
        if be32(&head, 0) == 1 && &page[..16] == MAGIC {
            version = version.max(Some(be32(page, 60)));
        }
    }
    Ok(version)
}

/// The write-ahead log beside a database.
pub(crate) fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
