#include "instruction.h"

#include <stdio.h>

/* The operations by op1 and op2 (Arm: DDI0487, C5.5). CRm tells the forms apart. */
static const char *const el1[8] = { "vmalle1", "vae1", "aside1", "vaae1", NULL, "vale1", NULL, "vaale1" };
static const char *const el1_range[8] = { NULL, "rvae1", NULL, "rvaae1", NULL, "rvale1", NULL, "rvaale1" };
static const char *const el2[8] = { "alle2", "vae2", NULL, NULL, "alle1", "vale2", "vmalls12e1", NULL };
static const char *const el2_range[8] = { NULL, "rvae2", NULL, NULL, NULL, "rvale2", NULL, NULL };
static const char *const ipa_broadcast[8] = { NULL, "ipas2e1is", "ripas2e1is", NULL, NULL, "ipas2le1is",
                                              "ripas2le1is", NULL };
static const char *const ipa[8] = { "ipas2e1os", "ipas2e1", "ripas2e1", "ripas2e1os", "ipas2le1os", "ipas2le1",
                                    "ripas2le1", "ripas2le1os" };

struct tlbi decode_tlbi(uint32_t insn)
{
    unsigned op1 = insn >> 16 & 7, crm = insn >> 8 & 15, op2 = insn >> 5 & 7;
    struct tlbi tlbi = { .has_value = true };
    const char *name = NULL, *form = "";
    /* Forms for one address: 1 outer, 3 inner shareable, 7 this CPU. For a range: 5 outer, 2 inner, 6 this CPU. */
    bool single = crm == 1 || crm == 3 || crm == 7, range = crm == 5 || crm == 2 || crm == 6;
    if (single || range)
        form = crm == 1 || crm == 5 ? "os" : crm == 3 || crm == 2 ? "is" : "";
    if (op1 == 0 && (single || range))
        name = (single ? el1 : el1_range)[op2];
    else if (op1 == 4 && (single || range))
        name = (single ? el2 : el2_range)[op2];
    else if (op1 == 4 && (crm == 0 || crm == 4))
        name = (crm == 0 ? ipa_broadcast : ipa)[op2];
    if (single && (op2 == 0 || (op1 == 4 && (op2 == 4 || op2 == 6))))
        tlbi.has_value = false;
    if (name)
        snprintf(tlbi.name, sizeof tlbi.name, "%s%s", name, form);
    return tlbi;
}
