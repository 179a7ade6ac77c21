//! Bounds on what a git process and its children may take, so that a hostile pack cannot take the machine. Linux only.

#[cfg(target_os = "linux")]
pub(super) use linux::confine;

#[cfg(not(target_os = "linux"))]
pub(super) fn confine(_: Option<u32>, _: &super::GitSettings) -> std::io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, io};

    use rustix::{
        io::Errno,
        process::{Pid, Resource, Rlimit, prlimit},
    };

    use crate::git::GitSettings;

    /// Bounds a process that has just been started, and what it may have started meanwhile; later children inherit.
    ///
    /// A process is bounded before its children are listed, so none can slip through between.
    pub(in crate::git) fn confine(process: Option<u32>, settings: &GitSettings) -> io::Result<()> {
        let limits = [
            (Resource::As, settings.most_memory),
            (Resource::Fsize, settings.largest_file),
            (Resource::Core, 0),
        ];
        let mut processes: Vec<u32> = process.into_iter().collect();
        while let Some(process) = processes.pop() {
            let Some(pid) = Pid::from_raw(process.cast_signed()) else { continue };
            for (resource, most) in limits {
                let limit = Rlimit { current: Some(most), maximum: Some(most) };
                match prlimit(Some(pid), resource, limit) {
                    // It has come to its end already.
                    Err(Errno::SRCH) => break,
                    done => done?,
                };
            }
            // Absent when it has come to its end, or in a kernel without the list.
            let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
            let children = children.unwrap_or_default();
            processes.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        Ok(())
    }
}
