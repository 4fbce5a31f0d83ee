//! Pictures made for this: some harmless, most not.

use std::io::Cursor;

use anyhow::{Context, Result};
use image::{DynamicImage, ImageFormat};

/// What runs when a picture is read as a page.
pub(super) const SCRIPT: &str = "<script>window.marked = 'picture'</script>";

/// An honest picture.
pub(super) fn honest(width: u32, height: u32, format: ImageFormat) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

/// A PNG that says that it is so large and holds next to nothing.
pub(super) fn bomb(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut bytes = honest(1, 1, ImageFormat::Png)?;
    let header = bytes.get_mut(16..24).context("a header")?;
    header[..4].copy_from_slice(&width.to_be_bytes());
    header[4..].copy_from_slice(&height.to_be_bytes());
    let sum = crc(bytes.get(12..29).context("a header")?);
    bytes.get_mut(29..33).context("a sum")?.copy_from_slice(&sum.to_be_bytes());
    Ok(bytes)
}

/// A picture with a page behind it.
pub(super) fn polyglot(format: ImageFormat) -> Result<Vec<u8>> {
    let mut bytes = honest(16, 16, format)?;
    bytes.extend_from_slice(SCRIPT.as_bytes());
    Ok(bytes)
}

/// A PNG of a hundred million pixels that is honest about it: black, and so very small.
pub(super) fn hundred_million() -> Result<Vec<u8>> {
    honest_grey(10_000, 10_000)
}

fn honest_grey(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_luma8(width, height).write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// The check sum of a PNG's part (CRC-32 of ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}
