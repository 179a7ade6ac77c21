//! Bodies made small for the way to the ledger and for its table.

use std::{cell::RefCell, io};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use zstd::bulk::Compressor;

/// Of GitHub's examples (10 KB in the mean) it leaves a sixth, in a third of gzip's time at its fastest; the levels below it leave more and
/// are no faster.
const LEVEL: i32 = 1;

thread_local! {
    /// Making one takes half as long again as using it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
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
        let zstd = COMPRESSOR.with_borrow_mut(|kept| {
            let compressor = match kept {
                Some(compressor) => compressor,
                None => kept.insert(Compressor::new(LEVEL)?),
            };
            compressor.compress(body)
        })?;
        let sha256: [u8; 32] = Sha256::digest(body).into();
        let size = i64::try_from(body.len()).map_err(io::Error::other)?;
        Ok(Self { zstd: shrunk(zstd), sha256: Bytes::copy_from_slice(&sha256), size })
    }
}

/// The compressor sets aside what the worst body would need; a delivery that waits holds no more than it has.
fn shrunk(mut bytes: Vec<u8>) -> Bytes {
    bytes.shrink_to_fit();
    bytes.into()
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
