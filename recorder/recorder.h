/* A recording: what CPUs do, in the order in which it happens, becomes events. Calls may come from many threads. */
#ifndef RECORDER_RECORDER_H
#define RECORDER_RECORDER_H

#include "trace.h"

#include <stdbool.h>
#include <stdint.h>

struct recording {
    const char *about;          /* what is recorded, for the first event; it goes on with the shape of the trees */
    unsigned cpus;
    bool user_trees;            /* trees of TTBR0, too */
};

/* Starts a recording; memory is mapped and the trace open. */
void recorder_start(struct recording recording);

/* A store of `size` bytes has happened. `words` has the values of its aligned 64-bit words, or is NULL where only
 * memory tells them. */
void recorder_store(struct source at, uint64_t address, unsigned size, const uint64_t *words);

/* An instruction that classify() names is about to happen; `value` is what its general register holds. */
void recorder_tlbi(struct source at, uint32_t insn, uint64_t value);
void recorder_msr(struct source at, uint32_t insn, uint64_t value);
void recorder_dsb(struct source at, uint32_t insn);
void recorder_isb(struct source at);

/* Closes the trace and says on standard error what it holds. */
void recorder_end(void);

#endif
