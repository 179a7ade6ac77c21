//! Bodies made small for the way to the ledger and for its table.

use std::{cell::RefCell, io};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use zstd::bulk::Compressor;

/// Of GitHub's examples (10 KB in the mean) it leaves a sixth, in a third of gzip's time at its fastest; the levels below it leave more and
/// are no faster.
const LEVEL: i32 = 1;

/// The largest room to compress into that a thread keeps; what a large body needed is given back.
const KEPT: usize = 256 * 1024;

thread_local! {
    /// Making one takes half as long again as using it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    /// Where to compress to: the worst body would need as much as it has, and what waits for the ledger is to hold no more than it needs.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A body as it travels and is stored.
pub(super) struct Packed {
    /// RFC 8878.
    pub(super) zstd: Bytes,
    /// The SHA-256 of the body as it came.
    pub(super) sha256: Bytes,
    /// How many bytes it had.
    pub(super) size: i64,
}

impl Packed {
    /// Compresses and hashes a body; takes a while for a large one.
    pub(super) fn new(body: &[u8]) -> io::Result<Self> {
        let zstd = ROOM.with_borrow_mut(|room| compressed(body, room))?;
        let sha256: [u8; 32] = Sha256::digest(body).into();
        let size = i64::try_from(body.len()).map_err(io::Error::other)?;
        Ok(Self { zstd, sha256: Bytes::copy_from_slice(&sha256), size })
    }
}

fn compressed(body: &[u8], room: &mut Vec<u8>) -> io::Result<Bytes> {
    room.clear();
    room.reserve(zstd::zstd_safe::compress_bound(body.len()));
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress_to_buffer(body, room)
    })?;
    let bytes = Bytes::copy_from_slice(room);
    if room.capacity() > KEPT {
        *room = Vec::new();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_whole() {
        let bodies = [Vec::new(), b"{}".to_vec(), vec![b'x'; 3_000_000], (0..=255).collect()];
        for body in bodies {
            let packed = Packed::new(&body).expect("packed");
            assert_eq!(zstd::bulk::decompress(&packed.zstd, body.len()).expect("a frame"), body);
            assert_eq!(packed.sha256, &Sha256::digest(&body)[..]);
            assert_eq!(packed.size, body.len() as i64);
        }
    }
}
