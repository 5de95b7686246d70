/* A copy of the tables of the recorded trees: what the trace says that they hold. A table is one while a descriptor or
 * a register leads to it. */
#ifndef RECORDER_TABLES_H
#define RECORDER_TABLES_H

#include "trace.h"

#include <stddef.h>

/* Makes room for memory_pages() pages. */
void tables_prepare(void);

/* Whether stores to the page of an address, which memory has, are recorded. Needs no lock. */
bool tables_has(uint64_t address);

/* Takes a tree in: records what its tables hold that the copy does not have, tables below others first. */
void tables_link_root(struct source at, uint64_t root, unsigned level);

/* Forgets the page of an empty root that is given back. */
void tables_forget_root(uint64_t root);

/* Whether no descriptor of a root's page is valid. */
bool tables_root_is_empty(uint64_t root);

/* A store of a word to a page that tables_has(). Tells whether the trace got an event. */
bool tables_store(struct source at, uint64_t address, uint64_t value);

/* The root of the tree that a page belongs, or last belonged, to. */
uint64_t tables_root_of(uint64_t address);

struct comparison {
    size_t tables;
    size_t flags;               /* descriptors of memory that differ by what hardware sets: AF and the dirty state */
    size_t missed;              /* descriptors that differ otherwise */
    uint64_t first_missed;      /* the address of one of them */
};

/* The copy held against the guest's memory. */
struct comparison tables_compare(void);

#endif
