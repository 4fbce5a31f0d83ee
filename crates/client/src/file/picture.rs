//! Pictures drawn anew: what a window gets was decoded and encoded here, within limits, so that nothing
//! of what somebody sent reaches it (T7 of the threats: polyglots, bombs, bytes that a browser would
//! read otherwise).

use std::io::Cursor;

use firebell_domain::file;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};

use crate::api::{ApiError, file::PictureSize};

/// The most pixels of a picture that is drawn: 50 million, more than any screen or usual camera has.
pub(crate) const MAX_PIXELS: u64 = 50_000_000;
/// Memory for decoding one, in bytes: four for each pixel and as much again for the decoder.
const MAX_MEMORY: u64 = 8 * MAX_PIXELS;
/// The longer side of a thumbnail, for screens with two pixels to a point.
const THUMBNAIL: u32 = 320;
/// The longer side in the viewer: a large screen.
const VIEW: u32 = 2_560;

/// Width and height of bytes that are a picture by their beginning.
///
/// # Errors
/// `Invalid` with the objection when they are no such picture or too large to be drawn.
pub(crate) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), ApiError> {
    let decoder = decoder(bytes)?;
    let (width, height) = decoder.dimensions();
    fits(width, height)?;
    Ok((width, height))
}

/// The picture as PNG, no larger than asked for, upright.
///
/// # Errors
/// See [`dimensions`].
pub(crate) fn draw(bytes: &[u8], size: PictureSize) -> Result<Vec<u8>, ApiError> {
    let mut decoder = decoder(bytes)?;
    let (width, height) = decoder.dimensions();
    fits(width, height)?;
    if decoder.total_bytes() > MAX_MEMORY {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let most = match size {
        PictureSize::Thumbnail => THUMBNAIL,
        PictureSize::View => VIEW,
    };
    let mut picture =
        if width.max(height) > most { picture.thumbnail(most, most) } else { picture };
    picture.apply_orientation(orientation);
    // Eight bits a channel: other depths are of no use to a window.
    let picture = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(ApiError::internal)?;
    Ok(png.into_inner())
}

/// A decoder of one of the four kinds of pictures, and of no other.
fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, ApiError> {
    let format = match file::media_type(&bytes[..bytes.len().min(file::HEAD_BYTES)]) {
        "image/png" => ImageFormat::Png,
        "image/jpeg" => ImageFormat::Jpeg,
        "image/gif" => ImageFormat::Gif,
        "image/webp" => ImageFormat::WebP,
        _ => return Err(ApiError::field("file", "error-picture-unreadable")),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits.max_image_width = Some(file::MAX_SIDE);
    limits.max_image_height = Some(file::MAX_SIDE);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder().map_err(unreadable)
}

fn fits(width: u32, height: u32) -> Result<(), ApiError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(ApiError::field("file", "error-picture-unreadable"));
    }
    if pixels > MAX_PIXELS { Err(too_large()) } else { Ok(()) }
}

fn too_large() -> ApiError {
    ApiError::field("file", "error-picture-too-large")
}

fn unreadable(error: image::ImageError) -> ApiError {
    if matches!(error, image::ImageError::Limits(_)) {
        return too_large();
    }
    tracing::debug!(%error, "a picture cannot be read");
    ApiError::field("file", "error-picture-unreadable")
}
