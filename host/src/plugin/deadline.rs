//! How a call is ended that does not end by itself.
//!
//! Guest code looks at the engine's epoch at each loop and call. An OS thread raises the epoch each `TICK`, whatever the async
//! runtime does; at each tick a guest gives way to other tasks, and after its deadline it is interrupted. So two looping guests
//! don't starve two workers. Epochs stand still while the host works for the guest, so a timeout stands around the call as well.

use std::time::{Duration, Instant};
use wasmtime::{Engine, Store, UpdateDeadline};

/// How long a guest may hold a worker.
const TICK: Duration = Duration::from_millis(10);

/// Raises the epoch until the engine is gone.
pub(super) fn tick(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new().name("plugin-epoch".to_owned()).spawn(move || {
        loop {
            std::thread::sleep(TICK);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        }
    })?;
    Ok(())
}

/// Makes a store's guest give way each tick, and stop at `deadline`.
pub(super) fn enforce<T: 'static>(store: &mut Store<T>, deadline: Instant) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        Ok(if Instant::now() >= deadline {
            UpdateDeadline::Interrupt
        } else {
            UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now()))
        })
    });
}
