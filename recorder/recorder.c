#include "recorder.h"

#include "barriers.h"
#include "fail.h"
#include "instruction.h"
#include "memory.h"
#include "registers.h"
#include "tables.h"
#include "trees.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct recording recording;
static bool started;            /* the first TCR_EL1 is written: before, no CPU walks */

void recorder_start(struct recording wanted)
{
    recording = wanted;
    tables_prepare();
}

/* The first event says what the trace is about, then come the registers that were written before. */
static void start(struct source at, uint64_t tcr)
{
    char text[512];
    snprintf(text, sizeof text, "%s; %u CPU%s, 4K granule, %u-bit addresses, trees of %s", recording.about,
             recording.cpus, recording.cpus == 1 ? "" : "s", address_bits(tcr, REGISTER_TTBR1),
             recording.user_trees ? "TTBR0 and TTBR1" : "TTBR1");
    trace_header(text);
    for (enum system_register reg = REGISTER_MAIR; reg <= REGISTER_SCTLR; reg++) {
        if (register_value(at.cpu, reg))
            trace_register(at, register_name(reg), register_value(at.cpu, reg));
    }
    __atomic_store_n(&started, true, __ATOMIC_RELEASE);
}

/* CPUs ask it without the lock at each barrier, of which few are events. */
static bool has_started(void)
{
    return __atomic_load_n(&started, __ATOMIC_ACQUIRE);
}

static void release_if_empty(uint64_t root)
{
    if (!tree_is_followed(root) || tree_is_kernel(root) || register_leads_to(root) || !tables_root_is_empty(root))
        return;
    tables_forget_root(root);
    tree_release_later(root);
}

void recorder_store(struct source at, uint64_t address, unsigned size, const uint64_t *words)
{
    pthread_mutex_lock(&lock);
    uint64_t page = memory_page(address);
    bool changed = false;
    for (uint64_t word = address & ~7ul; word < address + size && memory_page(word) == page; word += 8) {
        uint64_t value = words ? *words++ : memory_word(word);
        if (tables_has(word))
            changed |= tables_store(at, word, value);
    }
    if (changed) {
        barriers_after_event(at.cpu);
        if (tables_root_of(address) == memory_address(page))
            release_if_empty(memory_address(page));
    }
    pthread_mutex_unlock(&lock);
}

void recorder_tlbi(struct source at, uint32_t insn, uint64_t value)
{
    struct tlbi tlbi = decode_tlbi(insn);
    if (!tlbi.name[0])
        fail("expected a TLBI of EL1 or EL2, found %#" PRIx32 " at %#" PRIx64, insn, at.pc);
    pthread_mutex_lock(&lock);
    if (started) {
        trace_tlbi(at, tlbi.name, tlbi.has_value, value);
        trees_after_tlbi();
        barriers_after_event(at.cpu);
    }
    pthread_mutex_unlock(&lock);
}

void recorder_dsb(struct source at, uint32_t insn)
{
    if (!has_started() || !barriers_needs_dsb(at.cpu, insn))
        return;
    pthread_mutex_lock(&lock);
    trace_dsb(at, dsb_option(insn));
    if (dsb_covers(insn, DSB_ISH))
        trees_after_dsb(at);
    pthread_mutex_unlock(&lock);
}

void recorder_isb(struct source at)
{
    if (!has_started() || !barriers_needs_isb(at.cpu))
        return;
    pthread_mutex_lock(&lock);
    trace_isb(at);
    pthread_mutex_unlock(&lock);
}

/* Other registers that lead to a root already do so when its tree is recorded first. */
static void follow(struct source at, uint64_t root, enum system_register reg)
{
    bool known = tree_is_followed(root);
    tree_follow(at, root, reg == REGISTER_TTBR1);
    tables_link_root(at, root, first_level(register_value(at.cpu, REGISTER_TCR), reg));
    for (unsigned cpu = 0; !known && cpu < recording.cpus; cpu++) {
        uint64_t lower = register_value(cpu, REGISTER_TTBR0);
        if (root_of(lower) == root)
            trace_register((struct source) { cpu, at.pc }, register_name(REGISTER_TTBR0), lower);
    }
}

static void write_root(struct source at, enum system_register reg, uint64_t value)
{
    uint64_t root = root_of(value), before = root_of(register_value(at.cpu, reg));
    if (!started)
        fail("expected TCR_EL1 before the first root, found %s = %#" PRIx64, register_name(reg), value);
    if ((reg == REGISTER_TTBR1 || recording.user_trees) && memory_has(root))
        follow(at, root, reg);
    register_set(at.cpu, reg, value);
    if (reg == REGISTER_TTBR1 || tree_is_followed(root))
        trace_register(at, register_name(reg), value);
    if (before != root && memory_has(before))
        release_if_empty(before);
}

void recorder_msr(struct source at, uint32_t insn, uint64_t value)
{
    enum system_register reg = written_register(insn);
    pthread_mutex_lock(&lock);
    if (reg == REGISTER_TCR) {
        check_tcr(value, recording.user_trees);
        if (!started)
            start(at, value);
    }
    if (reg == REGISTER_TCR2)
        check_tcr2(value);
    if (reg == REGISTER_TTBR0 || reg == REGISTER_TTBR1) {
        write_root(at, reg, value);
    } else {
        register_set(at.cpu, reg, value);
        if (started)
            trace_register(at, register_name(reg), value);
    }
    barriers_after_event(at.cpu);
    pthread_mutex_unlock(&lock);
}

void recorder_end(void)
{
    struct comparison found = tables_compare();
    uint64_t events = trace_close();
    fprintf(stderr, "recorder: %" PRIu64 " events; %zu tables at the end, compared with the guest's memory: %zu"
            " descriptors missed, %zu differ by flags that hardware sets\n",
            events, found.tables, found.missed, found.flags);
    if (found.missed)
        fprintf(stderr, "recorder: the first missed descriptor is at %#" PRIx64 "\n", found.first_missed);
}
