//! The simulated Dataverse organisation over the wire: what it answers, what it refuses, and what goes wrong on demand.

#[cfg(test)]
mod batches;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod control;
#[cfg(test)]
mod dataverse_client;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod people;
#[cfg(test)]
mod process;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod sign_in;
