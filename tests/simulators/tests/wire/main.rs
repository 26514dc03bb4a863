//! The simulators over the wire: what each answers, what it refuses, and what goes wrong on demand.

#[cfg(test)]
mod call;
#[cfg(test)]
mod cherwell;
#[cfg(test)]
mod process;
#[cfg(test)]
mod provance;
#[cfg(test)]
mod scsm;
#[cfg(test)]
mod servicenow;
