#include "codes.h"

#include <stddef.h>

static void tcr(uint64_t value) { host_load(NULL); host_execute(0, MSR_TCR, value); }
static void granule_16k(void) { tcr(0x40100010); }
static void granule_64k(void) { tcr(0xc0100010); }
static void lower_granule(void) { host_load("trees=all"); host_execute(0, MSR_TCR, TCR_4K_48 | 1ul << 14); }
static void lpa2(void) { tcr(TCR_4K_48 | 1ul << 59); }
static void bits_52(void) { tcr(0x800c000c); }
static void bits_42(void) { tcr(0x80160016); }
static void d128(void) { kernel_begins(NULL); host_execute(0, MSR_TCR2, 1ul << 5); }
static void pnch(void) { kernel_begins(NULL); host_execute(0, MSR_TCR2, 1); }
static void root_first(void) { host_load(NULL); host_execute(0, MSR_TTBR1, ROOT); }
static void old_interface(void) { host_load_as(1, "aarch64", 2, NULL); }
static void other_target(void) { host_load_as(4, "x86_64", 2, NULL); }
static void many_cpus(void) { host_load_as(4, "aarch64", 513, NULL); }
static void bad_argument(void) { host_load("trees=user"); }
static void bad_size(void) { host_load("size=5000"); }
static void no_memory(void) { host_load("ram=/nonexistent"); }
static void no_trace(void) { host_load("out=/nonexistent/trace"); }
static void tlbip(void) { kernel_begins(NULL); host_execute(0, 0xd5488721, 0); }
static void dsb_nxs(void) { kernel_begins(NULL); host_execute(0, 0xd5033a3f, 0); }
static void tlbi_el3(void) { kernel_begins(NULL); host_execute(0, TLBI(6u, 8u, 7u, 0u), 0); }

static void table_elsewhere(void)
{
    kernel_begins(NULL);
    host_poke(ROOT, TABLE(0x80000000ul));
    host_execute(0, MSR_TTBR1, ROOT);
}

static void trace_full(void)
{
    host_load("out=/dev/full");
    for (int i = 0; i < 2000; i++)                      /* more than the buffer has room for */
        host_execute(0, MSR_TCR, TCR_4K_48);
}

void refusal_tests(void)
{
    test_refused("16K pages", granule_16k, "expected a kernel with 4K pages");
    test_refused("64K pages", granule_64k, "expected a kernel with 4K pages");
    test_refused("64K pages of user space", lower_granule, "expected a kernel with 4K pages");
    test_refused("LPA2", lpa2, "lpa2=off");
    test_refused("52-bit addresses", bits_52, "found 52 in TCR_EL1");
    test_refused("42-bit addresses", bits_42, "found 42 in TCR_EL1");
    test_refused("128-bit descriptors", d128, "TCR2_EL1 = 0x20");
    test_refused("no Contiguous bit", pnch, "TCR2_EL1 = 0x1");
    test_refused("a root before TCR_EL1", root_first, "expected TCR_EL1 before");
    test_refused("an older plugin interface", old_interface, "QEMU 9.2 or later");
    test_refused("another target", other_target, "x86_64");
    test_refused("too many CPUs", many_cpus, "at most 512");
    test_refused("an argument that is none", bad_argument, "found trees=user");
    test_refused("half a page of memory", bad_size, "whole pages");
    test_refused("memory that is not there", no_memory, "No such file");
    test_refused("a trace that cannot be opened", no_trace, "No such file");
    test_refused("a trace that cannot be written", trace_full, "No space left");
    test_refused("a table outside memory", table_elsewhere, "0x80000000 is outside");
    test_refused("TLBIP", tlbip, "TLBIP");
    test_refused("DSB nXS", dsb_nxs, "DSB nXS");
    test_refused("a TLBI of EL3", tlbi_el3, "expected a TLBI of EL1 or EL2");
}
