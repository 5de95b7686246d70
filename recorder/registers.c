#include "registers.h"

#include "fail.h"

#define TCR_DS (1ul << 59)
#define TCR2_PNCH (1ul << 0)        /* bit 52 is Protected instead of Contiguous */
#define TCR2_DISCH (3ul << 14)      /* there is no Contiguous bit */
#define TCR2_D128 (1ul << 5)

static uint64_t values[MAX_CPUS][REGISTER_OTHER];
static unsigned cpus;

uint64_t root_of(uint64_t ttbr)
{
    return ttbr & 0x0000fffffffff000;
}

uint64_t register_value(unsigned cpu, enum system_register reg)
{
    return values[cpu][reg];
}

void register_set(unsigned cpu, enum system_register reg, uint64_t value)
{
    values[cpu][reg] = value;
    if (cpu >= cpus)
        cpus = cpu + 1;
}

bool register_leads_to(uint64_t root)
{
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        if (root_of(values[cpu][REGISTER_TTBR0]) == root || root_of(values[cpu][REGISTER_TTBR1]) == root)
            return true;
    }
    return false;
}

unsigned address_bits(uint64_t tcr, enum system_register reg)
{
    return 64 - (reg == REGISTER_TTBR1 ? tcr >> 16 & 63 : tcr & 63);
}

unsigned first_level(uint64_t tcr, enum system_register reg)
{
    return address_bits(tcr, reg) > 39 ? 0 : 1;
}

/* With a 4K granule Linux has 39, 48 and 52 bits; only a root of 48 or 39 bits is one whole page. */
static void check_half(uint64_t tcr, enum system_register reg, bool is_4k)
{
    unsigned bits = address_bits(tcr, reg);
    if (!is_4k)
        fail("expected a kernel with 4K pages, found another granule in TCR_EL1 = %#lx", (unsigned long)tcr);
    if (bits != 39 && bits != 48)
        fail("expected addresses of 39 or 48 bits, found %u in TCR_EL1 = %#lx", bits, (unsigned long)tcr);
}

void check_tcr(uint64_t tcr, bool lower)
{
    if (tcr & TCR_DS)
        fail("expected descriptors without LPA2 (-cpu …,lpa2=off), found DS in TCR_EL1 = %#lx", (unsigned long)tcr);
    check_half(tcr, REGISTER_TTBR1, (tcr >> 30 & 3) == 2);
    if (lower)
        check_half(tcr, REGISTER_TTBR0, (tcr >> 14 & 3) == 0);
}

void check_tcr2(uint64_t tcr2)
{
    if (tcr2 & (TCR2_PNCH | TCR2_DISCH | TCR2_D128))
        fail("expected 64-bit descriptors with a Contiguous bit, found TCR2_EL1 = %#lx", (unsigned long)tcr2);
}
