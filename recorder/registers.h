/* The registers of each CPU that lead to trees, and what TCR_EL1 says of their shape. */
#ifndef RECORDER_REGISTERS_H
#define RECORDER_REGISTERS_H

#include "instruction.h"

#include <stdbool.h>
#include <stdint.h>

#define MAX_CPUS 512u               /* the most that QEMU's machine virt has */

/* The root that a value of TTBR0_EL1 or TTBR1_EL1 leads to. */
uint64_t root_of(uint64_t ttbr);

/* The last value of a register of a CPU, 0 if it has not been written. */
uint64_t register_value(unsigned cpu, enum system_register reg);
void register_set(unsigned cpu, enum system_register reg, uint64_t value);

/* Whether a register of any CPU leads to the root. */
bool register_leads_to(uint64_t root);

/* Ends the process if a value of TCR_EL1 has tables that the recorder does not know; `lower` asks for TTBR0's, too. */
void check_tcr(uint64_t tcr, bool lower);

/* Ends the process if a value of TCR2_EL1 gives descriptors another layout. */
void check_tcr2(uint64_t tcr2);

/* The bits of an address in the half of TTBR0 or TTBR1, and the level of the root. */
unsigned address_bits(uint64_t tcr, enum system_register reg);
unsigned first_level(uint64_t tcr, enum system_register reg);

#endif
