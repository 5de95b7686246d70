#include "instruction.h"

#include <stddef.h>

/* MSR <register>, Xt, without Rt. */
static const struct { uint32_t insn; const char *name; } registers[REGISTER_OTHER] = {
    [REGISTER_TTBR0] = { 0xd5182000, "ttbr0_el1" },
    [REGISTER_TTBR1] = { 0xd5182020, "ttbr1_el1" },
    [REGISTER_TCR] = { 0xd5182040, "tcr_el1" },
    [REGISTER_TCR2] = { 0xd5182060, "tcr2_el1" },
    [REGISTER_MAIR] = { 0xd518a200, "mair_el1" },
    [REGISTER_SCTLR] = { 0xd5181000, "sctlr_el1" },
};

enum system_register written_register(uint32_t insn)
{
    enum system_register reg = 0;
    while (reg < REGISTER_OTHER && registers[reg].insn != (insn & 0xffffffe0))
        reg++;
    return reg;
}

const char *register_name(enum system_register reg)
{
    return registers[reg].name;
}

/* CRm of a barrier. */
static unsigned option(uint32_t insn)
{
    return insn >> 8 & 15;
}

static enum instruction classify_system(uint32_t insn)
{
    if ((insn & 0xfffff0ff) == 0xd503309f)      /* options 0 and 4 are SSBB and PSSBB */
        return (option(insn) & ~4u) == 0 ? INSTRUCTION_OTHER : INSTRUCTION_DSB;
    if ((insn & 0xfffff0ff) == 0xd50330df)
        return INSTRUCTION_ISB;
    if ((insn & 0xfffff3ff) == 0xd503323f)      /* DSB nXS */
        return INSTRUCTION_UNKNOWN;
    unsigned crn = insn >> 12 & 15;
    if ((insn & 0xfff80000) == 0xd5080000 && (crn == 8 || crn == 9))
        return INSTRUCTION_TLBI;
    return written_register(insn) == REGISTER_OTHER ? INSTRUCTION_OTHER : INSTRUCTION_MSR;
}

/* SYSP with CRn 8 or 9 is TLBIP; MSRR writes 128-bit registers, which Linux has for tables of 128-bit descriptors. */
static bool is_128_bit(uint32_t insn)
{
    unsigned crn = insn >> 12 & 15;
    return (insn & 0xfff80000) == 0xd5480000 ? crn == 8 || crn == 9 : (insn & 0xfff0f000) == 0xd5502000;
}

enum instruction classify(uint32_t insn)
{
    if ((insn & 0xffc00000) == 0xd5000000)
        return classify_system(insn);
    if (is_128_bit(insn))
        return INSTRUCTION_UNKNOWN;
    if ((insn & 0x0a000000) != 0x08000000)      /* no load or store */
        return INSTRUCTION_OTHER;
    if ((insn & 0x3f000000) == 0x08000000)      /* exclusive and CAS; STLR and LDAR have bit 23 without bit 21 */
        return (insn & 0x00a00000) == 0x00800000 ? INSTRUCTION_OTHER : INSTRUCTION_READ_BACK;
    bool pair = (insn & 0x3a000000) == 0x28000000;
    bool single = (insn & 0x3a000000) == 0x38000000;
    if ((pair || single) && (insn >> 5 & 31) == 31)
        return INSTRUCTION_STACK;
    bool atomic = (insn & 0x3f200c00) == 0x38200000;
    bool swap = (insn & 0xf000) == 0x8000;      /* stores its operand */
    return atomic && !swap ? INSTRUCTION_READ_BACK : INSTRUCTION_OTHER;
}

const char *dsb_option(uint32_t insn)
{
    static const char *const options[16] = {
        [1] = "oshld", [2] = "oshst", [3] = "osh", [5] = "nshld", [6] = "nshst", [7] = "nsh", [9] = "ishld",
        [10] = "ishst", [11] = "ish", [13] = "ld", [14] = "st", [15] = "sy",
    };
    const char *name = options[option(insn)];
    return name ? name : "sy";      /* reserved options act on the full system */
}

bool dsb_covers(uint32_t one, uint32_t other)
{
    static const unsigned domains[4] = { 2, 0, 1, 3 };      /* outer shareable, this CPU, inner shareable, system */
    unsigned a = option(one), b = option(other);
    if ((a & 3) == 0)
        a = 15;
    if ((b & 3) == 0)
        b = 15;
    return domains[a >> 2] >= domains[b >> 2] && (a & b & 3) == (b & 3);
}
