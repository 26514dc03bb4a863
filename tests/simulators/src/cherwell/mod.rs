//! A simulated cherwell.
