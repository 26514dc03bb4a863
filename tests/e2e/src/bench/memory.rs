//! What a process holds in memory.

use anyhow::Context;

/// Resident memory, as the kernel says it.
pub fn resident(pid: u32) -> anyhow::Result<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("there is no /proc here")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("the kernel does not say")?;
    let kib: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(format!("{} MiB", kib / 1024))
}
