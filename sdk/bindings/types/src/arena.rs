//! The memory of a call: the first part of it is handed out in a row and not taken back.
//!
//! An instance lives for one call, and its memory goes with it, so that to keep account of each small piece is work for nothing:
//! a fifth of what a call of a source takes. A call that needs more than [`ARENA`] has the rest from the usual allocator, which
//! does take memory back; so what is wasted is bounded, and the host's limit on memory means what it says.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};

/// Enough for a body of some ten kilobytes. What is not touched costs nothing.
const ARENA: usize = 512 << 10;

/// See the module.
struct Arena {
    memory: UnsafeCell<[u8; ARENA]>,
    /// Where the free part begins.
    free: Cell<usize>,
}

#[global_allocator]
static MEMORY: Arena = Arena { memory: UnsafeCell::new([0; ARENA]), free: Cell::new(0) };

// SAFETY: a plugin has one thread: the contract has no shared memories.
unsafe impl Sync for Arena {}

// === impl Arena ===

impl Arena {
    fn start(&self) -> *mut u8 {
        self.memory.get().cast()
    }

    /// Where in the arena a piece begins; none if it is the usual allocator's.
    fn offset(&self, piece: *mut u8) -> Option<usize> {
        piece.addr().checked_sub(self.start().addr()).filter(|offset| *offset < ARENA)
    }
}

// SAFETY: pieces of the arena do not overlap: each begins at or after the end of all that are in use. What is not of the arena
// goes to the system's allocator, which made it.
unsafe impl GlobalAlloc for Arena {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let end_of_used = self.start().addr() + self.free.get();
        let offset = end_of_used.next_multiple_of(layout.align()) - self.start().addr();
        match offset.checked_add(layout.size()) {
            Some(end) if end <= ARENA => {
                self.free.set(end);
                // SAFETY: the piece lies within the arena.
                unsafe { self.start().add(offset) }
            }
            // SAFETY: as for this call.
            _ => unsafe { System.alloc(layout) },
        }
    }

    /// Only the last piece is taken back: texts are often made, read and dropped in turn.
    #[inline]
    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        match self.offset(piece) {
            Some(offset) if offset + layout.size() == self.free.get() => self.free.set(offset),
            Some(_) => {}
            // SAFETY: it came from there.
            None => unsafe { System.dealloc(piece, layout) },
        }
    }

    /// The last piece grows where it is: texts and lists are often written to their end before another begins.
    #[inline]
    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(offset) = self.offset(piece) else {
            // SAFETY: it came from there.
            return unsafe { System.realloc(piece, layout, size) };
        };
        if offset + layout.size() == self.free.get() && size <= ARENA - offset {
            self.free.set(offset + size);
            return piece;
        }
        // SAFETY: the new piece is another one, and both are as long as what is copied.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(piece, layout.size().min(size));
                self.dealloc(piece, layout);
            }
            moved
        }
    }
}
