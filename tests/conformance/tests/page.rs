//! The table in the documentation is the one that the runs gave.
//!
//! `SIGNALBOX_BLESS=1 cargo test -p signalbox-conformance --test page` writes it anew.

use signalbox_conformance::page;

#[test]
fn the_table_is_made_of_the_columns_that_are_kept() -> anyhow::Result<()> {
    if std::env::var_os("SIGNALBOX_BLESS").is_some() {
        page::write()?;
    }
    anyhow::ensure!(page::read()? == page::page()?, "docs/reference/adapters.md is not as the columns have it");
    Ok(())
}
