//! What a process takes of its machine: memory, and processor time.

use anyhow::Context;
use std::time::Duration;

/// Resident memory, as the kernel says it.
pub fn resident(pid: u32) -> anyhow::Result<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("there is no /proc here")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("the kernel does not say")?;
    let kib: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(format!("{} MiB", kib / 1024))
}

/// Processor time of all its threads so far: what a noisy machine distorts least.
pub fn processor_time(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("there is no /proc here")?;
    let (_, after_name) = stat.rsplit_once(')').context("no name")?;
    // Fields 14 and 15 of the line, in ticks of 10 ms.
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}
