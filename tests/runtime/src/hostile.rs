//! A runtime that does harm to the machine: what an adapter's confinement must stop or clear away.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::{
        fs::{OpenOptionsExt, symlink},
        process::parent_id,
    },
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result};

use crate::brief::Request;

/// A process that outlives its request to end for so many seconds is one that nobody will wait for.
const LINGERS_SECONDS: &str = "300";

const MEBIBYTE: usize = 1 << 20;

/// Writes a file beside the workspace.
pub(crate) fn write_outside(request: &Request) -> Result<()> {
    let beside = request.root.parent().unwrap_or(&request.root).join("outside.txt");
    fs::write(beside, "written by the runtime\n").context("write outside the workspace")
}

/// Leaves hooks and a filter behind for whoever runs git here next.
pub(crate) fn prepare_repository(request: &Request) -> Result<()> {
    let trap = "#!/bin/sh\ntouch \"$(git rev-parse --git-dir)/trapped\"\n";
    let git = request.root.join(".git");
    fs::create_dir_all(git.join("hooks")).context("make the folder of hooks")?;
    for hook in ["pre-push", "post-checkout", "reference-transaction"] {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o755)
            .open(git.join("hooks").join(hook))
            .context("write a hook")?;
        file.write_all(trap.as_bytes()).context("write a hook")?;
    }
    let mut config = OpenOptions::new()
        .append(true)
        .open(git.join("config"))
        .context("open the configuration")?;
    let settings = "[filter \"trap\"]\n\tclean = touch .git/trapped; cat\n[core]\n\tfsmonitor = touch .git/trapped\n";
    config.write_all(settings.as_bytes()).context("write a filter")?;
    fs::write(request.root.join(".gitattributes"), "* filter=trap\n").context("use the filter")
}

/// Puts a link to a file of the machine where it will be committed.
pub(crate) fn link_to_the_machine(request: &Request) -> Result<()> {
    symlink("/etc/passwd", request.root.join("passwd")).context("link to a file of the machine")
}

/// Starts a process in a session of its own that ignores the request to end. Its id stands in `daemon.pid` of the workspace.
pub(crate) fn leave_process(request: &Request) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the process that is to be left behind")]
    let mut command = Command::new("setsid");
    let child = command
        .args(["sh", "-c", "trap '' TERM HUP INT; echo $$ > daemon.pid; sleep \"$0\" & wait; wait"])
        .arg(LINGERS_SECONDS)
        .current_dir(&request.root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("start a process")?;
    drop(child);
    let pid = request.root.join("daemon.pid");
    while fs::read_to_string(&pid).map_or(true, |text| !text.ends_with('\n')) {
        thread::yield_now();
    }
    Ok(())
}

/// Leaves such a process, and never ends by itself either.
pub(crate) fn never_end(request: &Request) -> Result<u8> {
    leave_process(request)?;
    loop {
        thread::park();
    }
}

/// Writes into the workspace until nothing more is taken, 1 GiB at most.
pub(crate) fn fill(request: &Request) -> Result<()> {
    let mut file = File::create(request.root.join("filled")).context("make a file")?;
    let block = vec![b'x'; MEBIBYTE];
    for _ in 0..1024 {
        file.write_all(&block).context("fill the workspace")?;
    }
    Ok(())
}

/// The environment of whoever started this process, on one line, or why it cannot be read.
pub(crate) fn parents_environment() -> String {
    match fs::read(format!("/proc/{}/environ", parent_id())) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).replace('\0', " "),
        Err(error) => format!("the parent's environment cannot be read: {}", error.kind()),
    }
}
