/* Most barriers of a boot order nothing that a trace shows: these are left out. */
#ifndef RECORDER_BARRIERS_H
#define RECORDER_BARRIERS_H

#include <stdbool.h>
#include <stdint.h>

#define DSB_ISH 0xd5033b9fu

/* The CPU has an event that a barrier may wait for. */
void barriers_after_event(unsigned cpu);

/* Whether a barrier orders something: since the last event of the CPU there was none that waits for as much. */
bool barriers_needs_dsb(unsigned cpu, uint32_t insn);
bool barriers_needs_isb(unsigned cpu);

#endif
