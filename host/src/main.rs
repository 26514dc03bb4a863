//! The command line and nothing else.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Alerts are decoded on one thread and written on another: an allocator that frees cheaply what another thread made.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    signalbox::cli::run()
}
