//! The last resort: change sets read off the pages of a file whose tables SQLite cannot find any more.
//! See <https://www.sqlite.org/fileformat2.html>; nothing here writes.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde_json::Value;

use super::set;

/// Larger files are not looked through: this reads them whole.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// A leaf of a table.
const LEAF: u8 = 0x0d;
/// Columns of `outbox`, and the places of those that matter.
const COLUMNS: usize = 14;
const ID: usize = 1;
const WRITTEN_AT: usize = 6;
const BODY: usize = 11;
const MAX_PAYLOAD: usize = 64 * 1024 * 1024;

/// Unsent sets that stand whole on the pages of a file and its write-ahead log, by number.
pub(super) fn sets(path: &Path) -> io::Result<Vec<Value>> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Ok(Vec::new());
    }
    let pages = Pages::read(path)?;
    let mut found = BTreeMap::new();
    for page in pages.map.values() {
        for (number, record) in pages.cells(page) {
            found.extend(pages.outbox_row(&record).map(|set| (number, set)));
        }
    }
    Ok(found.into_values().collect())
}

/// The newest copy of each page.
struct Pages {
    size: usize,
    map: BTreeMap<u32, Vec<u8>>,
}

impl Pages {
    fn read(path: &Path) -> io::Result<Self> {
        let file = fs::read(path)?;
        let log = fs::read(crate::store::wal_of(path)).unwrap_or_default();
        let in_file = match (file.get(16), file.get(17)) {
            (Some(0), Some(1)) => 65_536,
            (Some(high), Some(low)) => usize::from(u16::from_be_bytes([*high, *low])),
            _ => 0,
        };
        let in_log = be32(&log, 8).map_or(0, |size| size as usize);
        // A damaged header says nothing of use; ours are always of the usual size.
        let sane = |size: usize| size.is_power_of_two() && (512..=65_536).contains(&size);
        let size = [in_file, in_log, 4_096].into_iter().find(|size| sane(*size)).unwrap_or(4_096);
        let mut map: BTreeMap<u32, Vec<u8>> = (1..)
            .zip(file.chunks_exact(size))
            .map(|(number, page)| (number, page.to_vec()))
            .collect();
        let salts = log.get(16..24).unwrap_or_default();
        for frame in log.get(32..).unwrap_or_default().chunks_exact(24 + size) {
            if frame[8..16] != *salts {
                break;
            }
            map.extend(be32(frame, 0).map(|number| (number, frame[24..].to_vec())));
        }
        Ok(Self { size, map })
    }

    /// The records of a leaf, with their row numbers.
    fn cells(&self, page: &[u8]) -> Vec<(i64, Vec<u8>)> {
        // The first page begins with the header of the file; no table of ours lives there.
        if page.first() != Some(&LEAF) {
            return Vec::new();
        }
        let count = be16(page, 3).unwrap_or(0);
        (0..count).filter_map(|index| self.cell(page, be16(page, 8 + 2 * index)?)).collect()
    }

    fn cell(&self, page: &[u8], at: usize) -> Option<(i64, Vec<u8>)> {
        let (length, used) = varint(page.get(at..)?)?;
        let (row, used_too) = varint(page.get(at + used..)?)?;
        let start = at + used + used_too;
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_PAYLOAD)?;
        let most = self.size - 35;
        if length <= most {
            return Some((row, page.get(start..start + length)?.to_vec()));
        }
        let least = (self.size - 12) * 32 / 255 - 23;
        let local = least + (length - least) % (self.size - 4);
        let local = if local <= most { local } else { least };
        let mut record = page.get(start..start + local)?.to_vec();
        let mut next = be32(page, start + local)?;
        while record.len() < length {
            let overflow = self.map.get(&next)?;
            let take = (length - record.len()).min(self.size - 4);
            record.extend_from_slice(overflow.get(4..4 + take)?);
            next = be32(overflow, 0)?;
        }
        Some((row, record))
    }

    /// A record as a set, if it has the shape of a row of `outbox`.
    fn outbox_row(&self, record: &[u8]) -> Option<Value> {
        let (header, mut at) = varint(record)?;
        let header = usize::try_from(header).ok()?;
        let mut kinds = Vec::with_capacity(COLUMNS);
        while at < header {
            let (kind, used) = varint(record.get(at..)?)?;
            kinds.push(kind);
            at += used;
        }
        if kinds.len() != COLUMNS || kinds[ID..ID + 3] != [44, 44, 44] {
            return None;
        }
        let mut columns = Vec::with_capacity(COLUMNS);
        let mut at = header;
        for kind in kinds {
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => usize::try_from(kind).ok()?,
                5 => 6,
                6 | 7 => 8,
                kind if kind >= 12 => usize::try_from((kind - 12) / 2).ok()?,
                _ => return None,
            };
            columns.push(record.get(at..at + length)?);
            at += length;
        }
        let written_at =
            columns[WRITTEN_AT].iter().fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
        set("unsent", columns[ID], written_at, columns[BODY])
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes(pair.try_into().ok()?)))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A SQLite varint and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value: i64 = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            return Some((value << 8 | i64::from(*byte), 9));
        }
        value = value << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}
