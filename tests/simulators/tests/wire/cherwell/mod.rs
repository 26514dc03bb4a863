//! The simulated Cherwell system over the wire: what it answers, what it refuses, and what goes wrong on demand.

#[cfg(test)]
mod caller;
#[cfg(test)]
mod cherwellapi;
#[cfg(test)]
mod control;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod people;
#[cfg(test)]
mod process;
#[cfg(test)]
mod records;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod searches;
#[cfg(test)]
mod sign_in;
