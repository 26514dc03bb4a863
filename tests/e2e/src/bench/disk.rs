//! What the disk takes for a sync: the floor of every durable answer.

use std::{fs::File, io::Write, path::Path, time::Instant};

const SYNCS: usize = 200;

/// The median of some syncs, each after a page was written.
pub fn sync_millis(folder: &Path) -> std::io::Result<f64> {
    let mut file = File::create(folder.join("sync"))?;
    let mut took = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        took.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    Ok(took.get(SYNCS / 2).copied().unwrap_or_default())
}
