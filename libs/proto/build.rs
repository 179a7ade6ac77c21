//! Compiles `proto/` with protox, so that nobody needs `protoc`.

use std::{env, error::Error, fs, path::Path, path::PathBuf};

use prost::Message as _;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-changed={}", root.display());

    let mut files = protos(&root.join("pullwright"))?;
    files.sort();
    // Compiled in so that reflection clients can decode the details of a `google.rpc.Status`.
    files.push(root.join("third_party/google/rpc/error_details.proto"));
    files.push(root.join("third_party/google/rpc/status.proto"));

    let mut compiler = protox::Compiler::new([root.clone(), root.join("third_party")])?;
    compiler.include_imports(true).include_source_info(true).open_files(files)?;
    let descriptors = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptor.bin"), &descriptors)?;

    let descriptors = tonic_prost_build::FileDescriptorSet::decode(&descriptors[..])?;
    tonic_prost_build::configure()
        .extern_path(".google.rpc", "::tonic_types::pb")
        .bytes(".")
        // Sorted, so that equal messages have equal bytes: the hash of a repeated request is taken over them.
        .btree_map(".")
        .include_file("mod.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells build scripts where to work through the environment"
)]
fn variable(name: &str) -> Result<String, env::VarError> {
    env::var(name)
}

fn protos(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(protos(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(found)
}
