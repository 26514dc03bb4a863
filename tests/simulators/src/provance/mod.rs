//! A simulated provance.
