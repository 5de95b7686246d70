/* Writes events in the format that `mmu lint` reads (docs/lint.md), numbered from 0. */
#ifndef RECORDER_TRACE_H
#define RECORDER_TRACE_H

#include <stdbool.h>
#include <stdint.h>

/* Where an event happened: a CPU and the PC of its instruction. */
struct source {
    unsigned cpu;
    uint64_t pc;
};

/* Opens the trace. Ends the process where that is not possible, as every other function does. */
void trace_open(const char *file);

/* The first event, which changes nothing: its source says what was recorded. */
void trace_header(const char *text);

void trace_write(struct source at, uint64_t address, uint64_t value);
void trace_register(struct source at, const char *name, uint64_t value);
void trace_tlbi(struct source at, const char *name, bool has_value, uint64_t value);
void trace_dsb(struct source at, const char *option);
void trace_isb(struct source at);
void trace_lock(struct source at, uint64_t lock);
void trace_unlock(struct source at, uint64_t lock);
void trace_hint(struct source at, const char *kind, uint64_t location, uint64_t value);

/* Writes what is still buffered; returns the number of events. */
uint64_t trace_close(void);

#endif
