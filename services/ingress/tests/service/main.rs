//! The ingress in front of cores that answer from a script.
