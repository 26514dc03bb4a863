//! What the demo checked, and the last line that says so.

use std::process::ExitCode;

/// A tally.
#[derive(Default)]
pub struct Checks {
    passed: u32,
    failed: Vec<String>,
}

// === impl Checks ===

impl Checks {
    /// Says whether something holds.
    pub fn expect(&mut self, what: &str, holds: bool) {
        println!("  {} {what}", if holds { "✓" } else { "✗" });
        if holds {
            self.passed += 1;
        } else {
            self.failed.push(what.to_owned());
        }
    }

    /// The last line, and the exit code that goes with it.
    pub fn finish(self) -> ExitCode {
        println!();
        for failed in &self.failed {
            println!("failed: {failed}");
        }
        println!("demo: {} passed, {} failed", self.passed, self.failed.len());
        if self.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
