/* What an A64 instruction means to a recording (Arm: DDI0487, chapter C4 for the encodings). */
#ifndef RECORDER_INSTRUCTION_H
#define RECORDER_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

enum instruction {
    INSTRUCTION_OTHER,      /* nothing; it may store */
    INSTRUCTION_STACK,      /* loads or stores at the stack pointer, where no table lies */
    INSTRUCTION_READ_BACK,  /* stores what only memory tells: CAS and STXR may store nothing, LDSET stores a result */
    INSTRUCTION_TLBI,
    INSTRUCTION_DSB,
    INSTRUCTION_ISB,
    INSTRUCTION_MSR,        /* a register that is recorded */
    INSTRUCTION_UNKNOWN,    /* changes translations in a way that the recorder does not know: TLBIP, MSRR, DSB nXS */
};

enum system_register {
    REGISTER_TTBR0,
    REGISTER_TTBR1,
    REGISTER_TCR,
    REGISTER_TCR2,
    REGISTER_MAIR,
    REGISTER_SCTLR,
    REGISTER_OTHER,
};

enum instruction classify(uint32_t insn);

/* The register that an MSR writes. */
enum system_register written_register(uint32_t insn);

/* The register's name in a trace. */
const char *register_name(enum system_register reg);

/* The number of the general register whose content an MSR or a TLBI takes; 31 is XZR. */
static inline unsigned source_register(uint32_t insn)
{
    return insn & 31;
}

struct tlbi {
    char name[16];          /* in lower case: "vaae1is"; empty for an operation that no trace knows */
    bool has_value;         /* whether its register says what it removes */
};

struct tlbi decode_tlbi(uint32_t insn);

/* The option of a DSB in lower case: "ishst". */
const char *dsb_option(uint32_t insn);

/* Whether one DSB waits for everything that another one waits for. */
bool dsb_covers(uint32_t one, uint32_t other);

#endif
