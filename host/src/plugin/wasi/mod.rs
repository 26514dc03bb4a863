//! What language runtimes import from WASI 0.2, in its denying form.
//!
//! A runtime's start-up code asks for an environment, directories, streams, clocks and randomness before a plugin's first line
//! runs; without them nothing but hand-written Wasm would load. So all of it is there and empty: no variable, no argument, no
//! directory, no socket, no name lookup, an input at its end, outputs that go to the plugin's log. Clocks and randomness are
//! real for plugins that reach outside, and frozen for those that must answer the same tomorrow.

mod clock;
mod random;
mod stdio;

pub(super) use clock::Clock;
pub(super) use random::Randomness;

use super::{call::CallState, log::CallLog};
use wasmtime::component::{HasData, HasSelf, Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView, p2::bindings};
use wasmtime_wasi::{cli::WasiCli, cli::WasiCliView, filesystem::WasiFilesystem, filesystem::WasiFilesystemView};
use wasmtime_wasi::{sockets::WasiSockets, sockets::WasiSocketsView};

/// Streams, pollables and the like that a call may hold at once.
const RESOURCES: usize = 1024;

/// A call's view of the world outside.
pub(super) struct Wasi {
    /// Made at first use: most calls of a plugin ask for nothing.
    context: Option<WasiCtx>,
    table: ResourceTable,
    log: CallLog,
    clock: Clock,
    random: Randomness,
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// Defines what plugins may import of WASI, and nothing else.
pub(super) fn link(linker: &mut Linker<CallState>) -> wasmtime::Result<()> {
    use bindings::{cli, clocks, filesystem, io, random, sockets};
    type State = CallState;

    io::error::add_to_linker::<State, Io>(linker, |state| &mut state.wasi.table)?;
    io::poll::add_to_linker::<State, Io>(linker, |state| &mut state.wasi.table)?;
    io::streams::add_to_linker::<State, Io>(linker, |state| &mut state.wasi.table)?;

    clocks::wall_clock::add_to_linker::<State, HasSelf<Wasi>>(linker, |state| &mut state.wasi)?;
    clocks::monotonic_clock::add_to_linker::<State, HasSelf<Wasi>>(linker, |state| &mut state.wasi)?;
    random::random::add_to_linker::<State, HasSelf<Wasi>>(linker, |state| &mut state.wasi)?;
    random::insecure::add_to_linker::<State, HasSelf<Wasi>>(linker, |state| &mut state.wasi)?;
    random::insecure_seed::add_to_linker::<State, HasSelf<Wasi>>(linker, |state| &mut state.wasi)?;

    cli::exit::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::environment::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::stdin::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::stdout::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::stderr::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::terminal_input::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::terminal_output::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::terminal_stdin::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::terminal_stdout::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;
    cli::terminal_stderr::add_to_linker::<State, WasiCli>(linker, |state| state.wasi.cli())?;

    filesystem::preopens::add_to_linker::<State, WasiFilesystem>(linker, |state| state.wasi.filesystem())?;
    filesystem::types::add_to_linker::<State, WasiFilesystem>(linker, |state| state.wasi.filesystem())?;

    let stable = bindings::LinkOptions::default();
    sockets::network::add_to_linker::<State, WasiSockets>(linker, &(&stable).into(), |state| state.wasi.sockets())?;
    sockets::instance_network::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    sockets::ip_name_lookup::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    sockets::tcp::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    sockets::tcp_create_socket::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    sockets::udp::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    sockets::udp_create_socket::add_to_linker::<State, WasiSockets>(linker, |state| state.wasi.sockets())?;
    Ok(())
}

// === impl Wasi ===

impl Wasi {
    pub(super) fn new(log: CallLog, clock: Clock, random: Randomness) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES);
        Self { context: None, table, log, clock, random }
    }
}

impl WasiView for Wasi {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let log = &self.log;
        let ctx = self.context.get_or_insert_with(|| {
            let mut builder = WasiCtx::builder();
            // What the builder allows without being asked is taken away by name, so that a new default cannot let it back in.
            builder
                .stdout(stdio::Output::info(log.clone()))
                .stderr(stdio::Output::complaint(log.clone()))
                .allow_tcp(false)
                .allow_udp(false)
                .allow_ip_name_lookup(false);
            builder.build()
        });
        WasiCtxView { ctx, table: &mut self.table }
    }
}
