/* The guest's memory: a file that QEMU and the recorder both map. */
#ifndef RECORDER_MEMORY_H
#define RECORDER_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_SIZE 4096u
#define WORDS 512u                  /* of a page */

/* Maps `size` bytes of the file, which begin at physical address `base` and are whole pages. The file may still be
 * empty: QEMU sizes it later. Ends the process where that is not possible. */
void memory_map(const char *file, uint64_t base, uint64_t size);

bool memory_has(uint64_t address);
uint64_t memory_pages(void);

/* The number of the page of an address, from 0, and its first address. */
uint64_t memory_page(uint64_t address);
uint64_t memory_address(uint64_t page);

/* The 64-bit word at an aligned address that memory has. */
uint64_t memory_word(uint64_t address);

#endif
