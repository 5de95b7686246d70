#include "codes.h"

#include <stddef.h>

static void pairs_and_vectors(void)
{
    kernel_has_tables(NULL);
    host_store(0, STP, LEVEL2 + 16, 4, PAGE(RAM), BLOCK(RAM));
    host_store(1, STR_Q, LEVEL2 + 32, 4, 1, 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40003010", "0x40000703") WRITE(0, "0x40003018", "0x40000701")
                 "0 unlock (address 0x10)\n1 lock (address 0x10)\n" WRITE(1, "0x40003020", "0x1"));
}

static void a_failed_cas_stores_nothing(void)
{
    kernel_has_tables(NULL);
    host_failed_store(0, CAS, LEVEL2, 0);
    host_failed_store(0, STXR, LEVEL2, 0);
    host_store(0, CAS, LEVEL2, 3, BLOCK(RAM), 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40003000", "0x40000701"));
}

static void an_atomic_stores_its_result(void)
{
    kernel_has_tables(NULL);
    host_poke(LEVEL2, BLOCK(RAM + 0x200000) | 1ul << 55);
    host_failed_store(0, LDSET, LEVEL2, 1ul << 55);     /* QEMU reports the operand */
    host_store(0, SWP, LEVEL2, 3, 0, 0);
    EXPECT_TRACE(TABLES WRITE(0, "0x40003000", "0x80000040200701") WRITE(0, "0x40003000", "0x0"));
}

static void narrow_and_unaligned_stores(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR_W, LEVEL2 + 4, 2, 0x00600000, 0);
    host_store(0, STR, LEVEL2 + 12, 3, 0x100000002, 0);
    host_store(0, STR, LEVEL2 + 0xffc, 3, 0x7, 0);      /* ends in the next page */
    EXPECT_TRACE(TABLES WRITE(0, "0x40003000", "0x60000040200701") WRITE(0, "0x40003008", "0x200000000")
                 WRITE(0, "0x40003010", "0x1") WRITE(0, "0x40003ff8", "0x700000000"));
}

static void what_is_watched(void)
{
    kernel_has_tables(NULL);
    EXPECT(host_watches(STR) && host_watches(ISB) && !host_watches(STR_SP) && !host_watches(STP_SP));
    host_pc(0x400000);
    EXPECT(!host_watches(STR) && !host_watches(ISB));   /* user space */
    host_pc(RAM + 0x100);
    EXPECT(host_watches(STR) && host_watches(MSR_TTBR1));
}

static void stores_elsewhere(void)
{
    kernel_has_tables(NULL);
    host_store(0, STR, RAM + 0x100000, 3, 1, 0);
    host_store(0, STR, 0x9000000, 3, 1, 0);
    host_store(0, STR, LEVEL2, 3, BLOCK(RAM + 0x200000), 0);
    EXPECT_TRACE(TABLES);
}

void store_tests(void)
{
    test("a pair and a vector are two descriptors", pairs_and_vectors);
    test("a CAS or STXR that fails is no event", a_failed_cas_stores_nothing);
    test("an atomic is what it leaves in memory", an_atomic_stores_its_result);
    test("narrow and unaligned stores give whole descriptors", narrow_and_unaligned_stores);
    test("the kernel is watched, stores at SP and user space are not", what_is_watched);
    test("stores to other memory, to devices, and of the old value are no events", stores_elsewhere);
}
