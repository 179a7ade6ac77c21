//! What processes use, as Linux tells it: memory and time on the cores.

use std::fs;

use anyhow::Context as _;

/// Clock ticks in a second, as `/proc` counts them on every Linux.
const TICKS: f64 = 100.0;

/// A process, alone or with its children.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) name: &'static str,
    pid: i32,
    with_children: bool,
}

impl Watched {
    pub(super) fn one(name: &'static str, pid: i32) -> Self {
        Self { name, pid, with_children: false }
    }

    pub(super) fn family(name: &'static str, pid: i32) -> Self {
        Self { name, pid, with_children: true }
    }

    /// Seconds that it has spent on the cores; a child's count stays when it ends.
    pub(super) fn seconds(&self) -> anyhow::Result<f64> {
        let mut sum = own(self.pid)?.seconds(self.with_children);
        if self.with_children {
            for entry in fs::read_dir("/proc").context("list processes")?.flatten() {
                let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
                // One that ends while it is looked at is no error.
                if let Some(stat) = pid.and_then(|pid: i32| own(pid).ok())
                    && stat.parent == self.pid
                {
                    sum += stat.seconds(false);
                }
            }
        }
        Ok(sum)
    }

    /// Megabytes of memory that are resident.
    pub(super) fn megabytes(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))
            .with_context(|| format!("look at {}", self.name))?;
        let kilobytes = status.lines().find_map(|line| {
            line.strip_prefix("VmRSS:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()
        });
        Ok(kilobytes.context("no VmRSS")? / 1024.0)
    }
}

struct Stat {
    parent: i32,
    /// Own in user and kernel mode, then that of children that ended.
    ticks: [f64; 4],
}

impl Stat {
    fn seconds(&self, with_ended: bool) -> f64 {
        let counted = if with_ended { &self.ticks[..] } else { &self.ticks[..2] };
        counted.iter().sum::<f64>() / TICKS
    }
}

fn own(pid: i32) -> anyhow::Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("look at process {pid}"))?;
    let fields: Vec<&str> =
        text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse().ok());
    Ok(Stat {
        parent: fields.get(1).and_then(|field| field.parse().ok()).context("no parent")?,
        ticks: [
            ticks(11).context("no utime")?,
            ticks(12).context("no stime")?,
            ticks(13).context("no cutime")?,
            ticks(14).context("no cstime")?,
        ],
    })
}
