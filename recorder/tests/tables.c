#include "codes.h"

#include <stddef.h>
#include <string.h>

static void a_root_brings_its_tables(void)
{
    kernel_has_tables(NULL);
    EXPECT_TRACE(TABLES);
    EXPECT(strstr(host_words(), " 3 tables at the end, compared with the guest's memory: 0 descriptors missed, 0"));
}

static void a_linked_table_comes_first(void)
{
    kernel_has_tables(NULL);
    host_poke(LEVEL3 + 8, PAGE(RAM + 0x6000));
    host_store(0, STR, LEVEL2 + 8, 3, TABLE(LEVEL3), 0);
    host_store(0, STR, LEVEL3 + 8, 3, 0, 0);
    host_store(0, STR, SPARE, 3, 1, 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40004008", "0x40006703") WRITE(0, "0x40003008", "0x40004003")
                 WRITE(0, "0x40004008", "0x0"));
}

static void an_unlinked_table_is_watched_for_a_while(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR, LEVEL1, 3, 0, 0);                /* takes LEVEL2 away */
    host_store(0, STR, LEVEL2, 3, BLOCK(RAM + 0x200000), 0);
    for (int i = 0; i < 100; i++)
        host_store(0, STR, LEVEL2 + 16, 3, 7, 0);
    const char *trace = host_raw_trace();
    int stores = 0;
    for (; (trace = strstr(trace, "(address 0x400030")); trace++)
        stores++;
    EXPECT(stores == 1 + 64);
    EXPECT(strstr(host_words(), " 2 tables at the end"));
}

static void a_reused_table_has_what_memory_holds(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR, LEVEL1, 3, 0, 0);
    host_poke(LEVEL2, 0);                               /* DC ZVA */
    host_poke(LEVEL2 + 8, PAGE(RAM + 0x7000));
    host_store(0, STR, LEVEL1 + 8, 3, TABLE(LEVEL2), 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40002000", "0x0") WRITE(0, "0x40003000", "0x0")
                 WRITE(0, "0x40003008", "0x40007703") WRITE(0, "0x40002008", "0x40003003"));
}

static void a_table_of_two_places_stays_until_both_are_gone(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR, LEVEL1 + 8, 3, TABLE(LEVEL2), 0);
    host_store(0, STR, LEVEL1, 3, 0, 0);
    host_store(0, STR, LEVEL2, 3, BLOCK(RAM + 0x200000), 0);    /* unchanged in a live table: no event */
    EXPECT_TRACE(TABLES WRITE(0, "0x40002008", "0x40003003") WRITE(0, "0x40002000", "0x0"));
    EXPECT(strstr(host_words(), " 3 tables at the end"));
}

static void a_table_becomes_a_block(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR, LEVEL1, 3, BLOCK(RAM), 0);
    host_store(0, STR, LEVEL1, 3, TABLE(LEVEL2), 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40002000", "0x40000701") WRITE(0, "0x40002000", "0x40003003"));
}

static void missed_stores_are_counted(void)
{
    kernel_has_tables(NULL);
    host_poke(LEVEL2 + 8, PAGE(RAM));
    host_poke(LEVEL2, BLOCK(RAM + 0x200000) | 1ul << 51);
    host_raw_trace();
    EXPECT(strstr(host_words(), ": 1 descriptors missed, 1 differ by flags"));
    EXPECT(strstr(host_words(), "at 0x40003008"));
}

static void user_trees_are_left_out(void)
{
    kernel_has_tables(NULL);
    host_poke(OTHER_ROOT, TABLE(SPARE));
    host_execute(0, MSR_TTBR0, OTHER_ROOT);
    host_store(0, STR, SPARE, 3, TABLE(RAM + 0x9000), 0);
    EXPECT_TRACE(TABLES);
}

static void user_trees_are_recorded_and_given_back(void)
{
    kernel_has_tables("trees=all");
    host_poke(OTHER_ROOT, TABLE(SPARE));
    host_execute(1, MSR_TTBR0, OTHER_ROOT);
    host_store(1, STR, SPARE, 3, BLOCK(RAM), 0);
    host_execute(1, MSR_TTBR0, ROOT);
    host_store(0, STR, OTHER_ROOT, 3, 0, 0);
    host_execute(0, DSB_ISH, 0);                        /* before the TLBI: not yet */
    host_execute(0, TLBI_VMALLE1IS, 0);
    host_execute(0, DSB_ISH, 0);
    EXPECT_TRACE(TABLES
        "1 hint (kind set_root_lock) (location 0x40008000) (value 0x18)\n1 lock (address 0x18)\n"
        WRITE(1, "0x40008000", "0x40005003") "1 sysreg-write (sysreg ttbr0_el1) (value 0x40008000)\n"
        WRITE(1, "0x40005000", "0x40000701") "1 sysreg-write (sysreg ttbr0_el1) (value 0x40001000)\n"
        "1 unlock (address 0x18)\n0 lock (address 0x18)\n" WRITE(0, "0x40008000", "0x0")
        "0 barrier dsb (kind ish)\n0 tlbi vmalle1is\n0 barrier dsb (kind ish)\n"
        "0 hint (kind release_table) (location 0x40008000) (value 0x0)\n");
}

void table_tests(void)
{
    test("a register brings the tables of its root, children first", a_root_brings_its_tables);
    test("a table comes before the descriptor that leads to it", a_linked_table_comes_first);
    test("a removed table is watched for 64 stores", an_unlinked_table_is_watched_for_a_while);
    test("a table that is linked again has what memory holds", a_reused_table_has_what_memory_holds);
    test("a table of two places stays until both are gone", a_table_of_two_places_stays_until_both_are_gone);
    test("a table becomes a block and a table again", a_table_becomes_a_block);
    test("what memory holds and the trace does not is counted at the end", missed_stores_are_counted);
    test("trees of TTBR0 are left out", user_trees_are_left_out);
    test("trees=all records trees of TTBR0 and gives empty roots back after TLBI and DSB",
         user_trees_are_recorded_and_given_back);
}
