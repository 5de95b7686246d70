#include "codes.h"

#include <stddef.h>

static void barriers_that_order_nothing_are_left_out(void)
{
    kernel_has_tables(NULL);
    host_execute(0, ISB, 0);
    host_execute(0, ISB, 0);
    host_execute(1, DSB_ISH, 0);                        /* the CPU has done nothing */
    host_execute(1, ISB, 0);
    host_execute(0, DSB_ISHST, 0);
    host_execute(0, DSB_ISHST, 0);
    host_execute(0, DSB_ISH, 0);                        /* waits for more */
    host_execute(0, DSB_ISHST, 0);
    host_execute(0, ISB, 0);
    EXPECT_TRACE(TABLES "0 barrier isb\n0 barrier dsb (kind ishst)\n0 barrier dsb (kind ish)\n0 barrier isb\n");
}

static void tlbis_have_their_registers(void)
{
    kernel_has_tables(NULL);
    host_execute(1, TLBI(0u, 8u, 3u, 3u), 0xff000000000);
    host_execute(1, DSB_ISH, 0);
    host_execute(0, TLBI_VMALLE1IS, 5);
    host_execute(0, TLBI(0u, 8u, 7u, 2u), 1ul << 48);
    EXPECT_TRACE(TABLES "1 tlbi vaae1is (value 0xff000000000)\n1 barrier dsb (kind ish)\n0 tlbi vmalle1is\n"
                 "0 tlbi aside1 (value 0x1000000000000)\n");
}

static void nothing_before_tcr(void)
{
    host_load(NULL);
    host_execute(0, TLBI(0u, 8u, 7u, 0u), 0);
    host_execute(0, DSB_ISH, 0);
    host_execute(0, ISB, 0);
    host_execute(0, MSR_MAIR, MAIR);
    host_execute(0, MSR_TCR, TCR_4K_48);
    EXPECT_TRACE(HEADER);
}

void barrier_tests(void)
{
    test("barriers that order nothing are left out", barriers_that_order_nothing_are_left_out);
    test("TLBIs have their registers and their CPUs", tlbis_have_their_registers);
    test("what happens before TCR_EL1 is written is left out, except registers", nothing_before_tcr);
}
