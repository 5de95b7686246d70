#include "codes.h"

#include <stddef.h>
#include <string.h>

static void the_first_event_says_what_it_is(void)
{
    kernel_has_tables("about=Linux 6.18.15 \"x\"");
    const char *trace = host_raw_trace();
    const char *wanted = "(barrier (id 0) (tid 0) isb (src \"Linux 6.18.15  x ; 2 CPUs, 4K granule, 48-bit addresses, "
                         "trees of TTBR1\"))\n(sysreg-write (id 1) (tid 0) (sysreg mair_el1) (value 0x40044fff) (src ";
    EXPECT(strncmp(trace, wanted, strlen(wanted)) == 0);
    EXPECT(strstr(trace, "(value 0x40001000) (src \"0xffff800080000000\"))\n"));
}

static void two_cpus_and_a_second_root(void)
{
    kernel_has_tables(NULL);
    host_execute(1, MSR_TTBR0, OTHER_ROOT);             /* nothing, until TTBR1 leads there */
    host_execute(1, MSR_MAIR, MAIR);
    host_execute(1, MSR_TCR, TCR_4K_48);
    host_execute(1, MSR_TTBR1, OTHER_ROOT | 1ul << 48 | 1);
    host_store(0, STR, OTHER_ROOT, 3, TABLE(LEVEL1), 0);
    host_execute(1, MSR_SCTLR, 1);
    host_execute(1, MSR_TCR2, 0);
    EXPECT_TRACE(TABLES "1 sysreg-write (sysreg mair_el1) (value 0x40044fff)\n"
        "1 sysreg-write (sysreg tcr_el1) (value 0x80100010)\n"
        "1 hint (kind set_root_lock) (location 0x40008000) (value 0x18)\n"
        "1 sysreg-write (sysreg ttbr0_el1) (value 0x40008000)\n"
        "1 sysreg-write (sysreg ttbr1_el1) (value 0x1000040008001)\n"
        "0 lock (address 0x18)\n" WRITE(0, "0x40008000", "0x40002003")
        "1 sysreg-write (sysreg sctlr_el1) (value 0x1)\n1 sysreg-write (sysreg tcr2_el1) (value 0x0)\n");
}

static void a_root_of_39_bits(void)
{
    host_load(NULL);
    host_execute(0, MSR_TCR, 0x80190019);
    host_poke(ROOT, TABLE(LEVEL1));                     /* level 1, 2, 3 */
    host_poke(LEVEL1, TABLE(LEVEL2));
    host_poke(LEVEL2, PAGE(LEVEL3));
    host_execute(0, MSR_TTBR1, ROOT);
    host_raw_trace();
    EXPECT(strstr(host_words(), " 3 tables at the end"));
}

static void xzr_is_zero(void)
{
    kernel_begins(NULL);
    host_execute(0, (MSR_MAIR & ~31u) | 31, 5);
    EXPECT_TRACE(HEADER "0 sysreg-write (sysreg mair_el1) (value 0x0)\n");
}

void register_tests(void)
{
    test("the first event says kernel, CPUs, granule and size of addresses", the_first_event_says_what_it_is);
    test("a second CPU has registers and a root of its own", two_cpus_and_a_second_root);
    test("a root of 39 bits is of level 1", a_root_of_39_bits);
    test("XZR is zero", xzr_is_zero);
}
