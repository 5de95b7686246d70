#include "codes.h"

#include <stddef.h>

void kernel_begins(const char *extra)
{
    host_load(extra);
    host_execute(0, MSR_MAIR, MAIR);
    host_execute(0, MSR_TCR, TCR_4K_48);
}

void kernel_has_tables(const char *extra)
{
    kernel_begins(extra);
    host_poke(ROOT, TABLE(LEVEL1));
    host_poke(LEVEL1, TABLE(LEVEL2));
    host_poke(LEVEL2, BLOCK(RAM + 0x200000));
    host_execute(0, MSR_TTBR1, ROOT);
}

int main(void)
{
    decode_tests();
    table_tests();
    store_tests();
    register_tests();
    barrier_tests();
    refusal_tests();
    return tests_end();
}
