/* Encodings of instructions, and a small kernel's tables. */
#ifndef RECORDER_TESTS_CODES_H
#define RECORDER_TESTS_CODES_H

#include "host.h"

#define MSR_TTBR0 0xd5182001u       /* MSR TTBR0_EL1, X1, and so on */
#define MSR_TTBR1 0xd5182021u
#define MSR_TCR 0xd5182041u
#define MSR_TCR2 0xd5182061u
#define MSR_MAIR 0xd518a201u
#define MSR_SCTLR 0xd5181001u
#define DSB(option) (0xd503309fu | (option) << 8)
#define DSB_ISHST DSB(10u)
#define DSB_ISH DSB(11u)
#define ISB 0xd5033fdfu
#define TLBI(op1, crn, crm, op2) (0xd5080000u | (op1) << 16 | (crn) << 12 | (crm) << 8 | (op2) << 5 | 1)
#define TLBI_VMALLE1IS TLBI(0u, 8u, 3u, 0u)
#define STR 0xf9000041u             /* STR X1, [X2] */
#define STR_W 0xb9000041u
#define STR_SP 0xf90003e1u          /* STR X1, [SP] */
#define STP 0xa9000c41u             /* STP X1, X3, [X2] */
#define STP_SP 0xa9bf7bfdu
#define STR_Q 0x3d800040u           /* STR Q0, [X2] */
#define STLR 0xc89ffc41u
#define STXR 0xc8037c41u
#define CAS 0xc8a07c41u
#define SWP 0xf8208041u
#define LDSET 0xf8203041u
#define NOP 0xd503201fu

#define TCR_4K_48 0x80100010ul
#define MAIR 0x40044ffful

#define ROOT (RAM + 0x1000)
#define OTHER_ROOT (RAM + 0x8000)
#define LEVEL1 (RAM + 0x2000)
#define LEVEL2 (RAM + 0x3000)
#define LEVEL3 (RAM + 0x4000)
#define SPARE (RAM + 0x5000)
#define TABLE(address) ((address) | 3)
#define PAGE(address) ((address) | 0x703)
#define BLOCK(address) ((address) | 0x701)

/* Loads the plugin and writes MAIR and TCR on CPU 0. */
void kernel_begins(const char *extra);

/* ROOT leads to LEVEL1, that to LEVEL2, that to a block at 0x200000 of memory; TTBR1 of CPU 0 leads to ROOT. */
void kernel_has_tables(const char *extra);

/* What the trace says until then. */
#define HEADER "0 barrier isb\n0 sysreg-write (sysreg mair_el1) (value 0x40044fff)\n" \
    "0 sysreg-write (sysreg tcr_el1) (value 0x80100010)\n"
#define TABLES HEADER "0 hint (kind set_root_lock) (location 0x40001000) (value 0x10)\n" \
    "0 lock (address 0x10)\n" \
    "0 mem-write (mem-order release) (address 0x40003000) (value 0x40200701)\n" \
    "0 mem-write (mem-order release) (address 0x40002000) (value 0x40003003)\n" \
    "0 mem-write (mem-order release) (address 0x40001000) (value 0x40002003)\n" \
    "0 sysreg-write (sysreg ttbr1_el1) (value 0x40001000)\n"
#define WRITE(cpu, address, value) #cpu " mem-write (mem-order release) (address " address ") (value " value ")\n"

void decode_tests(void);
void table_tests(void);
void store_tests(void);
void register_tests(void);
void barrier_tests(void);
void refusal_tests(void);

#endif
