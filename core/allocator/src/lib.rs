//! The allocator of the server: mimalloc, asked the short way.
//!
//! The crate `mimalloc` asks for every block with its alignment, for which the library takes a
//! longer way, and for blocks above 1 KiB a much longer one. All its blocks are aligned for what
//! programs ask for nearly always: to 16 bytes, and those that are smaller to 8 (`MI_MAX_ALIGN_SIZE` in
//! its `types.h`). A request makes some thirty blocks; without their alignments that takes 1,500
//! instructions less (callgrind).
//!
//! This crate is the only one with unsafe code: [`GlobalAlloc`] is a contract in prose, and the library
//! is written in C.

use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;

use libmimalloc_sys as library;

/// The allocator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allocator;

/// Whether every block of this size has this alignment.
const fn is_given(size: usize, alignment: usize) -> bool {
    alignment <= 8 || alignment <= 16 && size >= 16
}

// SAFETY: the library's functions keep the contract of `GlobalAlloc`: blocks are of the size and
// alignment that is asked for (see `is_given`), stay where they are until they are freed, and `mi_free`
// and `mi_realloc` take the blocks of all these functions. They return null when there is no memory, and do
// not unwind.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (size, alignment) = (layout.size(), layout.align());
        // SAFETY: the functions take any size, and alignments that are powers of two.
        let block = unsafe {
            match is_given(size, alignment) {
                true => library::mi_malloc(size),
                false => library::mi_malloc_aligned(size, alignment),
            }
        };
        block.cast()
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let (size, alignment) = (layout.size(), layout.align());
        // SAFETY: as in `alloc`.
        let block = unsafe {
            match is_given(size, alignment) {
                true => library::mi_zalloc(size),
                false => library::mi_zalloc_aligned(size, alignment),
            }
        };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the caller has the block from this allocator.
        unsafe { library::mi_free(block.cast::<c_void>()) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // A block that stays where it is keeps its alignment, and a new one is as `alloc` makes it.
        let alignment = layout.align();
        let block = block.cast::<c_void>();
        // SAFETY: the caller has the block from this allocator.
        let block = unsafe {
            match is_given(size, alignment) {
                true => library::mi_realloc(block, size),
                false => library::mi_realloc_aligned(block, size, alignment),
            }
        };
        block.cast()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIGNMENTS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 4096];

    fn sizes() -> impl Iterator<Item = usize> {
        (1..130).chain([255, 1000, 1024, 1025, 1032, 4096, 8192, 100_000, 1 << 22])
    }

    #[test]
    fn blocks_are_aligned_and_keep_their_content() {
        for alignment in ALIGNMENTS {
            let mut blocks = Vec::new();
            for size in sizes() {
                let layout = Layout::from_size_align(size, alignment).unwrap();
                // SAFETY: no size is zero, and each block is used within its size and freed once.
                unsafe {
                    let block = Allocator.alloc(layout);
                    assert!(
                        !block.is_null() && block.addr().is_multiple_of(alignment),
                        "{layout:?}"
                    );
                    block.write_bytes(size as u8, size);
                    blocks.push((block, layout));
                }
            }
            for (block, layout) in blocks {
                let size = layout.size();
                let larger = 2 * size + 1;
                // SAFETY: as above.
                unsafe {
                    let block = Allocator.realloc(block, layout, larger);
                    assert!(
                        !block.is_null() && block.addr().is_multiple_of(alignment),
                        "{layout:?}"
                    );
                    let content = std::slice::from_raw_parts(block, size);
                    assert!(content.iter().all(|byte| *byte == size as u8), "{layout:?}");
                    let layout = Layout::from_size_align(larger, alignment).unwrap();
                    let block = Allocator.realloc(block, layout, size.div_ceil(3));
                    assert!(block.addr().is_multiple_of(alignment), "{layout:?}");
                    let layout = Layout::from_size_align(size.div_ceil(3), alignment).unwrap();
                    Allocator.dealloc(block, layout);
                }
            }
        }
    }

    #[test]
    fn zeroed_blocks_are_zero() {
        for alignment in ALIGNMENTS {
            for size in sizes() {
                let layout = Layout::from_size_align(size, alignment).unwrap();
                // SAFETY: as above; the first block is given back so that the second may be the same.
                unsafe {
                    let dirty = Allocator.alloc(layout);
                    dirty.write_bytes(0xff, size);
                    Allocator.dealloc(dirty, layout);
                    let block = Allocator.alloc_zeroed(layout);
                    assert!(block.addr().is_multiple_of(alignment), "{layout:?}");
                    let content = std::slice::from_raw_parts(block, size);
                    assert!(content.iter().all(|byte| *byte == 0), "{layout:?}");
                    Allocator.dealloc(block, layout);
                }
            }
        }
    }
}
