/* A small host in place of QEMU: it has memory and CPUs, and calls the plugin as QEMU does. Each test runs in a process
 * of its own, because the plugin keeps its state for the life of a process. */
#ifndef RECORDER_TESTS_HOST_H
#define RECORDER_TESTS_HOST_H

#include <stdbool.h>
#include <stdint.h>

#define RAM 0x40000000ul
#define RAM_SIZE 0x400000ul

/* Loads the plugin with ram, size and out; `extra` is one more argument or NULL. */
void host_load(const char *extra);

/* Loads it into a host with another interface version, target or number of CPUs. */
void host_load_as(int version, const char *target, int cpus, const char *extra);

/* The PC of the next instruction. */
void host_pc(uint64_t pc);

/* A CPU translates and executes an instruction whose general register holds a value. */
void host_execute(unsigned cpu, uint32_t insn, uint64_t value);

/* A CPU translates and executes a store of 1 << shift bytes; memory gets the values. */
void host_store(unsigned cpu, uint32_t insn, uint64_t address, unsigned shift, uint64_t low, uint64_t high);

/* A store that is reported but did not happen. */
void host_failed_store(unsigned cpu, uint32_t insn, uint64_t address, uint64_t value);

/* Memory changes without an instruction. */
void host_poke(uint64_t address, uint64_t value);

/* Ends the run and returns the trace without ids and sources. */
const char *host_trace(void);

/* The trace as it is, and what the plugin said on standard error. */
const char *host_raw_trace(void);
const char *host_words(void);

/* Whether an instruction gets a callback. */
bool host_watches(uint32_t insn);

/* Runs a test and counts it. Tests of refusals end in the plugin; their words are compared. */
void test(const char *name, void (*body)(void));
void test_refused(const char *name, void (*body)(void), const char *words);
int tests_end(void);

/* Ends a test that does not hold. */
void expect(bool holds, const char *what, int line);
void expect_text(const char *found, const char *wanted, int line);

#define EXPECT(condition) expect(condition, #condition, __LINE__)
#define EXPECT_TRACE(wanted) expect_text(host_trace(), wanted, __LINE__)

#endif
