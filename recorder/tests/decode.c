#include "../instruction.h"
#include "codes.h"

#include <string.h>

static void tlbi(uint32_t insn, const char *name, bool has_value)
{
    struct tlbi found = decode_tlbi(insn);
    expect_text(found.name, name, __LINE__);
    expect(!name[0] || found.has_value == has_value, name, __LINE__);
    EXPECT(classify(insn) == INSTRUCTION_TLBI);
}

static void every_tlbi_of_el1(void)
{
    static const struct { unsigned op2; const char *names[3]; bool has_value; } forms[] = {
        { 0, { "vmalle1", "vmalle1is", "vmalle1os" }, false }, { 1, { "vae1", "vae1is", "vae1os" }, true },
        { 2, { "aside1", "aside1is", "aside1os" }, true }, { 3, { "vaae1", "vaae1is", "vaae1os" }, true },
        { 5, { "vale1", "vale1is", "vale1os" }, true }, { 7, { "vaale1", "vaale1is", "vaale1os" }, true },
    };
    static const unsigned single[3] = { 7, 3, 1 }, range[3] = { 6, 2, 5 };
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
        for (unsigned form = 0; form < 3; form++) {
            for (unsigned crn = 8; crn <= 9; crn++) {
                tlbi(TLBI(0u, crn, single[form], forms[i].op2), forms[i].names[form], forms[i].has_value);
                char name[16] = "r";
                bool ranges = forms[i].op2 & 1;
                tlbi(TLBI(0u, crn, range[form], forms[i].op2), ranges ? strcat(name, forms[i].names[form]) : "", true);
            }
        }
    }
}

static void every_tlbi_of_el2(void)
{
    tlbi(TLBI(4u, 8u, 7u, 0u), "alle2", false);
    tlbi(TLBI(4u, 8u, 3u, 1u), "vae2is", true);
    tlbi(TLBI(4u, 8u, 1u, 5u), "vale2os", true);
    tlbi(TLBI(4u, 8u, 3u, 4u), "alle1is", false);
    tlbi(TLBI(4u, 8u, 7u, 6u), "vmalls12e1", false);
    tlbi(TLBI(4u, 8u, 2u, 1u), "rvae2is", true);
    tlbi(TLBI(4u, 8u, 6u, 5u), "rvale2", true);
    tlbi(TLBI(4u, 8u, 0u, 1u), "ipas2e1is", true);
    tlbi(TLBI(4u, 8u, 0u, 6u), "ripas2le1is", true);
    tlbi(TLBI(4u, 8u, 4u, 1u), "ipas2e1", true);
    tlbi(TLBI(4u, 8u, 4u, 0u), "ipas2e1os", true);
    tlbi(TLBI(4u, 8u, 4u, 7u), "ripas2le1os", true);
    tlbi(TLBI(6u, 8u, 7u, 0u), "", false);
    tlbi(TLBI(0u, 8u, 4u, 1u), "", false);
    tlbi(TLBI(0u, 8u, 7u, 6u), "", false);
}

static void dsb_options(void)
{
    static const char *const names[16] = { "", "oshld", "oshst", "osh", "", "nshld", "nshst", "nsh", "sy", "ishld",
                                           "ishst", "ish", "sy", "ld", "st", "sy" };
    for (unsigned option = 0; option < 16; option++) {
        bool dsb = names[option][0] != 0;
        EXPECT(classify(DSB(option)) == (dsb ? INSTRUCTION_DSB : INSTRUCTION_OTHER));
        if (dsb)
            expect_text(dsb_option(DSB(option)), names[option], __LINE__);
    }
    EXPECT(dsb_covers(DSB(15u), DSB_ISH) && !dsb_covers(DSB(7u), DSB_ISH) && dsb_covers(DSB_ISH, DSB_ISHST));
    EXPECT(!dsb_covers(DSB_ISHST, DSB_ISH) && dsb_covers(DSB(3u), DSB_ISH) && !dsb_covers(DSB_ISH, DSB(3u)));
    EXPECT(!dsb_covers(DSB(9u), DSB_ISHST) && dsb_covers(DSB(8u), DSB(15u)));
}

static void registers_and_stores(void)
{
    EXPECT(classify(ISB) == INSTRUCTION_ISB);
    EXPECT(written_register(MSR_TTBR0) == REGISTER_TTBR0 && written_register(MSR_TTBR1) == REGISTER_TTBR1);
    EXPECT(written_register(MSR_TCR) == REGISTER_TCR && written_register(MSR_TCR2) == REGISTER_TCR2);
    EXPECT(written_register(MSR_MAIR) == REGISTER_MAIR && written_register(MSR_SCTLR) == REGISTER_SCTLR);
    EXPECT(classify(0xd5382021) == INSTRUCTION_OTHER);          /* MRS X1, TTBR1_EL1 */
    EXPECT(classify(0xd5184001) == INSTRUCTION_OTHER);          /* MSR SPSR_EL1, X1 */
    EXPECT(classify(NOP) == INSTRUCTION_OTHER && classify(0x8b020020) == INSTRUCTION_OTHER);
    EXPECT(classify(STR) == INSTRUCTION_OTHER && classify(STP) == INSTRUCTION_OTHER);
    EXPECT(classify(STR_Q) == INSTRUCTION_OTHER && classify(STLR) == INSTRUCTION_OTHER);
    EXPECT(classify(SWP) == INSTRUCTION_OTHER);
    EXPECT(classify(STR_SP) == INSTRUCTION_STACK && classify(STP_SP) == INSTRUCTION_STACK);
    EXPECT(classify(0x910003ff) == INSTRUCTION_OTHER);          /* MOV SP, SP */
    EXPECT(classify(CAS) == INSTRUCTION_READ_BACK && classify(STXR) == INSTRUCTION_READ_BACK);
    EXPECT(classify(LDSET) == INSTRUCTION_READ_BACK);
    EXPECT(classify(0xd5488721) == INSTRUCTION_UNKNOWN);        /* TLBIP VAE1, X1, X2 */
    EXPECT(classify(0xd5582020) == INSTRUCTION_UNKNOWN);        /* MSRR TTBR1_EL1, X0, X1 */
    EXPECT(classify(0xd5033a3f) == INSTRUCTION_UNKNOWN);        /* DSB ISHnXS */
}

void decode_tests(void)
{
    test("every TLBI of EL1, also with nXS, has its name and its register", every_tlbi_of_el1);
    test("every kind of TLBI of EL2 and stage 2 has its name, and what does not exist has none", every_tlbi_of_el2);
    test("a DSB has its option, and one DSB waits for another's accesses or not", dsb_options);
    test("registers, stores, atomics and 128-bit forms are told apart", registers_and_stores);
}
