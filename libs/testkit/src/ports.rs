//! Free TCP ports of the loopback interface.
//!
//! Taken below the range from which systems give ports to outgoing connections, so that a server that was stopped finds its port
//! free when it comes back. A port is free when it is handed out and is not handed out twice by one process; another process may
//! still be faster, so whoever binds it must be ready to ask for another.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hasher, RandomState},
    net::{Ipv4Addr, TcpListener},
    ops::Range,
    sync::{Mutex, PoisonError},
};

const RANGE: Range<u16> = 12_000..32_000;

static HANDED_OUT: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A port on 127.0.0.1 on which nobody listens and which this process has not been given before.
///
/// # Panics
/// When all twenty thousand have been handed out or are in use.
pub fn free() -> u16 {
    let mut guard = HANDED_OUT.lock().unwrap_or_else(PoisonError::into_inner);
    let handed_out = guard.get_or_insert_default();
    let width = u64::from(RANGE.end - RANGE.start);
    for _ in 0..width {
        let offset = RandomState::new().build_hasher().finish() % width;
        let port = RANGE.start + u16::try_from(offset).expect("an offset below a width of 16 bits");
        if !handed_out.contains(&port) && is_free(port) {
            handed_out.insert(port);
            return port;
        }
    }
    panic!("no free port between {} and {}", RANGE.start, RANGE.end);
}

/// Whether nobody listens on that port of 127.0.0.1 right now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The first port of `first..first + count` that is in use, or `None` when the whole block is free.
pub fn first_taken(first: u16, count: u16) -> Option<u16> {
    (0..count).map_while(|n| first.checked_add(n)).find(|&port| !is_free(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_handed_out_twice() {
        let ports: HashSet<u16> = (0..200).map(|_| free()).collect();
        assert_eq!(ports.len(), 200);
    }

    #[test]
    fn a_port_in_use_is_reported_as_taken() {
        let port = free();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        assert!(!is_free(port));
        assert_eq!(first_taken(port, 1), Some(port));
    }
}
