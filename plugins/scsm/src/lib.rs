//! The adapter scsm.
