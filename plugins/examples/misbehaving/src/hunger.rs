//! Ways to eat memory: the plugin's own, and the host's.

use crate::alert;
use signalbox_sdk::types::Alert;
use std::hint::black_box;

/// One block that no call may have.
pub fn one_large() -> Vec<Alert> {
    let block = black_box(vec![1_u8; 1 << 30]);
    vec![alert(&block.len().to_string())]
}

/// Blocks until there are no more.
pub fn many_small() -> ! {
    let mut blocks = Vec::new();
    loop {
        blocks.push(black_box(vec![1_u8; 4 << 10]));
    }
}

/// One text of a megabyte in each of a thousand facts: little here, a gigabyte in a host that copies it.
pub fn bomb() -> Vec<Alert> {
    let text = "x".repeat(1 << 20);
    // Leaked and taken again a thousand times: the contract's lists may name the same memory as often as they like, and only
    // a host that counts what it copies is safe from it.
    let mut alert = alert("bomb");
    let leaked = Box::leak(text.into_boxed_str());
    for _ in 0..1_000 {
        alert.labels.push(("name".to_owned(), again(leaked)));
    }
    vec![alert]
}

/// A text over memory that another text has already. Never dropped: the host ends the call first.
#[allow(unsafe_code, reason = "a guest may do this; the host must live with it")]
fn again(text: &mut str) -> String {
    // SAFETY: none of these texts is written to or dropped: the call that makes them does not return to code that would.
    unsafe { String::from_raw_parts(text.as_mut_ptr(), text.len(), text.len()) }
}
