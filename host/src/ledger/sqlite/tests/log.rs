//! The log while it is written to without a pause.

use super::*;
use std::fs::File;
use std::io::Read as _;

/// What SQLite writes into the log's head: another one each time that it begins anew.
fn salt(folder: &Folder) -> [u8; 4] {
    let mut head = [0; 20];
    File::open(folder.log_path()).unwrap().read_exact(&mut head).unwrap();
    [head[16], head[17], head[18], head[19]]
}

/// 160 pages each: more by far than the log may hold before it begins anew.
#[tokio::test]
async fn the_log_begins_anew_though_there_is_always_something_to_write() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.accept(firing("first", vec![0; 640 * 1024])).await.unwrap();
    let before = salt(&folder);
    for n in 0..1000 {
        ledger.accept(firing(&n.to_string(), vec![0; 640 * 1024])).await.unwrap();
        if salt(&folder) != before {
            return;
        }
    }
    panic!("a log of {} bytes goes on growing", folder.log_path().metadata().unwrap().len());
}
