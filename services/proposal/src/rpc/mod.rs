//! The ledger's gRPC services: a folder per service, a file per call.
