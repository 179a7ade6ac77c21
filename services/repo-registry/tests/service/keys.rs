//! Private keys that were made for these tests and open nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// An RSA key of 2048 bits: PKCS#1, DER.
const RSA: &str = "\
    MIIEpAIBAAKCAQEAulfEaPB+8s83ZSbZhgnt9VIi5E/MhcN0dCSd+mghY/bDlVqsMGgzawSf4qIM3BU4ThH1GhgT+h0/dczqbBIsX+ZSHDgKhM\
    F8mtdpfABzlNgqPbzhElOZwEA1bgNhtXOFps8Dy32NbXxMqZCUudRpfaUc/9VF5s6iGU5VELZ/OGdN+Wg1ZFoNMYbR3Bnlp0fNmWyOSRa+vf8B\
    KRSjeuyzZgET5GlbJ+6fJ8vqpxUSyew+5BWSQo5mS89tTAs/CD8S4qQidsn/csa/18Of2r6+Agu9iQFpiyFstKDjnwtLyaOY7ZhTsUdn5l4ilB\
    lqF3hkuV6fsY8yjp9ScXwKoOyqSQIDAQABAoIBAAh1O2ECqYBz5LEeq6OTMnh+xelUW0AnDajH5gkbo4haBv6ceFGqKSCju8Nu/45tws8oWYEE\
    XsPCLW3iDdyMkUm5C+O5V3Y3Ig9qf6CKlLRzgKyqChKUNi0CZ7/FP4YbkZFvYV4Me4LgsB9yLzilajRdw4yJLacQR03xaZhcmuGrGsEdW8FtQd\
    Vk1ObQvA4DtMLLws1HBFIRQCZxRhN/wUn8c6X5yfzmnqMkmFiKOOaIKQiRHuqsgXHZyYDLm3u9uTBpXOEKyOaZw+f0u2TG3lPd4el54LxtO/vu\
    RSiXpxm90+P1wdLAT8BZKHMH/DHpWxAxKcswZGx4KzrjwpTV6kECgYEA9KWOriRl9NDtrbcWVIsjdo60CVbJXWjZy/6pLOVApynTFeByijJHcL\
    acAjKnnA4CVmiKwclDDQgxn9PUNmncV6tB10dZE19ag7woeYprN4FEGPCXZxTdm1w6yz+jwjr+yoslzoaI9hnf2TaAcpranY/rHCstDY4k771C\
    MFvjkEUCgYEAwv2M6tb84S98mee2jePSZsa+7CETwSrl5/expMLW5S+jH21oTc1THJ6UAt0Vyb7rqq+ubidM1IdiEz4sG9ZkmhmspzwXmMPnQc\
    /Rexi1e0CA663Ga3yFauQUwsE2roAbFZpqrb5aoQSGtY42d0QkaCIWg0PfIxd9vTSZiiALXDUCgYA1Xcf6BMaY2NqAAmhEmPVrb0Wmo9/ZGH4q\
    GasduASacm0xYHyb2MvssmjlsdcOG6A26ScbjqOpvBfXHYY1OHJwTVNXeqDbsPk1s13A5Yjt2qzYI+NjARI2SbAplgBK5kOeOyxMGNzXkl1aLK\
    FoXo9Bv5sx0dlKE6/K/CXsFp9VYQKBgQCn1o1kWtdikXhkFXIqYg5qDuqp37LcU6t/ZtJO6rMEpWN4mrjsNy8x9EGc0WZ+uEqsKfovsL5ONZYy\
    0BIxh/IiPrVBYdVB1maJXHOIzHTx+Uy/EF45iP5iSp6gIKWLwJMPnlHy6WWjMX0ua5HwSQQ5ahYMuPApiX/ey5bZsMl2fQKBgQDam+otalgBQd\
    Bzx7518zpX32oDW2bc0ELj3PNPR8eJ+qPwqL8mC1x1WYl+TL6V9jmqHUFTLzPJwqZlk+WvIadmFVDz2bTNpS8JKu56+a56Ogzz5mCmKst2R2BW\
    XDvE9yPTqIElY47MZkD8uiqVW6MpnuOAGc+31Q+5kVNIQUdFow==";
/// An RSA key of 1024 bits: PKCS#1, DER.
const SHORT: &str = "\
    MIICXwIBAAKBgQDyaxaz0gwe5XZW+g1BbED/xPyUtbUyCpY83tp46MEwDq+flPeYYz9j2ucI6kQ9+Jw8nwXhhoEv1dEOS6y9yEf+vi+fKUCfCW\
    PejbRLNu71ZvT0BDoPtfdaDxlDTek08H8EHOQH33xiXqdXQmSa2nt9nqHowIwttJlq5YW+Nz1MywIDAQABAoGBAIz4h3A0osXIzIORz+mOqVHT\
    XMqhzGf4ThvBwKx1NfrbX3feqgkdFfzcjGPbz6l2DG0YUNQwYqnNnk/A5AhNEsfIRPMpDnkKzwupcCpOqoAMO+QaYCutJRhJkNbI1Pp37mdlTA\
    F7M0IYBdVOQBqDv5o9o58x4LDsG8xvijN6SnWBAkEA/qgc1PTjr/J4Rw8yni9171S9CmN1mMaOG3izmB4dFeFjvAAO31Lja0n42kSW0YQG7e0g\
    bROnRoLmN3ytTeEmCwJBAPOycwws7Q4PzUZKQQyFSBzKDdZ/RWTyDFhgwIvpvek2jiSq/fFwj+csZ52QhHFB52kKg/mYW/+qWpuLm8DSbEECQQ\
    DWwiXWflPKHTzMCIgSmUnnNVpbeXdCCSjtCATFY5f5zOOUN6RTOA7seyyvvipGtQY2/sRa2Lk4IMpPvwhUZmzzAkEAn59gajY3JAHHtGXIy9m1\
    TV4vyDLfEmrVGUJufHajNVHNs0jpQy82ovZb/EH/7mt7lzsTDPb2M7Wy2bWNVLS/wQJBAOXdqV21llxTS01K5GGSLGTDrvrZGQg5/SpAefOdD4\
    XCzb4ATxSp3AGemHjBLrTwc4dMhtt2CY9aq+2uY2PO2hM=";
/// A key on P-256: SEC 1, DER.
const ELLIPTIC: &str = "\
    MHcCAQEEILsn6qScztlEgrfhB1m9Q9Vr2FPbZwxFCJEZcrvWn44uoAoGCCqGSM49AwEHoUQDQgAESAzH34MMy5SNLz7chDF0552XRFPUFoUz9x\
    f4MW8r5b9YsrC3ZHXdm9RQA6HlCEwksry/NjyAjzDw6KK18MAntQ==";

/// What stands before a PKCS#1 key of this length in PKCS#8.
const PKCS8_HEADER: [u8; 26] = [
    0x30, 0x82, 0x04, 0xbe, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
    0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x04, 0x82, 0x04, 0xa8,
];

/// The RSA key as DER, in PKCS#1.
pub(crate) fn rsa_der() -> Vec<u8> {
    STANDARD.decode(RSA).unwrap()
}

/// The RSA key as GitHub gives it out.
pub(crate) fn rsa_pkcs1() -> String {
    pem("RSA PRIVATE KEY", RSA)
}

/// The RSA key as openssl converts it.
pub(crate) fn rsa_pkcs8() -> String {
    pem("PRIVATE KEY", &STANDARD.encode([&PKCS8_HEADER[..], &rsa_der()].concat()))
}

/// A key that is too short for RS256.
pub(crate) fn short() -> String {
    pem("RSA PRIVATE KEY", SHORT)
}

/// A key that is none of RSA's.
pub(crate) fn elliptic() -> String {
    pem("EC PRIVATE KEY", ELLIPTIC)
}

fn pem(label: &str, base64: &str) -> String {
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
}
