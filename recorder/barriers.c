#include "barriers.h"

#include "instruction.h"
#include "registers.h"

#define CACHE_LINE 64

/* The DSBs since the last event, by option. Each CPU's thread reads and writes its own part, without the lock. */
static struct {
    _Alignas(CACHE_LINE) uint16_t dsbs;
    bool event, isb;
} cpus[MAX_CPUS];

void barriers_after_event(unsigned cpu)
{
    cpus[cpu].dsbs = 0;
    cpus[cpu].event = true;
    cpus[cpu].isb = false;
}

bool barriers_needs_dsb(unsigned cpu, uint32_t insn)
{
    if (!cpus[cpu].event)
        return false;
    for (unsigned option = 0; option < 16; option++) {
        uint32_t earlier = (DSB_ISH & ~0xf00u) | option << 8;
        if ((cpus[cpu].dsbs >> option & 1) && dsb_covers(earlier, insn))
            return false;
    }
    cpus[cpu].dsbs |= (uint16_t)(1u << (insn >> 8 & 15));
    cpus[cpu].isb = false;
    return true;
}

bool barriers_needs_isb(unsigned cpu)
{
    bool needs = cpus[cpu].event && !cpus[cpu].isb;
    cpus[cpu].isb = true;
    return needs;
}
